"""How nodes become searches of a cluster, and what is decided on our side."""
