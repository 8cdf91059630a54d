"""The columns as a Whoosh codec: what Whoosh opens, asks and counts is answered from the engine's files.

The table of contents that Whoosh pickles names classes of this package, so their names are those of a format:
``ColumnSegment`` and ``WordAnalyzer`` stay here wherever they are written.
"""

from coopsearch.search.engines.columns.codec.codec import ColumnSegment, WordAnalyzer, open_index

__all__ = ["ColumnSegment", "WordAnalyzer", "open_index"]
