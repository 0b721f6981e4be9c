"""Files in, answers out: the matcher without a server."""
