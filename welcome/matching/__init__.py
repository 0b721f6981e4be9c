"""The engine room: who suits whom, in arrays and row numbers, knowing nothing of the web."""
