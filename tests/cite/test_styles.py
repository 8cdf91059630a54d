"""What is written in any style is read again as it was, and nothing in it is markup."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.cli.display.citation_text import json_line
from coopsearch.search.desk.citations import Citation
from coopsearch.search.desk.claims import claims_in, read_claims
from coopsearch.search.desk.quotes import normal, stands_in
from coopsearch.search.desk.styles import STYLES, markdown, tex, written
from coopsearch.search.errors import SettingsError

SHA = "0123456789abcdef" * 4
NASTY = r"50 % & a_b {c} \d ~e ^f #g $h$ <b>i</b> [j](k) `l` *m* | \} { } “n” é نص"


def citation(**changes: Any) -> Citation:
    plain = Citation("0123456789ab", "docs/a b.pdf", "docs/a b.pdf", SHA, "The route moved east.")
    full = plain._replace(
        title="Routes", page=3, heading=("Findings", "Sea"), type="pdf", language="en", date="2019-04-02",
        author="Ahmed, A.", url="https://example.org/a?b=1%20{c}", query="route", note="look again",
        at="2026-01-02T03:04:05Z", generation="data-1.2", start=10, end=31,
    )  # fmt: skip
    return full._replace(**changes)


def again(one: Citation, style: str) -> Citation:
    """Return a citation that was written and read."""
    lines = [json_line(one, Path("/x/index_data"))] if style == "json" else written([one], style)
    (found,) = claims_in("\n".join(lines))
    return found


@pytest.mark.parametrize("style", [*STYLES, "json"])
@pytest.mark.parametrize(
    "quote", ["The route moved east.", NASTY, "1. One\n2. two", "- a > b", "هذه «الطرق» خطيرة", "”\n  “"]
)
def test_round_trip(style: str, quote: str) -> None:
    """Identifier, SHA-256, source and quotation are read as they were, whatever signs they hold."""
    one = citation(quote=quote, path="docs/it_s #1 {x}.pdf", title=quote, heading=(quote,), note=quote)
    found = again(one, style)
    assert (found.id, found.sha256, found.path) == (one.id, one.sha256, one.path)
    assert normal(found.quote) == normal(quote)


SIGNS = st.characters(exclude_categories=["Cs", "Mn", "Me"]).filter(
    # U+001F counts as a blank to Python and as a control to whoever prints it.
    lambda sign: unicodedata.is_normalized("NFC", sign) and sign != "\x1f"
)


@given(quote=st.text(SIGNS, min_size=1).filter(lambda text: re.search(r"\w", text) is not None))
def test_any_text(quote: str) -> None:
    """Any text at all is found in itself after it was written and read."""
    for style in ("markdown", "bibtex", "csl-json"):
        found = again(citation(quote=f"x {quote} x"), style)
        assert list(stands_in(f"x {quote} x", found.quote)), style


def test_bibtex() -> None:
    """Braces are in balance, TeX's own signs are written by name, and letters of any script stay."""
    text = "\n".join(
        written([citation(title=NASTY, quote=NASTY, note=NASTY, author="Étienne; أحمد")], "bibtex")
    )
    assert text.count("{") == text.count("}")
    assert re.search(r"(?<!\\)[&#$%_](?!2)", text.replace("https://example.org/a?b=1%20%7Bc%7D", "")) is None
    assert "Étienne; أحمد" in text
    assert "month        = apr," in text
    assert "https://example.org/a?b=1%20%7Bc%7D" in text
    assert tex("a\nb\x1b") == "a b\ufffd"


def test_markdown() -> None:
    """Nothing that a document says is a heading, a list, a link or HTML."""
    assert markdown("# a") == r"\# a"
    assert markdown("- a") == r"\- a"
    assert markdown("12. a") == r"12\. a"
    assert markdown("2018 was") == "2018 was"
    assert markdown("<script>[a](b)") == r"\<script\>\[a\](b)"


def test_csl() -> None:
    """The items are those of CSL-JSON: a type of its list, dates in parts, no empty field."""
    mail, page = citation(type="eml", author="", date="2019"), citation(type="html", date="")
    items = json.loads("\n".join(written([citation(), mail, page], "csl-json")))
    assert [item["type"] for item in items] == ["report", "personal_communication", "webpage"]
    assert items[0]["issued"] == {"date-parts": [[2019, 4, 2]]}
    assert items[0]["accessed"] == {"date-parts": [[2026, 1, 2]]}
    assert items[0]["author"] == [{"literal": "Ahmed, A."}]
    assert "author" not in items[1]
    assert "issued" not in items[2]
    assert all(set(item) <= {
        "id", "type", "title", "author", "issued", "accessed", "language", "URL", "note", "custom",
    } for item in items)  # fmt: skip


def test_a_draft(tmp_path: Path) -> None:
    """Citations are found in a text that goes on around them, of several styles, also laid out anew."""
    first, second = citation(), citation(id="b" * 12, quote="Nobody counts the boats by night.")
    third = citation(id="c" * 12)
    draft = tmp_path / "draft.md"
    text = "\n".join(written([second], "text")).replace("the boats", "the\nboats")
    parts = ["# My report", "> not a citation", "“Somebody said.” So what?", *written([first], "markdown")]
    draft.write_text("\n".join([*parts, "More.", "", text, *written([third], "bibtex")]), encoding="utf-8")
    found = {one.id: one.quote for one in read_claims(draft)}
    assert found == {first.id: first.quote, second.id: second.quote, third.id: third.quote}


@pytest.mark.parametrize(
    "text",
    [
        "“a\n" * 200_000, "> a\n" * 200_000, "@misc{coopsearch-0123456789ab, a={" * 5_000, " " * 500_000,
        "@misc{coopsearch-0123456789ab," + " " * 500_000, f"coopsearch:0123456789ab sha256:{SHA}\n" * 5_000,
        "@misc{coopsearch-0123456789ab, " + "month = jan, " * 50_000, "@" * 300_000, "”\n \n" * 100_000,
    ],
    ids=range(9),
)  # fmt: skip
def test_made_to_take_long(text: str) -> None:
    """A file made to keep a reader busy is read in a time that grows with its length."""
    assert len(list(claims_in(text))) <= 5_000


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"{}", b"[1]", b"\xff\xfe\0", b"[" * 9_000, b"@misc{x, a={"]
)
def test_no_citations(tmp_path: Path, content: bytes) -> None:
    """A file that holds none is refused with what would be one."""
    path = tmp_path / "any"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="holds no citation"):
        read_claims(path)
    for wrong in (tmp_path, tmp_path / "none"):
        with pytest.raises(SettingsError, match="cannot be read"):
            read_claims(wrong)
