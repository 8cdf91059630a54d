"""The conversation of a mail, over an index of mails."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.indexed import indexed


def mail(
    name: str, before: Sequence[str] = (), day: int = 1, answered: str = "", title: str = "Boats"
) -> str:
    """Return a mail; its id is its name."""
    return (
        f"From: {name} <{name}@example.org>\nTo: all@example.org\nSubject: {title}\n"
        f"Date: Mon, {day:02} Mar 2021 10:00:00 +0000\n"
        + (f"Message-ID: <{name}@x>\n" if name else "")
        + (f"In-Reply-To: <{answered}@x>\n" if answered else "")
        + (f"References: {' '.join(f'<{one}@x>' for one in before)}\n" if before else "")
        + f"\nText of {name}.\n"
    )


MAILS: Mapping[str, str] = {
    "a.eml": mail("a"),
    "b.eml": mail("b", ["a"], 2),
    "c.eml": mail("c", ["a"], 3),
    # Its clock is slow: it comes behind what it answers all the same.
    "d.eml": mail("d", ["a", "c"], 1),
    "e.eml": mail("e", answered="d", day=4),
    # The mail that both answer is not here.
    "m.eml": mail("m", ["gone"], 5),
    "n.eml": mail("n", ["gone"], 6),
    # One answers the other in a circle.
    "r.eml": mail("r", ["s"], 7),
    "s.eml": mail("s", ["r"], 8),
    "alone.eml": mail("alone", title="Boats"),
    "box.mbox": "From a@x Mon Mar  1 10:00:00 2021\n" + mail("f", ["a", "c", "d", "e"], 5) + "\n",
    "plain.md": "# Boats\n\nText of a.\n",
    "rows.jsonl": '{"text": "Text.", "thread": "of a field of its own"}\n',
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of them."""
    with indexed(tmp_path_factory.mktemp("mails"), MAILS, request.param) as opened:
        yield opened


def drawn(index: Index, top: Path, name: str) -> list[str]:
    """Return the conversation of a mail, each with a blank for each mail above it."""
    found = index.thread(top / name)
    assert found.whole
    return [" " * one.depth + one.document.path.rpartition("/")[2] for one in found.mails]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (
            ["a.eml", "b.eml", "c.eml", "d.eml", "e.eml", "box.mbox!1"],
            ["a.eml", " b.eml", " c.eml", "  d.eml", "   e.eml", "    box.mbox!1"],
        ),
        (["m.eml", "n.eml"], ["m.eml", "n.eml"]),
        (["r.eml", "s.eml"], ["r.eml", " s.eml"]),
        # The subject alone makes no conversation.
        (["alone.eml"], []),
        (["plain.md"], []),
        (["rows.jsonl"], []),
    ],
)
def test_conversations(index: Index, names: list[str], shown: list[str]) -> None:
    """Each mail of a conversation gives the whole of it, in the order of who answers whom."""
    top = index.folder.parent / "docs"
    for name in names:
        assert drawn(index, top, name) == shown


def test_it_is_searched_and_not_shown(index: Index) -> None:
    """The words for ids are nowhere among the fields of a hit; a field of that name of other formats is."""
    (hit,) = index.search("from:alone").hits
    assert set(hit.fields) == {"from", "to", "subject"}
    (row,) = index.search('thread:"of a field"').hits
    assert row.fields["thread"] == "of a field of its own"


def test_a_wide_conversation_is_cut(tmp_path: Path) -> None:
    """Of more mails than are read it is said that there are more."""
    mails = {f"{number}.eml": mail(f"n{number}", ["a"]) for number in range(520)}
    with indexed(tmp_path, mails, "columns") as index:
        found = index.thread(tmp_path / "docs" / "7.eml")
        assert (len(found.mails), found.whole) == (500, False)
        assert any(one.document.path.endswith("/7.eml") for one in found.mails)


def test_any_tree(tmp_path: Path) -> None:
    """Of any trees of answers, each conversation is whole, and each mail stands below what it answers."""
    choices = random.Random(7)
    before: dict[str, list[str]] = {}
    for number in range(120):
        parent = choices.choice(["", "", *before]) if number else ""
        before[f"p{number}"] = [*before[parent], parent] if parent else []
    mails = {f"{name}.eml": mail(name, above, choices.randint(1, 28)) for name, above in before.items()}
    with indexed(tmp_path, mails, "columns") as index:
        for name, above in before.items():
            root = above[0] if above else name
            wanted = {one for one, way in before.items() if root in (one, *way)}
            found = index.thread(tmp_path / "docs" / f"{name}.eml")
            given = [one.document.path.rpartition("/")[2].removesuffix(".eml") for one in found.mails]
            assert sorted(given) == (sorted(wanted) if len(wanted) > 1 else [])
            for place, reply in enumerate(found.mails):
                assert reply.depth == len(before[given[place]])
                assert not before[given[place]] or before[given[place]][-1] in given[:place]
