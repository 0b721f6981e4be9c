"""Welcome: newcomers and locals meet, and meet again."""
