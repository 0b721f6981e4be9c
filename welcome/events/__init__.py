"""Events: what brings newcomers and locals to the same table, with places, waiting lists and calendars."""
