"""How figures look: the report of a run, and the page of the documentation. Made of results alone."""
