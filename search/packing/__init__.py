"""One file of an index, to be handed to a partner, and an index of such a file."""
