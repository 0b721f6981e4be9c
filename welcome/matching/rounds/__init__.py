"""A round, from people to pairs, and how good and fair it is."""
