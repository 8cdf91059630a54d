"""A service that a team shares over a network."""
