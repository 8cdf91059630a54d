"""HTML before and beside its parser: its encoding, its lines, and protection from absurd nesting.

Works on the source as bytes and text. Does not depend on selectolax.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Final

from coopsearch.indexer.extract.encoding import clean, decode, decode_marked, refuse_kinds

_DECLARED: Final = re.compile(
    rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})|"
    rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
#: Declared encodings that are believed if the bytes do not say otherwise. Others (utf-7, punycode) are traps;
#: Latin ones are what people leave in a template, whatever they write.
_BELIEVED: Final = re.compile(
    r"(windows-|cp)(125[013-8]|874)|iso-?8859-([2-9]|1[0-6])|koi8-[ru]|gb(2312|k|18030)|big5(-hkscs)?|"
    r"euc-(jp|kr)|shift[_-]jis|iso-2022-jp|mac(intosh|_?roman)|ibm\d{3}|cp(437|72\d|8[5-6]\d)",
)
_HEAD: Final = 4096

#: Real pages nest some dozens deep; browsers stop at 512. The parser takes time in the square of the depth.
_DEEPEST: Final = 512
#: Open formatting tags are repeated by the parser in each paragraph that follows.
_FORMATTING_LIMIT: Final = 8
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s<>/]{0,40})([^<>]*)>")
#: Closed by the parser itself, or never open.
_UNNESTED: Final = frozenset(
    (
        "area base body br caption col colgroup dd dt embed head hr html img input li link meta optgroup "
        "option p param rp rt source tbody td tfoot th thead tr track wbr"
    ).split()
)
_FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_INLINE: Final = _FORMATTING | {
    "span",
    "abbr",
    "cite",
    "q",
    "sub",
    "sup",
    "label",
    "mark",
    "time",
    "bdi",
    "bdo",
}

_KEY: Final = 24
_KEY_SOURCE: Final = 400
_LOOK_AHEAD: Final = 200
_MISSES: Final = 500


def decode_html(data: bytes) -> str:
    """Return the source as text. Raises ExtractionError for what is not text.

    A mark counts first, then the bytes where they can only be UTF-8, then what the page declares, then
    what its letters look like.
    """
    refuse_kinds(data)
    marked = decode_marked(data)
    if marked is not None:
        return marked
    match = _DECLARED.search(data[:_HEAD])
    name = (match[1] or match[2]).decode("ascii", "replace").lower() if match else ""
    if _BELIEVED.fullmatch(name) and b"\0" not in data:
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
        try:
            text = data.decode(name, "replace")
        except LookupError:
            return decode(data)
        if text.count("\ufffd") * 50 <= len(text):
            return clean(text)
    return decode(data)


def flattened(html: str) -> str:
    """Return source that the parser reads in linear time: the same, unless its tags nest beyond all reason.

    Tags below the deepest level are taken out, those of blocks leave a line break. All text stays.
    """
    if html.count("<") <= _FORMATTING_LIMIT:
        return html
    opened: Counter[str] = Counter()
    depth = formatting = deepest = most = 0
    for slash, name, rest in _TAG.findall(html):
        tag = name.lower()
        if tag in _UNNESTED or rest.endswith("/"):
            continue
        if slash:
            if opened[tag]:
                opened[tag] -= 1
                depth -= 1
                formatting -= tag in _FORMATTING
            continue
        opened[tag] += 1
        depth += 1
        formatting += tag in _FORMATTING
        deepest = max(deepest, depth)
        most = max(most, formatting)
    if deepest <= _DEEPEST and most <= _FORMATTING_LIMIT:
        return html
    return _TAG.sub(_Pruner(formatting=most > _FORMATTING_LIMIT), html)


class _Pruner:
    """Says for each tag in turn what stands in its place."""

    def __init__(self, *, formatting: bool) -> None:
        self._formatting = formatting
        self._opened: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._depth = 0

    def __call__(self, match: re.Match[str]) -> str:
        tag = match[2].lower()
        if self._formatting and tag in _FORMATTING:
            return ""
        if tag in _UNNESTED or match[3].endswith("/"):
            return match[0]
        instead = "" if tag in _INLINE else "<br>"
        if match[1]:
            if self._dropped[tag]:
                self._dropped[tag] -= 1
                return instead
            if self._opened[tag]:
                self._opened[tag] -= 1
                self._depth -= 1
            return match[0]
        if self._depth >= _DEEPEST:
            self._dropped[tag] += 1
            return instead
        self._opened[tag] += 1
        self._depth += 1
        return match[0]


class SourceLines:
    """Finds the lines on which pieces of text stand in the source, asked for in their order."""

    def __init__(self, html: str) -> None:
        """Take the source as it was decoded."""
        self._html = html.replace("\r\n", "\n").replace("\r", "\n") if "\r" in html else html
        self._ahead: list[tuple[str, int]] = []
        self._at = 0
        self._segments = self._scan()
        self._misses = 0

    def find(self, text: str) -> int | None:
        """Return the line of the text of one node of the tree, None if it cannot be told for sure."""
        if self._misses >= _MISSES:
            return None
        wanted = " ".join(text[:_KEY_SOURCE].split())[:_KEY]
        for place in range(_LOOK_AHEAD):
            at = self._at + place
            if at >= len(self._ahead):
                segment = next(self._segments, None)
                if segment is None:
                    break
                self._ahead.append(segment)
            key, line = self._ahead[at]
            if key == wanted:
                self._at = at + 1
                if self._at > 4 * _LOOK_AHEAD:
                    del self._ahead[: self._at]
                    self._at = 0
                return line
        self._misses += 1
        return None

    def _scan(self) -> Iterator[tuple[str, int]]:
        """Yield the beginning of each text between two tags, and its line."""
        html, at, line, counted = self._html, 0, 1, 0
        while at < len(html):
            end = html.find("<", at)
            # An angle that opens no tag is text.
            while 0 <= end < len(html) - 1 and not (html[end + 1].isalpha() or html[end + 1] in "/!?"):
                end = html.find("<", end + 1)
            if end < 0:
                end = len(html)
            key = html[at : min(end, at + _KEY_SOURCE)]
            start = at + len(key) - len(key.lstrip())
            if start < end and not key.isspace():
                line += html.count("\n", counted, start)
                counted = start
                yield " ".join((unescape(key) if "&" in key else key).split())[:_KEY], line
            at = self._after_tag(end)

    def _after_tag(self, start: int) -> int:
        """Return where text goes on after a tag, a comment, or an element whose content is not text."""
        html = self._html
        if html.startswith("<!--", start):
            end = html.find("-->", start + 2)
            return end + 3 if end >= 0 else len(html)
        end = html.find(">", start)
        if end < 0:
            return len(html)
        for name in ("script", "style"):
            if html[start + 1 : start + 1 + len(name)].lower() == name:
                close = re.compile(f"</{name}", re.IGNORECASE).search(html, end)
                return close.start() if close else len(html)
        return end + 1
