"""Members: who they are here, what they may do, and whom they have blocked."""
