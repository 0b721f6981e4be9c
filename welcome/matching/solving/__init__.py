"""The solver: graphs, prices and proofs; it knows no people."""
