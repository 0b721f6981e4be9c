"""What members and organisers write about events. Every mistake gets a sentence beside its field."""
