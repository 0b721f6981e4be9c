"""The demo: a city to try Welcome in, a catcher for its letters, and what starts both."""
