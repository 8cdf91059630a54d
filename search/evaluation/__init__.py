"""Measuring how well an index ranks, against documents that people judged. A search loads none of it."""
