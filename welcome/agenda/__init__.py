"""Due work: what every room wants done later, in rows that survive any restart."""
