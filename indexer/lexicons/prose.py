"""Translations out of an article of a dictionary, which was written to be read by people.

    smuggling /ˈsmʌɡlɪŋ/ <n>
    1. contrebande, fraude
    2. trafic illicite (de migrants); passage clandestin

Pronunciation, grammar, notes in brackets, examples and references go; what is left is in the order of the
senses, the best first. Does not depend on files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from coopsearch.indexer.lexicons.collecting import is_functional
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.translation.entry import folded

#: Words of the longest translation; what is longer explains.
_LONGEST: Final = 5
#: Characters of an article that are looked at, and translations that are taken.
READ: Final = 20_000
_TAKEN: Final = 400
#: Brackets in brackets.
_NESTED: Final = 8

#: Elements of marked-up articles whose content translates nothing: the headword, grammar, examples, notes.
_APART: Final = re.compile(
    r"<(k|ex|ex_orig|ex_transl|co|gr|tr|abr|abbr|rref|kref|iref|etm|style|script|head)\b[^<>]*>.*?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_ITALIC: Final = re.compile(r"<(i|em|small|sup|sub)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK: Final = re.compile(
    r"<(?:br|/?p|/?div|/?li|/?ol|/?ul|/?tr|/?td|/?dd|/?dt|/?def|/?dtrn)\b[^<>]*>", re.IGNORECASE
)
_TAG: Final = re.compile(r"<[^<>]*>")
#: Notes: the innermost brackets first.
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|（[^（）]*）")
_OPEN: Final = re.compile(r"[(\[{（].*")
_SOUND: Final = re.compile(r"(?:^|(?<=\s))/[^/\n]*/(?=$|[\s<,;])")
_NUMBER: Final = re.compile(r"(?:^|(?<=\s))(?:\d{1,2}[.)]|[IVX]{1,4}\.|[a-h]\))(?=\s|$)")
_BULLET: Final = re.compile(r"^\s*(?:[-–—•*·◦▪►■]+\s*)+")
_BETWEEN: Final = re.compile(r"[,;،؛|•]|\s/\s|\s=\s")
#: What begins a line that refers, explains or gives an example.
_ASIDE: Final = re.compile(
    r"\s*(?:see|see also|cf|syn|synonyms?|ant|antonyms?|notes?|ex|examples?|e\.g|i\.e|usage|related|derived|"
    r"etymology|pron|pronunciation|plural|voir|voir aussi|exemples?|remarque|pluriel|féminin|انظر|مثال|جمع)"
    r"\s*[.:]",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(r"^[ \t]*[^\W\d]+(?: [^\W\d]+)?:?[ \t]*\{[^{}\n]*\}[^\n]*$", re.MULTILINE)
#: Abbreviations of grammar: with a dot wherever they begin, without one only where they are no word.
_GRAMMAR: Final = re.compile(
    r"^(?:(?:n|v|s|m|f|adj|adv|a|pl|sg|sing|prep|conj|pron|interj|intr|tr|num|masc|fem|neut|subst|inv|fig|fam)"
    r"\.|(?:n\.?[mf]\.?|v\.?[ti]\.?|v\.?p\.?r\.?|adj|adv|nmf|vpr|prep|conj|interj)(?:\.|\b(?=\s|$)))\s*",
    re.IGNORECASE,
)
_SOMEBODY: Final = re.compile(r"\b(?:sb|sth|smb|smth|s\.o|s\.th|qn|qqn|qch|qqch)\b\.?", re.IGNORECASE)
_LEFT: Final = re.compile(r"\.\.\.|[…()\[\]{}<>]")
_LABEL: Final = re.compile(r"^[^\s:]+(?:\s[^\s:]+)?\s?:\s+(?=\S)")
_QUOTED: Final = tuple("\"“«„'‘")


def headword(article: str, indexed: str) -> tuple[str, str]:
    """Return the headword as an article writes it, or else as the index does, and the rest of the article."""
    first, _, rest = article.partition("\n")
    written = _TAG.sub("", _SOUND.sub("", first)).strip()
    # A translation can be the same word: where nothing follows, it is one.
    return (written, rest) if same(written, indexed) and rest.strip() else (indexed, article)


def same(one: str, other: str) -> bool:
    """Say whether two writings of a headword have the same letters."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalize(text)))


def plain(markup: str) -> str:
    """Return the text of an article in HTML, Pango's or XDXF's marks, without what translates nothing."""
    text = _BREAK.sub("\n", _APART.sub(" ", markup))
    without = _TAG.sub("", _ITALIC.sub(" ", text))
    # Some dictionaries write all of an article in italics.
    return unescape(without if without.strip() else _TAG.sub("", text))


def parts(headword: str) -> list[str]:
    """Return the words of a headword that gives several, or a note: إلتقط، إرتعش."""
    text = _OPEN.sub("", _without_notes(headword))
    return [one.strip() for one in _BETWEEN.split(text) if one.strip()]


def _without_notes(text: str) -> str:
    """Return a text without what stands in brackets, nested ones too."""
    for _ in range(_NESTED):
        text, count = _BRACKETS.subn(" ", text)
        if not count:
            break
    return text


def translations(article: str, code: str) -> list[str]:
    """Return the translations into a language in an article without its headword, the best first."""
    found: dict[str, None] = {}
    for line in _lines(article[:READ]):
        for sense in _NUMBER.split(line):
            for part in _BETWEEN.split(sense):
                if word := _cleaned(part, code):
                    found.setdefault(word)
        if len(found) >= _TAKEN:
            break
    return [*found][:_TAKEN]


def _lines(article: str) -> Iterator[str]:
    """Yield the lines that may translate: whole, without sounds, grammar and notes."""
    # Notes may run on over a line's end.
    # A reference is known by its braces: "see" alone may translate.
    text = _without_notes(_REFERENCE.sub("", _SOUND.sub(" ", article)))
    text = _TAG.sub(" ", text)
    held = ""
    depth = 0
    for line in text.split("\n"):
        inner = len(line) - len(line.lstrip())
        starts = _NUMBER.match(line.lstrip()) or _BULLET.match(line)
        if held and line.strip() and not starts and (inner > depth or held.endswith((",", ";", "،", "؛"))):
            # A long line was folded, and its rest is indented.
            held = f"{held} {line.strip()}"
            continue
        if held and not _is_aside(held):
            yield _BULLET.sub("", held)
        held, depth = line.strip(), inner
    if held and not _is_aside(held):
        yield _BULLET.sub("", held)


def _is_aside(line: str) -> bool:
    return _ASIDE.match(line) is not None or line.startswith(_QUOTED)


def _cleaned(part: str, code: str) -> str:
    part = _OPEN.sub("", part).strip()
    while (match := _GRAMMAR.match(part)) is not None and match.end():
        part = part[match.end() :]
    part = _LABEL.sub("", part)
    # "term - what it is", and an example behind a dash.
    part = re.split(r"\s+[-–—:]+(?:\s+|$)", part, maxsplit=1)[0]
    part = " ".join(_LEFT.sub(" ", _SOMEBODY.sub(" ", part)).split())
    words = folded(part)
    if not words or len(words) > _LONGEST or "~" in part or is_functional(part, code):
        return ""
    return part
