"""What organisers tell an audience that they choose: counted before it goes, and once for a series."""
