"""The pages of the guide: for everybody, for keepers, for staff."""
