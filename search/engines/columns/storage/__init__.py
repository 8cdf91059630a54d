"""The files of a segment: what lies where, and how it is packed."""
