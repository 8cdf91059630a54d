"""What hypothesis makes: documents, histories of an index, and queries over their few words."""

from __future__ import annotations

from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Role, Run
from coopsearch.search.engines.as_written import AsWritten
from coopsearch.search.engines.nodes import (
    And,
    AndMaybe,
    Broad,
    Checked,
    Everything,
    Filter,
    Group,
    Near,
    Neighbours,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
    Rescored,
    Spelled,
    Terms,
)
from coopsearch.search.model import Document, Passage

# Few words and fewer stems, so that documents share them; e and f have another stem in French.
WORDS = ["a", "aa", "ab", "b", "ba", "c", "d", "e", "f", "été", "كتاب"]
STEM = {"aa": "a", "ab": "a", "ba": "b", "e": "d", "f": "c"}
STEM_FR = {**STEM, "e": "e", "f": "d"}
FILES = ["m.mbox", "k/a.txt", "k/b.txt", "k/v.2/a-b c.txt", "été.md", "z.txt"]
FIELD_VALUES = ["ann lee", "bo", "bo-b", "lee bo-b bo", "bo.lee@ann.b ann", "12, 7"]
DATES = ["", "2001-02-03", "2001-02-04", "2010-12-31", "2020-01-01"]
TEXT_FIELDS = [
    schema.STEMS, schema.WORDS, schema.TITLE_STEMS, schema.TITLE_WORDS, schema.HEADING_STEMS,
    schema.HEADING_WORDS,
]  # fmt: skip


ROLES: list[Role] = ["title", "heading", "body"]


@st.composite
def runs(draw: st.DrawFn) -> tuple[Run, ...]:
    """Runs of a document, at rising positions."""
    found: list[Run] = []
    position = 0
    for _ in range(draw(st.integers(0, 4))):
        words = draw(st.lists(st.sampled_from(WORDS), max_size=9))
        stem = draw(st.sampled_from([STEM, STEM_FR]))
        steps: list[int] | None = None
        span = len(words)
        spread = draw(st.booleans())
        if words and spread:
            gaps = draw(st.lists(st.integers(0, 2), min_size=len(words), max_size=len(words)))
            steps = [sum(gaps[: place + 1]) for place in range(len(words))]
            span = steps[-1] + 1
        role: Role = draw(st.sampled_from(ROLES))
        found.append(Run(role, position, words, [stem.get(word, word) for word in words], steps))
        position += span + draw(st.sampled_from([0, 1, 5, 8, 9, 100]))
    return tuple(found)


@st.composite
def documents(draw: st.DrawFn, file: str, member: int | None) -> AnalysedDocument:
    """A document of a file."""
    text = draw(st.text(max_size=30))
    fields = draw(st.dictionaries(st.sampled_from(["author", "org"]), st.sampled_from(FIELD_VALUES)))
    document = Document(
        path=file if member is None else f"{file}!{member}",
        file=file,
        title=draw(st.text(max_size=5)),
        text=text,
        passages=(Passage(0, len(text), line=1, heading=("x", "y"), language="fr"),) if text else (),
        type=draw(st.sampled_from(["txt", "md"])),
        date=draw(st.sampled_from(DATES)),
        fields=fields,
    )
    return AnalysedDocument(document, draw(runs()), tuple(draw(st.sets(st.sampled_from(["en", "fr"])))))


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[AnalysedDocument]]:
    """A file and its documents."""
    file = draw(st.sampled_from(FILES))
    if file.endswith(".mbox"):
        return file, [draw(documents(file, member)) for member in range(draw(st.integers(0, 3)))]
    return file, [draw(documents(file, None))]


#: Commits of an index: each replaces or deletes some files.
histories = st.lists(
    st.lists(st.one_of(files(), st.sampled_from(FILES).map(lambda file: (file, []))), max_size=5),
    min_size=1,
    max_size=9,
)

