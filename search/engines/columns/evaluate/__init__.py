"""From a query's nodes to documents and scores, a column at a time."""
