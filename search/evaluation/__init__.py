"""Measuring how well an index ranks, against documents that people judged. Only ``eval`` and ``judge`` load it."""
