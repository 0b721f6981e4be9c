"""What members say about themselves, so that others can be found for them."""
