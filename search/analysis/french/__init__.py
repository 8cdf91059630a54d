"""French: stems and derivation."""
