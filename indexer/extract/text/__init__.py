"""Plain text, markup, tables and records."""
