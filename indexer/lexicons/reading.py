"""What the file of a glossary is, and what it holds. Keeps nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer.lexicons import columns, dictd, own_lines, stardict, xml_glossaries
from coopsearch.indexer.lexicons.collecting import Collection
from coopsearch.indexer.lexicons.files import Files, beside, check_file, opened
from coopsearch.indexer.lexicons.model import About
from coopsearch.indexer.lexicons.text import decoded, licence_in
from coopsearch.search.errors import SettingsError

_XML: Final = (".tbx", ".tmx", ".xml")
_TABLES: Final = (".tsv", ".tab", ".csv", ".txt")
#: By which file a glossary of several is known.
_MAIN: Final = (".ifo", ".index", *_XML, *_TABLES)
#: The file by which one of the others is found.
_LED_BY: Final = {
    ".dict": (".index", ".ifo"), ".dict.dz": (".index", ".ifo"), ".idx": (".ifo",), ".idx.gz": (".ifo",),
    ".syn": (".ifo",), ".syn.dz": (".ifo",), ".syn.gz": (".ifo",),
}  # fmt: skip
#: What may be packed alone, without an archive.
_PACKED: Final = (".gz", ".xz", ".bz2")


class Glossary(NamedTuple):
    """A file that was read."""

    path: Path
    kind: str
    """The format: dictd, stardict, tbx, tmx, table, entries."""
    languages: tuple[str, ...]
    about: About
    sha256: str
    """Of the file that was named, as it is on the disk."""
    collection: Collection


def read(path: Path, given: tuple[str, str] = ("", ""), encoding: str = "") -> Glossary:
    """Read the file of a glossary or dictionary.

    ``given`` are the languages from and into which it translates, where the user names them, and
    ``encoding`` that of its text. Raises SettingsError, which names the file, the line where one is at fault,
    and the next step.
    """
    # Whether a file is there is said first, and what its ending is only then.
    check_file(path)
    files, named = opened(path)
    name = _main(files, named, path)
    collection = Collection(path.name)
    kind, about, languages = _by_kind(files, name, given, encoding, collection)
    if not collection.concepts:
        first = next(iter(collection.problems), None)
        because = f" ({first.place}: {first.what})" if first else ""
        raise SettingsError(
            f"{path.name} holds no pair of words in two of the languages en, fr and ar{because}; "
            f"`coopsearch lexicon check {path.name}` says what is wrong with each line"
            if collection.wrong > 1
            else f"{path.name} holds no pair of words in two of the languages en, fr and ar{because}; "
            "see docs/languages.md for what is read"
        )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Glossary(path, kind, languages, about, digest, collection)


def _main(files: Files, named: str, path: Path) -> str:
    """Return the name of the file that leads. Raises SettingsError where none does, or several do."""
    if not named:
        leading = [
            one for one in files.names if _bare(one).endswith(_MAIN) and not one.startswith((".", "README"))
        ]
        # A dictionary has texts beside it, such as its licence.
        first = [one for one in leading if one.lower().endswith((".ifo", ".index"))] or [
            one for one in leading if not one.lower().endswith(".txt")
        ]
        leading = first or leading
        if len(leading) != 1:
            what = ", ".join(leading[:5]) or "none"
            raise SettingsError(
                f"{path.name} holds {'no' if not leading else 'more than one'} glossary or dictionary "
                f"({what}); unpack it, and name one file"
            )
        return leading[0]
    for ending, leaders in _LED_BY.items():
        if named.lower().endswith(ending):
            stem = named[: -len(ending)]
            if found := beside(files.names, stem, *leaders):
                return found
            raise SettingsError(f"{stem}{leaders[0]} is missing beside {named}; put both in one folder")
    if not _bare(named).endswith(_MAIN):
        raise SettingsError(
            f"{named} has no ending that is read: .index or .dict.dz (dictd), .ifo (StarDict), .tbx, .tmx, "
            ".tsv, .csv, .txt, or an archive of one; name such a file, or rename it"
        )
    return named


def _bare(name: str) -> str:
    name = name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return name


def _by_kind(
    files: Files, name: str, given: tuple[str, str], encoding: str, collection: Collection
) -> tuple[str, About, tuple[str, ...]]:
    if name.lower().endswith(".ifo"):
        return "stardict", *stardict.read(files, name, given, collection)
    if name.lower().endswith(".index"):
        return "dictd", *dictd.read(files, name, given, encoding, collection)
    data = files.read(name)
    start = data[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _bare(name).endswith(_XML) or start.startswith(b"<?xml"):
        about, languages = xml_glossaries.read(data, name, given, collection)
        return ("tmx" if b"<tmx" in data[:4_096] or _bare(name).endswith(".tmx") else "tbx"), about, languages
    if not data.strip():
        raise SettingsError(f"{name} is empty; name a glossary or a dictionary")
    text, encoding = decoded(data, name, encoding)
    # Comments may say whose it is.
    head = "\n\n".join(line.lstrip("# ") for line in text[:20_000].splitlines() if line.startswith("#"))
    if own_lines.are(text):
        about = About("", licence_in(head), encoding)
        return "entries", about, own_lines.read(text, given, collection)
    notes, languages = columns.read(text, _bare(name), given, collection)
    _refuse_wrong(collection, name)
    return "table", About("", licence_in(head), encoding, tuple(notes)), languages


def _refuse_wrong(collection: Collection, name: str) -> None:
    """Refuse a table most of whose lines are wrong: its columns or its languages are other ones."""
    if len(collection.misread) > len(collection.concepts) and collection.concepts:
        first = next(one for one in collection.problems if one.place in collection.misread)
        raise SettingsError(
            f"{name}: more lines are wrong than right, so nothing is taken ({first.place}: {first.what}); "
            "look at its columns and languages"
        )
