"""Reports: anybody can raise one, a moderator answers in time, and both sides are told why."""
