"""The whole story in a real Chromium."""
