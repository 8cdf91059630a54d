"""Hits that say nearly the same are one, others are not, and the counts stay those of all documents."""

from __future__ import annotations

import random
import re
from email.message import EmailMessage
from itertools import combinations
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.extract import Source, format_of
from coopsearch.search import open_index
from coopsearch.search.model import Document, Passage
from coopsearch.search.results.near_duplicates import RESEMBLANCE, collapsed, resemblance, runs
from tests.conftest import Run

WORDS = (
    "smuggling route coast border night boat harbour officer report family vessel market price north south "
    "passeur réseau frontière تهريب حدود مهاجر"
).split()
FOOTER = (
    "Prepared by the regional office; it may be shared with partners. Write to office@example.org for more."
)


def text(seed: int, count: int = 120) -> str:
    """Return a text of its own."""
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(count))


def document(said: str, *, quoted: str = "") -> Document:
    """Return a document, with what it quotes."""
    whole = f"{said}\n\n{quoted}"
    passages = [Passage(0, len(said))]
    if quoted:
        passages.append(Passage(len(said) + 2, len(whole), heading=("quoted",)))
    return Document("a", "a", "t", whole, tuple(passages), "txt")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (text(1), text(1) + "\n\n" + FOOTER, True),
        ("Forwarded again. " + text(1), text(1), True),
        (text(1).upper(), text(1), True),
        (text(1), text(2), False),
        (text(1) + " " + FOOTER, text(2) + " " + FOOTER, False),
        (text(1), text(1) + " " + text(2), False),
        ("yes", "yes", True),
        ("yes", "no", False),
        ("", "", True),
        ("لا تهريب", "لا تهريب.", True),
    ],
)
def test_resemblance(one: str, other: str, alike: bool) -> None:
    """Another footer or case changes little; other texts are others, also under one footer."""
    assert (resemblance(runs(document(one)), runs(document(other))) >= RESEMBLANCE) is alike


def test_quotes_do_not_count() -> None:
    """A reply is not what it quotes, and what two replies quote makes them no more alike."""
    before = text(1)
    reply = document("I do not agree with any of that", quoted=before)
    other = document("Thank you for the list of boats", quoted=before)
    assert resemblance(runs(reply), runs(document(before))) == 0
    assert resemblance(runs(reply), runs(other)) == 0


def test_folded() -> None:
    """The best of those alike is kept, in the order of the hits, and no more than asked for."""
    texts = [text(1), text(2), text(1) + FOOTER, text(3), text(2) + FOOTER, text(4)]
    best = [(number, 9.0 - number) for number in range(6)]
    found, near = collapsed(best, 3, lambda number: document(texts[number])._replace(path=str(number)))
    assert found == [(0, 9.0), (1, 8.0), (3, 6.0)]
    assert near == {0: ["2"], 1: ["4"]}


def test_mails_are_no_copies(shared: Path) -> None:
    """Of real mails with one footer, no two are taken for the same."""
    found = []
    for path in sorted((shared / "fixtures" / "mail").iterdir()):
        form = format_of(path)
        assert form is not None
        one = next(iter(form.extract(Source(path, path.name, ""))))
        assert isinstance(one, Document)
        found.append(runs(one))
    assert max(resemblance(one, other) for one, other in combinations(found, 2)) < RESEMBLANCE


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_from_the_shell(tmp_path: Path, run: Run, engine: str) -> None:
    """One hit names the others and their copies, on the terminal, in JSON and in Python."""
    docs = tmp_path / "docs"
    docs.mkdir()
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "a@example.org", "Report", "<1@x>"
    mail.set_content(text(1))
    (docs / "a.eml").write_bytes(bytes(mail))
    mail.replace_header("Message-ID", "<2@x>")
    mail.replace_header("Subject", "Fwd: Report")
    (docs / "b.eml").write_bytes(bytes(mail))
    (docs / "c.txt").write_text(text(1) + "\n\n" + FOOTER, encoding="utf-8")
    (docs / "d.txt").write_text(text(1) + "\n\n" + FOOTER, encoding="utf-8")
    (docs / "e.txt").write_text(text(2), encoding="utf-8")
    sync([docs], tmp_path / "ix", engine=engine)
    with open_index(tmp_path / "ix") as index:
        plain, found = index.search("smuggling"), index.search("smuggling", fold=True)
        (first,) = index.search("smuggling", fold=True, limit=1)
    assert (len(plain), len(found)) == (4, 2)
    assert (found.total, found.documents) == (plain.total, plain.documents) == (4, 4)
    assert [hit.rank for hit in found] == [1, 2]
    assert first == found[0]
    groups = {frozenset(Path(path).name for path in (hit.path, *hit.also, *hit.near)) for hit in found}
    assert groups == {frozenset({"a.eml", "b.eml", "c.txt", "d.txt"}), frozenset({"e.txt"})}
    shown = run("smuggling", "--fold", "--index", "ix", cwd=tmp_path)
    assert shown.out.count("nearly the same at docs/") == sum(len(hit.near) for hit in found)
    assert "4 of 4 documents match; best 2 shown; " in shown.err
    assert "nearly the same folded into them" in shown.err
    lines = run("smuggling", "--fold", "--json", "--index", "ix", cwd=tmp_path).objects()
    assert [len(one.get("near", [])) for one in lines] == [len(hit.near) for hit in found]


def _plainly(documents: list[Document], limit: int) -> tuple[list[int], dict[int, list[str]]]:
    """Fold by comparing each text with each that is shown, word for word."""

    def said(one: Document) -> list[str]:
        return [one.text[part.start : part.end] for part in one.passages if "quoted" not in part.heading]

    def parts(one: Document) -> set[tuple[str, ...]]:
        words = [word.casefold() for word in re.findall(r"\w+", "\n".join(said(one)) or one.text)]
        return {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))}

    kept: list[int] = []
    near: dict[int, list[str]] = {}
    for number, one in enumerate(documents):
        for other in kept:
            lengths = sorted(sum(map(len, said(which))) for which in (one, documents[other]))
            both = len(parts(one) & parts(documents[other]))
            every = len(parts(one) | parts(documents[other]))
            if lengths[0] >= lengths[1] * RESEMBLANCE / 2 and both / every >= RESEMBLANCE:
                near.setdefault(other, []).append(one.path)
                break
        else:
            if len(kept) < limit:
                kept.append(number)
    return kept, near


@pytest.mark.parametrize("seed", range(60))
def test_folding_is_that_of_each_with_each(seed: int) -> None:
    """Of any texts, also empty and quoting ones, and in letters of many cases, the same are put together."""
    chance = random.Random(seed)
    letters = "a b ß ẞ İ ı ŉ ﬁ Σ ς K Å ٣ تهريب e\u0301 ᾳ x\u2028y x\x85z _ - \U00010400".split(" ")

    def made() -> str:
        return " ".join(chance.choices(letters, k=chance.choice([0, 1, 3, 4, 5, 9, 40])))

    texts = [made() for _ in range(3)]
    documents = []
    for number in range(chance.randint(1, 14)):
        words = (chance.choice(texts) if chance.random() < 0.8 else made()).split(" ")
        words[chance.randrange(len(words))] = chance.choice(letters)
        one = document(" ".join(words), quoted=made() if chance.random() < 0.4 else "")
        documents.append(one._replace(path=f"/{number}", text=chance.choice([one.text, one.text.swapcase()])))
    limit = chance.choice([1, 2, 3, 20])
    found, near = collapsed(((n, 1.0) for n in range(len(documents))), limit, documents.__getitem__)
    assert ([number for number, _ in found], near) == _plainly(documents, limit)
