"""A dossier: all hits of a query with their sources, as one file to hand on, print and keep."""
