"""What an answer can become: waiting, asked for first, brought along, given for a whole series, seen by others."""
