"""The query language: text to a tree, and the tree to what an engine answers."""
