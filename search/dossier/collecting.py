"""Making a dossier of an answer: what is shown of each hit, and of each file its SHA-256.

Does not depend on file formats or engines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from coopsearch.search.desk.fingerprint import FileGone, FileRefused, file_of, may_have_changed, sha256_of
from coopsearch.search.desk.styles import where
from coopsearch.search.dossier.dossier import Dossier, Entry, Source, clean, pieces
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.model import Hit, Results, shown_path

#: Said of a source that is not what the index holds, or may not be.
ADDED: Final = "added by a script, without a file"
GONE: Final = "not there any more when this was made"
CHANGED: Final = "changed since the index was last brought up to date, and may say something else"


class Sources:
    """The files that hits come from, each read once."""

    def __init__(self, updated: Mapping[str, float | None], check: Callable[[], None] = lambda: None) -> None:
        """Take when each index was brought up to date, by its folder, and what is called now and then.

        ``check`` may raise. The first index is that of hits which name none.
        """
        self._updated, self._check = updated, check
        self._first = next(iter(updated.values()), None)
        self.found: dict[Path, Source] = {}

    def of(self, address: str, index: str = "") -> Source:
        """Return the source of the document at an absolute address, in the index of a folder."""
        if is_added(address):
            return self.found.setdefault(
                Path(address), Source(len(self.found) + 1, clean(address), "", ADDED)
            )
        path, member = file_of(address, Path("/"))
        if path not in self.found:
            shown = clean(shown_path(address.removesuffix(member) if member else address))
            self.found[path] = Source(len(self.found) + 1, shown, *self._known(path, index))
        return self.found[path]

    def _known(self, path: Path, index: str) -> tuple[str, str]:
        updated = self._updated.get(index, self._first)
        try:
            # Where no run came to its end nothing is known of changes, as the dossier says at its beginning.
            changed = updated is not None and may_have_changed(path, updated)
            remark = CHANGED if changed else ""
            return sha256_of(path, self._check), remark
        except FileGone:
            return "", GONE
        except FileRefused as error:
            return "", f"cannot be read: {clean(str(error))}"


def collected(
    results: Results, sources: Sources, *, title: str, made: str, found: str, coverage: str, generation: str,
) -> Dossier:  # fmt: skip
    """Return the dossier of an answer."""
    return Dossier(
        title=clean(title) or clean(results.query),
        query=clean(results.query),
        made=made,
        found=found,
        coverage=coverage,
        generation=generation,
        notes=tuple(map(clean, results.notes)),
        entries=[_entry(hit, sources, results.indexes) for hit in results],
        sources=list(sources.found.values()),
    )


def _entry(hit: Hit, sources: Sources, indexes: Mapping[str, str]) -> Entry:
    quote = hit.snippet
    label = str(getattr(hit, "page_label", "") or "")
    return Entry(
        number=hit.rank,
        title=pieces(hit.title, hit.title_matches),
        quote=pieces(quote, hit.matches),
        path=clean(shown_path(hit.path)),
        place=where(hit.page, clean(label), hit.line),
        heading=clean(" › ".join(hit.heading)),
        date=clean(hit.date),
        language=hit.language,
        type=clean(hit.type),
        source=sources.of(hit.path, hit.index_folder),
        also=tuple(clean(shown_path(one)) for one in hit.also),
        recognised=hit.recognised,
        index_name=clean(indexes.get(hit.index_folder, "")),
    )
