"""From text to words, stems and languages: the same code for documents and for queries.

Nothing is re-exported: each caller imports the one file it needs, so that a query does not pay for the
parts that only indexing uses.
"""

from typing import Final

#: Raised whenever the same text would give other words, stems or languages: indexes are then made anew.
ANALYSIS_VERSION: Final = 10
