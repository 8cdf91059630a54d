"""Settings from files: the project's ``coopsearch.toml`` and the user's own."""
