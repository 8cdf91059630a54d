"""What programs are given: hits, documents and marks as values for JSON, the same for all ways to ask."""
