"""What narrows an answer and ranks nothing: days, paths, marks, ranges."""
