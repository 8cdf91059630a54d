"""XML as trees or as a stream of elements, from a parser that refuses entities and opens nothing.

Names come without their namespace: "w:p" and "text:p" are both "p". Only attributes that name a
relationship keep a mark, as "r:id" stands beside "id".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol
from xml.etree.ElementTree import Element
from xml.parsers import expat

from coopsearch.indexer.extract.reasons import Refused
from coopsearch.search.errors import ExtractionError

__all__ = ["Element", "attribute", "elements", "find", "tree", "words"]

_PIECE: Final = 1 << 16
#: No document nests deeper, and those who walk the tree may do so by recursion.
_DEEPEST: Final = 200


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer at the end."""


def tree(
    stream: Readable, *, encoding: str | None = None, lines: dict[Element, int] | None = None
) -> Element:
    """Return the root of a document, and note in ``lines`` where each element begins.

    ``encoding`` counts before the one that the document declares. Raises ExtractionError for XML that
    is damaged, nests beyond reason, or declares entities.
    """
    reading = _Reading(encoding=encoding, lines=lines)
    for _ in reading.run(stream):
        pass
    return reading.root


def elements(stream: Readable, *names: str, lines: dict[Element, int] | None = None) -> Iterator[Element]:
    """Yield the elements of some names as they end. Memory holds one at a time. Raises like ``tree``.

    In ``lines`` is noted where each element begins; whoever gives it takes out what was yielded.
    """
    yield from _Reading(*names, lines=lines).run(stream)


def find(element: Element | None, *names: str) -> Element | None:
    """Return what is reached by a path of children's names, None if nothing is."""
    for name in names:
        if element is None:
            return None
        element = element.find(name)
    return element


def words(element: Element | None) -> str:
    """Return all text within an element."""
    return "".join(element.itertext()) if element is not None else ""


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute, "" if there is none."""
    return element.get(name, "") if element is not None else ""


class _Reading:
    """One document, read piece by piece."""

    def __init__(
        self, *wanted: str, encoding: str | None = None, lines: dict[Element, int] | None = None
    ) -> None:
        self._lines = lines
        self._wanted = frozenset(wanted)
        self._ready: list[Element] = []
        self._stack = [Element("")]
        self._inside = 0
        self._chars: list[str] = []
        self._tags: dict[str, str] = {}
        self._names: dict[str, str] = {}
        parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._chars.append
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        self._parser = parser

    @property
    def root(self) -> Element:
        return self._stack[0][0]

    def run(self, stream: Readable) -> Iterator[Element]:
        try:
            while piece := stream.read(_PIECE):
                self._parser.Parse(piece, False)
                yield from self._ready
                self._ready.clear()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ExtractionError(
                f"damaged: no valid XML ({expat.ErrorString(error.code)}, line {error.lineno})"
            ) from None
        except (LookupError, ValueError):
            raise ExtractionError("damaged: its XML is in an encoding that is not known") from None
        yield from self._ready

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._flush()
        if len(self._stack) > _DEEPEST:
            raise ExtractionError(f"damaged: its XML nests deeper than {_DEEPEST}")
        tag = self._tags.get(name)
        if tag is None:
            tag = self._tags[name] = name.rpartition(" ")[2]
        element = Element(tag, {self._local(key): value for key, value in given.items()} if given else {})
        if self._lines is not None:
            self._lines[element] = self._parser.CurrentLineNumber
        wanted = tag in self._wanted
        if not self._wanted or self._inside or wanted:
            self._stack[-1].append(element)
        self._inside += wanted
        self._stack.append(element)

    def _end(self, _: str) -> None:
        self._flush()
        element = self._stack.pop()
        if element.tag in self._wanted:
            self._inside -= 1
            if not self._inside:
                self._ready.append(element)
                self._stack[-1].clear()

    def _flush(self) -> None:
        """Give the text that was read to the element it stands in or behind."""
        if not self._chars:
            return
        text = "".join(self._chars)
        self._chars.clear()
        above = self._stack[-1]
        if len(above):
            above[-1].tail = (above[-1].tail or "") + text
        else:
            above.text = (above.text or "") + text

    def _local(self, name: str) -> str:
        local = self._names.get(name)
        if local is None:
            space, _, local = name.rpartition(" ")
            if space.endswith("/relationships"):
                local = f"r:{local}"
            self._names[name] = local
        return local

    @staticmethod
    def _doctype(_name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise Refused("its XML declares a document type of its own, as attacks do")

    @staticmethod
    def _entity(*_: object) -> None:
        raise Refused("its XML declares entities, as attacks do")
