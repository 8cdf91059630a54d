"""The command line. Typer is imported in this folder alone."""
