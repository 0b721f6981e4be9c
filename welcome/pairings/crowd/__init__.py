"""The people of each programme, kept in memory from request to request and right at each of them."""
