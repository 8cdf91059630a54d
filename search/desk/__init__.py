"""What a person keeps beside an index: the last answer, saved searches, marks, notes, citations."""
