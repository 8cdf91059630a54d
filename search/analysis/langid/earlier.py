"""What is spoken around a text that does not say its language: in its file, in its folder, in the index.

A cell, a subject or a file of two words often fits two languages. It reads no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from coopsearch.search.analysis.langid import scripts
from coopsearch.search.analysis.langid.detect import SURE, Judgement, settle

#: Share of the files around one that must speak a language, for it to be that of a text that says nothing.
_MOST_OF_ALL: Final = 0.6
#: Folders that are remembered.
_REMEMBERED: Final = 1 << 16


class Earlier:
    """The languages of the documents so far, for those that do not say theirs.

    The records of a table, the mails of a mailbox: one of them may be a single word, as may a file.
    A file's own documents are asked first, then its folder's files, then those of each folder above.
    """

    def __init__(self) -> None:
        """Begin before the first document."""
        self._file = ""
        self._spoken: dict[str, str] = {}
        self._votes: dict[tuple[str, str], float] = {}
        """(kind, language) -> how much of the file at hand is surely in it."""
        self._folders: dict[str, dict[tuple[str, str], float]] = {}
        self._around: dict[str, str] | None = None
        """What is spoken around the file at hand, by kind; None while nobody has asked."""
        self._parent = ""
        self._above: tuple[str, ...] = ("",)
        """The folders of a file in that folder, the nearest first; "" is above all."""

    def hear(self, spoken: Mapping[str, int]) -> None:
        """Be told how many documents of an index speak each language: what is above all of its folders."""
        for code, documents in spoken.items():
            if code:  # else they are undecided themselves
                self._folders.setdefault("", {})[_kind_of(code), code] = float(documents)

    def settle(self, file: str, judged: Sequence[Judgement], lengths: Sequence[int]) -> list[str]:
        """Return ``settle`` for the next document, which is of this file."""
        if file != self._file:
            self._close()
            self._file, self._spoken, self._around = file, {}, None
        if all(code and confidence >= SURE for _, code, confidence in judged):
            # What is sure of itself asks nobody, and so it is with most files.
            found = settle(judged, lengths)
        else:
            if self._around is None:
                self._around = self._main_languages(file)
            found = settle(judged, lengths, spoken={**self._around, **self._spoken})
        for kind, code, confidence in judged:
            if confidence >= SURE and code:
                self._spoken[kind] = code
                self._votes[kind, code] = self._votes.get((kind, code), 0.0) + confidence
        return found

    def _close(self) -> None:
        """Count what the file at hand speaks for its folder, and for those above: each file has one voice."""
        total = sum(self._votes.values())
        for folder in self._folders_of(self._file) if total else ():
            votes = self._folders.get(folder)
            if votes is None:
                if len(self._folders) >= _REMEMBERED:
                    self._folders.clear()
                votes = self._folders[folder] = {}
            for key, vote in self._votes.items():
                votes[key] = votes.get(key, 0.0) + vote / total
        self._votes = {}

    def _main_languages(self, file: str) -> dict[str, str]:
        """Return the language of each kind that most files of the nearest folder with any speak."""
        main: dict[str, str] = {}
        for folder in self._folders_of(file):
            found = self._folders.get(folder, {})
            for kind in {kind for kind, _ in found}.difference(main):
                votes = sorted((vote, code) for (of, code), vote in found.items() if of == kind)
                if votes[-1][0] >= _MOST_OF_ALL * sum(vote for vote, _ in votes):
                    main[kind] = votes[-1][1]
        return main

    def _folders_of(self, file: str) -> tuple[str, ...]:
        """Return the folders of a file's address, the nearest first; "" is above all."""
        folder = file.rpartition("/")[0]
        if folder != self._parent:
            self._parent, above = folder, []
            while folder:
                above.append(folder)
                folder = folder.rpartition("/")[0]
            self._above = (*above, "")
        return self._above


class Decided(Earlier):
    """For documents whose languages were decided before: what has none is left without."""

    def settle(self, file: str, judged: Sequence[Judgement], lengths: Sequence[int]) -> list[str]:
        """Return no language for each text."""
        del file, lengths
        return [""] * len(judged)


def _kind_of(code: str) -> str:
    """Return the kind of text that is written in a language, as ``Judgement`` names it."""
    from coopsearch.search.analysis.langid.profiles import WORDS
    from coopsearch.search.analysis.language import LATIN, TABLE

    row = TABLE.get(code)
    return scripts.LATIN if code in WORDS or (row is not None and row.script == LATIN) else code
