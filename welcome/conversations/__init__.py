"""Conversations: threads between people who may talk to each other."""
