"""The synonyms that the settings declare for an index, at no cost where there are no settings.

Does not depend on an index or the terminal.
"""

from __future__ import annotations

from pathlib import Path

from coopsearch.search.settings.files import present


def synonyms_for(index: Path) -> dict[str, tuple[str, ...]]:
    """Return each word with those that stand for it. Raises SettingsError."""
    found: dict[str, tuple[str, ...]] = {}
    if present(index.parent):
        # Imported here: most projects have no settings.
        from coopsearch.search.settings.lookup import synonyms

        for word, members in synonyms(index):
            found[word] = (*found.get(word, ()), *members)
    return found
