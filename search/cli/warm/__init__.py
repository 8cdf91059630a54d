"""A resident process that runs ordinary commands for others, and the way to it. See ``docs/warm.md``."""
