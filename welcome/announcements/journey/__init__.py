"""The welcome journey: letters of the first year, by each newcomer's own arrival."""
