"""The embedded engine. Whoosh is imported in this folder alone."""
