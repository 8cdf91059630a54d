"""Files on disk: finding them, naming them, and seeing what changed."""
