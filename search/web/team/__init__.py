"""A service that a team shares: an address of the network, TLS, and who is signed in."""
