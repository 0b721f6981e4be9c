"""What the guide asks its readers and its keepers."""
