"""Backups: every row of the instance in one file that either database can be filled from."""
