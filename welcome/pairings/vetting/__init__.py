"""Mentors are met, asked after and trained before they are shown to anybody; all of it holds until a day."""
