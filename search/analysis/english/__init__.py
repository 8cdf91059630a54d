"""English: stems and derivation."""
