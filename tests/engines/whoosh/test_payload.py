"""A stored document is JSON, and comes back as it was."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.engines.whoosh.payload import as_json, of_json
from coopsearch.search.model import Document, Passage

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PASSAGES = st.builds(
    lambda line, page, heading, level, language: Passage(0, 0, line, page, tuple(heading), level, language),
    *(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
    *(st.lists(TEXTS, max_size=2), st.integers(0, 3), TEXTS),
)


@given(
    st.builds(
        Document,
        *(TEXTS, TEXTS, TEXTS, TEXTS),
        st.lists(PASSAGES, max_size=2).map(tuple),
        *(TEXTS, st.sampled_from(["", "2019-05-01"]), st.dictionaries(TEXTS, TEXTS, max_size=2)),
    )
)
def test_as_json(document: Document) -> None:
    """What is put together by hand is what JSON makes of a document, on one line."""
    value = {**document._asdict(), "fields": dict(document.fields)}
    written = as_json(document)
    assert written == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert b"\n" not in written
    assert of_json(written) == document
