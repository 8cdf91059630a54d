"""Arabic: stems and derivation."""
