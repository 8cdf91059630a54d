"""Several indexes asked as one: one ranked answer, scored as if all documents lay in one index."""
