"""Texts: what is told in several languages, to each reader in one that they can read, and honestly so."""