#: Given to every builder: what is left to it, hypothesis makes up, infinities among it. What documents are
#: called is tried in ``test_titles``, on documents whose words are those of their titles.
_boosts = st.sampled_from([1.0, 1.0, 2.0, 0.5])
_term = st.sampled_from([*WORDS, "missing"])
_weighted = st.tuples(_term, st.sampled_from([1.0, 1.0, 0.5, 0.25]))
_groups = st.builds(
    Group,
    st.sampled_from(TEXT_FIELDS),
    st.lists(_weighted, max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    _boosts,
)
_named = st.one_of(
    st.tuples(st.just(schema.LANGUAGE), st.sampled_from([(("en", 1.0),), (("fr", 1.0), ("en", 1.0))])),
    st.tuples(st.just(schema.TYPE), st.just((("md", 1.0),))),
    st.tuples(st.just(schema.META), st.sampled_from([(("author=bo", 1.0),), (("org=lee", 1.0),)])),
    st.tuples(st.just(schema.META_NAMES), st.just((("org", 1.0),))),
    st.tuples(st.just(schema.PATH_WORDS), st.sampled_from([(("txt", 1.0),), (("k", 1.0), ("m", 0.5))])),
    st.tuples(st.just(schema.FILE), st.sampled_from(FILES).map(lambda file: ((file, 1.0),))),
    st.tuples(st.just(schema.PATH), st.sampled_from([(("k/a.txt", 1.0),), (("m.mbox!1", 1.0),)])),
)
_broad = st.one_of(_groups, st.builds(lambda named: Group(*named), _named)).map(
    lambda group: Broad(group.field, Terms(group.terms, sorted(term for term, _ in group.terms)))
)
_keywords = st.builds(lambda named, boost: Group(named[0], named[1], boost), _named, _boosts)
_slots = st.lists(
    st.lists(_term, min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=4
).map(tuple)


@st.composite
def _phrase(draw: st.DrawFn) -> Phrase:
    """Draw a phrase; now and then its slots are in words and stems of the same text."""
    field, slots = draw(st.sampled_from(TEXT_FIELDS)), draw(_slots)
    each = st.sampled_from([schema.WORDS, schema.STEMS])
    mixed = field in {schema.WORDS, schema.STEMS} and draw(st.booleans())
    return Phrase(
        field,
        slots,
        draw(st.sampled_from([0, 0, 1, 2, 5, 9, 120])),
        draw(st.booleans()),
        draw(_boosts),
        tuple(draw(each) for _ in slots) if mixed else (),
    )


_meta = st.sampled_from([f"author={word}" for word in ("ann", "lee", "bo", "b", "bob", "12", "=12")])
_address = st.sampled_from(["k", "a", "b", "c", "txt", "a.txt", "v.2", "ab", "m", "mbox", "1"])


@st.composite
def _phrase_of_field(draw: st.DrawFn) -> Phrase:
    """Draw a phrase in an address, or in what a document says of itself."""
    field, term = draw(st.sampled_from([(schema.META, _meta), (schema.PATH_WORDS, _address)]))
    slots = draw(st.lists(term.map(lambda one: (one,)), min_size=1, max_size=4))
    return Phrase(field, tuple(slots), draw(st.sampled_from([0, 0, 1, 9])), draw(st.booleans()))


_phrases = st.one_of(_phrase(), _phrase_of_field())
_rows = st.builds(
    Phrase,
    st.sampled_from([schema.STEMS, schema.WORDS]),
    st.lists(_term.map(lambda one: (one,)), min_size=1, max_size=2).map(tuple),
    st.just(0),
    st.just(True),
    st.just(1.0),
    st.just(()),
)
_neighbours = st.builds(
    Neighbours,
    st.lists(st.lists(_rows, min_size=1, max_size=2).map(tuple), min_size=2, max_size=3).map(tuple),
    st.sampled_from([0, 0, 1, 3, 9, 120]),
    st.booleans(),
    _boosts,
)
_spelled = st.builds(
    lambda text, field, boost: Spelled(
        field,
        tuple(
            (start, end, text[start:end])
            for start in range(len(text))
            for end in range(start + 1, len(text) + 1)
            if text[start:end] in WORDS
        ),
        len(text),
        boost,
    ),
    st.sampled_from(["a", "aa", "aab", "bab", "abac", "baabde"]),
    st.sampled_from([schema.WORDS, schema.TITLE_WORDS, schema.HEADING_WORDS]),
    _boosts,
)
_days = st.sampled_from([None, 20010203, 20010204, 20150101])
leaves = st.one_of(
    _groups, _groups, _phrases, _neighbours, _spelled, _keywords, _broad,
    st.builds(Range, st.just(schema.DATE), _days, _days), st.just(Everything()), st.just(Nothing()),
)  # fmt: skip
_written = st.builds(AsWritten, st.sampled_from([schema.WORDS, schema.PATH_WORDS]), st.sampled_from("0Ak.é"))
_plain = st.one_of(
    st.lists(_groups, min_size=1, max_size=6).map(tuple).map(Or),
    st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(tuple).map(And),
            st.lists(inner, max_size=4).map(tuple).map(Or),
            st.builds(Not, inner),
            st.builds(AndMaybe, inner, inner),
            st.builds(Filter, inner),
            st.builds(Checked, inner, _written),
        ),
        max_leaves=8,
    ),
)
_near = st.builds(
    Near,
    st.sampled_from([schema.STEMS, schema.WORDS, schema.TITLE_STEMS]).flatmap(
        lambda field: st.lists(
            st.lists(_weighted, min_size=1, max_size=2, unique_by=lambda pair: pair[0]).map(
                lambda terms: Group(field, tuple(terms))
            ),
            max_size=4,
            unique_by=lambda group: group.terms,
        ).map(tuple)
    ),
)
queries = st.one_of(
    _plain,
    st.builds(Rescored, _plain, st.lists(st.one_of(_groups, _near), max_size=3).map(tuple), st.just(())),
)
