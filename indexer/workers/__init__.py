"""Processes that read and analyse documents side by side."""
