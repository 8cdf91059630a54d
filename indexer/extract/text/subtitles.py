"""Subtitles: what is said, a sentence a passage, under the times at which it is said.

SubRip, WebVTT, SBV and SubStation are read here, TTML from the tree of its XML.

Marks of looks, notes and styles are left out; who speaks, where WebVTT says it, stands before what is said.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.metadata import About, told
from coopsearch.indexer.extract.titles import named
from coopsearch.indexer.problem import Problem
from coopsearch.search.model import Document

_TIME: Final = r"((?:\d{1,3}:)?\d{1,2}:\d{1,2})(?:[.,:]\d{1,3})?"
_TIMES: Final = re.compile(rf"[ \t]*{_TIME}[ \t]*(?:-{{1,3}}>|,)[ \t]*{_TIME}(?:[ \t].*)?")
_DIALOGUE: Final = re.compile(rf"Dialogue:[^,]*,\s*{_TIME},\s*{_TIME},(?:[^,]*,){{6}}(.*)")
#: Names a speaker; all other tags, and those of SubStation that stand in SubRip files, tell of looks.
_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]{1,80})>")
_TAG: Final = re.compile(r"</?[a-zA-Z\d][^<>]{0,200}>|\{[\\a-zA-Z][^{}]{0,200}\}")
#: A drawing of SubStation stands between marks of its scale and of none.
_DRAWING: Final = re.compile(
    r"\{[^{}]{0,200}\\p[1-9]\d{0,3}(?=[\\}])[^{}]{0,200}\}(?:(?!\{[^{}]{0,200}\\p0).)*"
)
_END: Final = re.compile(r"[.!?…؟۔♪。！？][\"'»”’)\]]*$")
#: Seconds of silence, and characters, after which another passage begins though no sentence has ended.
_SILENCE: Final = 4
_LONG: Final = 400


class _Cue(NamedTuple):
    """What is said at a time."""

    line: int
    start: str
    end: str
    text: str


def extract(source: Source, kind: str) -> Iterator[Document | Problem]:
    """Yield the one document that a file of subtitles is. Raises ExtractionError if it has no text.

    A file without any times is read as text.
    """
    lines = decode(source.read()).splitlines()
    cues = list(_cues(lines, loose=kind == "srt")) or list(_spoken(lines))
    if not cues:
        from coopsearch.indexer.extract.text.plain import extract as extract_text

        yield from extract_text(source)
        return
    title = told(lines[0].removeprefix("WEBVTT").strip(" \t-")) if kind == "vtt" else ""
    yield _document(source, kind, cues, title)


def timed(source: Source, kind: str, root: Element, lines: Mapping[Element, int]) -> Document:
    """Return the document that subtitles in XML are. Raises ExtractionError if it has no text."""
    cues = []
    for element in root.iter("p"):
        text = " ".join(_said(element).split())
        if text:
            start = _clock(element.get("begin", ""))
            cues.append(_Cue(lines.get(element, 1), start, _clock(element.get("end", "")) or start, text))
    heading = root.find("head/metadata/title")
    return _document(source, kind, cues, told("" if heading is None else heading.text or ""))


def _said(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        parts += [" " if child.tag == "br" else _said(child), child.tail or ""]
    return "".join(parts)


def _document(source: Source, kind: str, cues: list[_Cue], title: str) -> Document:
    flow = Flow(2 * source.limit)
    for group in _sentences(cues):
        first, last = group[0], group[-1]
        if first.start:
            flow.part(f"{first.start} – {last.end or first.end}")
        flow.add(" ".join(cue.text for cue in group), line=first.line)
    return flow.document(source, kind, About(title or named(source.address)))


def _spoken(lines: list[str]) -> Iterator[_Cue]:
    """Yield what is said in a SubStation file, where each line tells of one time."""
    for number, line in enumerate(lines, 1):
        match = _DIALOGUE.match(line)
        text = _cleaned(match[3].replace("\\N", " ").replace("\\n", " ")) if match else ""
        if match and text.strip():
            yield _Cue(number, _full(match[1]), _full(match[2]), " ".join(text.split()))


def _clock(time: str) -> str:
    """Return a time of TTML with its hours, "" for one that is counted otherwise."""
    if match := re.match(_TIME, time):
        return _full(match[1])
    if match := re.fullmatch(r"(\d{1,6})(?:\.\d{1,6})?s", time):
        seconds = int(match[1])
        return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return ""


def _cues(lines: list[str], *, loose: bool) -> Iterator[_Cue]:
    """Yield what is said. In ``loose`` files empty lines may stand within what is said at one time."""
    times = [(number, match) for number, line in enumerate(lines) if (match := _TIMES.fullmatch(line))]
    said: list[str] = []
    for number, (at, match) in enumerate(times, 1):
        end = times[number][0] if number < len(times) else len(lines)
        stop = end
        if end < len(lines) and end - 1 > at and _is_name(lines, end - 1):
            stop -= 1
        before, said = said, []
        line = 0
        for place in range(at + 1, stop):
            text = " ".join(_cleaned(lines[place]).split())
            if text and text not in before:
                line = line or place + 1
                said.append(text)
            elif text:
                said.append("")
            elif not loose and not lines[place].strip():
                break
        text = _joined(said)
        # Live captions show a line until the next one is whole: it is said once.
        said = [one for one in said if one] or before
        if text:
            yield _Cue(line, _full(match[1]), _full(match[2]), text)


def _is_name(lines: list[str], number: int) -> bool:
    """Say whether the line before the times is the number or the name of what follows."""
    return lines[number].strip().isdecimal() or not lines[number - 1].strip()


def _cleaned(line: str) -> str:
    if "\\p" in line:
        line = _DRAWING.sub(" ", line)
    return html.unescape(_TAG.sub("", _VOICE.sub(r"\1: ", line))).replace("\ufeff", "")


def _joined(lines: list[str]) -> str:
    """Return the lines of one time as running text, but for those at which another speaks."""
    text = ""
    for line in filter(None, lines):
        text += ("\n" if line.startswith(("-", "–", "—")) else " ") + line if text else line
    return text


def _full(time: str) -> str:
    """Return a time with its hours."""
    parts = [int(part) for part in time.split(":")]
    hours, minutes, seconds = ([0] * (3 - len(parts)) + parts)[-3:]
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _seconds(time: str) -> int:
    if not time:
        return 0
    hours, minutes, seconds = map(int, time.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def _sentences(cues: list[_Cue]) -> Iterator[list[_Cue]]:
    """Yield what is said in one breath: to the end of a sentence, a silence, or a fair length."""
    group: list[_Cue] = []
    for cue in cues:
        if group and _seconds(cue.start) - _seconds(group[-1].end) >= _SILENCE:
            yield group
            group = []
        group.append(cue)
        if _END.search(cue.text) or sum(len(one.text) for one in group) >= _LONG:
            yield group
            group = []
    if group:
        yield group
