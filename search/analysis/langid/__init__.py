"""Which language a passage is written in."""
