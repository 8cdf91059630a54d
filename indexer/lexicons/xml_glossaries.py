"""Glossaries in XML: TBX (version 2, and version 3 in the styles DCA and DCT) and TMX.

A concept of TBX, or a unit of TMX, has a part for each language, with terms or one text in it. The parser
refuses entities and opens nothing. Does not depend on the terminal.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from coopsearch.indexer.extract.office.xml_reader import elements, words
from coopsearch.indexer.lexicons import languages
from coopsearch.indexer.lexicons.collecting import Collection
from coopsearch.indexer.lexicons.model import About
from coopsearch.indexer.lexicons.text import licence_in, shortened
from coopsearch.search.errors import ExtractionError, SettingsError
from coopsearch.search.translation.entry import LANGUAGES, LONGEST

#: The elements of a concept, of what is said in a language, of a term, and of what is said of the whole.
_CONCEPTS: Final = ("termEntry", "conceptEntry", "tu")
_PARTS: Final = ("langSet", "langSec", "tuv")
_TERMS: Final = ("term", "seg")
_CODES: Final = frozenset({"bpt", "ept", "ph", "it", "ut"})
_HEADS: Final = ("martifHeader", "tbxHeader", "header")
#: What a term is that stands behind the others: it was in use, and texts have it.
_WORSE: Final = ("deprecated", "superseded", "obsolete", "rejected", "notrecommended")
_BETTER: Final = ("preferred",)


def read(
    data: bytes, name: str, given: tuple[str, str], collection: Collection
) -> tuple[About, tuple[str, ...]]:
    """Take the concepts of a glossary; return what it says of itself, and its languages, if any fit.

    ``given`` are the languages that the user names, ("", "") for none. Raises SettingsError.
    """
    title = licence = ""
    others: set[str] = set()
    seen: set[str] = set()
    lines: dict[Element, int] = {}
    wanted = given if all(given) else LANGUAGES
    sentences = 0
    try:
        for element in elements(io.BytesIO(data), *_HEADS, *_CONCEPTS, lines=lines):
            place = f"line {lines.get(element, 0)}"
            for one in element.iter():
                lines.pop(one, None)
            if element.tag in _HEADS:
                title, licence = _title(element), licence_in("\n\n".join(_texts(element)))
                continue
            said: dict[str, list[str]] = {}
            for part in element.iter():
                if part.tag in _PARTS:
                    named = part.get("lang", "")
                    code = languages.known(named)
                    if code in wanted:
                        said.setdefault(code, []).extend(_terms(part))
                    elif named:
                        others.add(named)
            said = {code: found for code, found in said.items() if any(map(str.strip, found))}
            seen.update(said)
            if element.tag == "tu" and any(
                len(one.split()) > LONGEST for text in said.values() for one in text
            ):
                # A memory of translations holds sentences above all.
                sentences += 1
                continue
            if said:
                collection.add(place, said)
    except ExtractionError as error:
        raise SettingsError(f"{name}: {error}; mend the file, or have it written anew") from None
    if len(seen) < 2 and not collection.concepts:  # noqa: PLR2004
        there = ", ".join(sorted(others | seen)[:8]) or "none"
        raise SettingsError(
            f"{name} has no terms in two of the languages en, fr and ar (there are: {there}); lexicons "
            "translate between these alone"
        )
    notes = []
    if others:
        notes.append(f"not read: what is in other languages ({', '.join(sorted(others)[:8])})")
    if sentences:
        notes.append(f"not read: {sentences:,} sentences, as terms have at most {LONGEST} words")
    return (
        About(shortened(title), licence, notes=tuple(notes)),
        tuple(code for code in LANGUAGES if code in seen),
    )


def _terms(part: Element) -> list[str]:
    """Return the terms of a language, the preferred ones first and those that are not to be used last."""
    ranked = [
        (_rank(one), number, _said(term))
        for number, one in enumerate(_sections(part))
        for term in one.iter()
        if term.tag in _TERMS
    ]
    return [text for _, _, text in sorted(ranked)]


def _said(term: Element) -> str:
    """Return the text of a term without the codes of a word processor in it, which TMX marks."""
    pieces = [term.text or ""]
    for one in term:
        pieces += ["" if one.tag in _CODES else _said(one), one.tail or ""]
    return "".join(pieces)


def _sections(part: Element) -> Iterator[Element]:
    """Yield what holds a term each, with what is said of it."""
    found = False
    for one in part.iter():
        if one.tag in {"tig", "ntig", "termSec"}:
            found = True
            yield one
    if not found:
        yield part


def _rank(section: Element) -> int:
    """Return 0 for a preferred term, 2 for one that is not to be used any more, 1 for others."""
    for one in section.iter():
        # DCA says it in an attribute, DCT by the name of the element.
        if "administrativestatus" in f"{one.get('type', '')} {one.tag}".lower().replace(" ", ""):
            status = words(one).lower().replace("-", "").replace(" ", "")
            if any(word in status for word in _WORSE):
                return 2
            if any(word in status for word in _BETTER):
                return 0
    return 1


def _title(head: Element) -> str:
    for one in head.iter():
        if one.tag == "title":
            return words(one)
    return ""


def _texts(head: Element) -> Iterator[str]:
    for one in head.iter():
        text = (one.text or "").strip()
        if text:
            kind = one.get("type", "")
            yield f"{kind}: {text}" if kind else text
