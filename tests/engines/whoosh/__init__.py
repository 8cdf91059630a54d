"""The suite of the engine that keeps Whoosh's files."""
