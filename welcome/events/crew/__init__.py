"""Those who make an event together: co-organisers, volunteers with their shifts, organisations with their stands."""
