"""The commands about what a person keeps beside an index: saved searches and their news, marks, reviews."""
