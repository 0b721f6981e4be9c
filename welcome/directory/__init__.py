"""The digital roundabout: areas, organisations and places."""
