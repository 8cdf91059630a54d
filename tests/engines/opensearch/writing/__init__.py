"""Writing into a cluster: what is sent, and whatever goes wrong meanwhile."""
