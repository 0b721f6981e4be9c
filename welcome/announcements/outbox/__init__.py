"""What became of letters and of due work: for admins all that is stuck, for each member their own."""
