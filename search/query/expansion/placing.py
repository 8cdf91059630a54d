"""How a translation is looked for: in the group of its word, or apart from it.

In an index of one language they all join it: the more is found, the better. Several languages share the stems
of an index, and a stem is that of several words. So where a translation's stem stands in documents that hold
nothing of its language (French *or*, gold, in English texts), it counts only in documents that do. Where it
is that of another Arabic word of the lexicons, too (*سيدات*, women, and *السيد*, Mr), the word itself is
looked for, with what is written in one with it. And where documents hold the word that is translated, its
translations never count as more than it does, so that of two documents of the same quality the one that holds
what was typed comes first. Does not depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from coopsearch.search import ranking, schema
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Filter, Group, Not
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.words import Apart, of_language

#: Languages in one script, of which each may hold what is a word of the other.
_LATIN: Final = ("en", "fr")
#: Letters of the shortest Arabic stem that says which word it is.
_SHORTEST: Final = 3
#: Pronouns that Arabic writes in one with the word before them; not ه, as which the feminine ending is
#: folded, nor ي, which makes adjectives.
_BEHIND: Final = ("", "ها", "هم", "هن", "هما", "نا", "كم")
#: What the stem of an Arabic translation counts at most that other words have, too.
_STEM: Final = 0.5
#: The share of documents in other languages that makes an index one of several languages.
_SHARE: Final = 0.02
#: What a translation counts where documents hold the word itself.
BESIDE: Final = 0.8


class Single(NamedTuple):
    """A translation that is one word."""

    member: Member
    """Its stem."""
    word: str
    language: str


class _Place(NamedTuple):
    """Where a translation is looked for, apart from the group of its word."""

    field: str
    language: str = ""
    """The language of the documents, "" for all."""


def placed(
    reader: Reader,
    singles: Iterable[Single],
    held: Sequence[str],
    usual: int,
    shares: Callable[[Single], bool],
) -> tuple[list[Member], list[Apart]]:
    """Return which translations join the group of their word, and what is looked for apart from it.

    ``held`` are the languages of the index, ``usual`` is the document frequency of the word, and ``shares``
    says whether another word has the stem of a translation.
    """
    inside: list[Member] = []
    apart: dict[_Place, list[Member]] = {}
    rivals = [one for one in held if one in _LATIN]
    for single in singles:
        member = single.member
        if single.language == "ar" and (len(member.stem) < _SHORTEST or shares(single)):
            forms = sorted(reader.among(schema.WORDS, arabic_forms(single.word)))
            found = apart.setdefault(_Place(schema.WORDS), [])
            found += [member._replace(stem=form) for form in forms]
            if not usual:
                # Nothing else says the same: what may be another form of the word is better than nothing.
                inside.append(member._replace(weight=min(member.weight, _STEM)))
        elif single.language in rivals and len(rivals) > 1 and _strays(reader, single):
            apart.setdefault(_Place(schema.STEMS, single.language), []).append(member)
        elif usual:
            apart.setdefault(_Place(schema.STEMS), []).append(member)
        else:
            inside.append(member)
    return inside, [_apart(reader, place, members, usual) for place, members in apart.items() if members]


def is_mixed(reader: Reader, held: Sequence[str]) -> bool:
    """Say whether an index of some languages has a share of documents that hold nothing of its main one.

    A foreign title or quotation, or a short text taken for another language's, makes no index a mixed one.
    """
    main = max(held, key=lambda one: reader.document_frequency(schema.LANGUAGE, one), default="")
    others = tuple((one, 1.0) for one in held if one != main)
    if not others:
        return False
    apart = And((Filter(Group(schema.LANGUAGE, others)), Not(of_language(main))))
    return reader.search(apart, 0).total >= _SHARE * reader.documents


def _strays(reader: Reader, single: Single) -> bool:
    """Say whether the stem of a translation stands in documents that hold nothing of its language."""
    stem = Filter(Group(schema.STEMS, ((single.member.stem, 1.0),)))
    return reader.search(And((stem, Not(of_language(single.language)))), 0).total > 0


def _apart(reader: Reader, place: _Place, members: list[Member], usual: int) -> Apart:
    group = Group(place.field, tuple((one.stem, one.weight) for one in members))
    frequency = documents = reader.weighed_frequency(group)
    if place.language:
        documents = reader.search(And((Filter(group), of_language(place.language))), 0).total
    boost = 1.0
    if frequency:
        wanted = min(max(documents, usual), reader.documents)
        boost = ranking.idf(reader.documents, wanted) / ranking.idf(reader.documents, frequency)
    return Apart(tuple(members), place.field, place.language, boost * (BESIDE if usual else 1.0))


def arabic_forms(word: str) -> Iterator[str]:
    """Yield a folded Arabic word with what is written in one with it: article, particles, pronouns."""
    # Imported here: most translations are told by their stems.
    from coopsearch.search.analysis.arabic.particles import beginnings

    for ending in _BEHIND:
        # The feminine ending, folded to ه, is a letter of its own before a pronoun.
        stem = f"{word[:-1]}ت" if ending and word.endswith("ه") else word
        yield (written := stem + ending)
        yield from (form for form, _ in beginnings(written))
