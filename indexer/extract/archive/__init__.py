"""Archives: their members, each at its address."""
