"""What an index records of the files that it was made from, and the pages that hold it."""
