"""Checking an index: its files, and its documents against their sources."""
