"""Two people: whether they may meet, what it is worth to both, and why."""
