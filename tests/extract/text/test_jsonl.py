"""JSON Lines: records into documents, and what is said of those that are none."""

from __future__ import annotations

import gzip
import json
import lzma
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer.extract import DOCUMENT_LIMIT, Member, Source, format_of
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document


def read(path: Path, limit: int = DOCUMENT_LIMIT) -> list[Document | Problem]:
    format_ = format_of(path)
    assert format_ is not None
    found = format_.extract(Source(path, path.name, "2001-02-03", limit))
    return [item for item in found if not isinstance(item, Member)]


def records(tmp_path: Path, *lines: str | bytes | dict[str, Any]) -> list[Document | Problem]:
    path = tmp_path / "a.jsonl"
    parts = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
    path.write_bytes(b"\n".join(part.encode() if isinstance(part, str) else part for part in parts))
    return read(path)


def one(tmp_path: Path, line: str | bytes | dict[str, Any]) -> Document:
    (document,) = records(tmp_path, line)
    assert isinstance(document, Document)
    return document


def test_record(tmp_path: Path) -> None:
    """A record's keys become path, title, text, day and fields; its passages stand on its line."""
    lines = [
        "\ufeff" + json.dumps({"_id": "a", "text": "A"}),
        "",
        json.dumps(
            {
                "_id": "b/1",
                "title": "The  plan",
                "text": "One.\n\n## Two\nthree",
                "date": "2020-05-06T01:02:03Z",
            }
            | {
                "n": 5,
                "x": 1.5,
                "ok": True,
                "none": None,
                "tags": ["é", 1],
                "deep": {"a": [1, "é"]},
                "id": 9,
                "body": "B",
            }
        ),
    ]
    first, document = records(tmp_path, *lines)
    assert isinstance(first, Document)
    assert isinstance(document, Document)
    assert (first.path, first.title, first.date) == ("a.jsonl!a", "A", "2001-02-03")
    assert (document.path, document.file, document.title) == ("a.jsonl!b/1", "a.jsonl", "The plan")
    assert (document.text, document.date, document.type) == ("One.\n\n## Two\nthree", "2020-05-06", "jsonl")
    assert [(passage.line, passage.heading) for passage in document.passages] == [
        (3, ()),
        (3, ()),
        (3, ("Two",)),
    ]
    assert dict(document.fields) == {
        "n": "5",
        "x": "1.5",
        "ok": "true",
        "tags": "é, 1",
        "deep": '{"a":[1,"é"]}',
        "id": "9",
        "body": "B",
    }


@pytest.mark.parametrize(
    ("record", "path", "title", "text", "fields"),
    [
        ({"body": "b"}, "1", "b", "b", {}),
        ({"contents": "c", "text": None}, "1", "c", "c", {}),
        ({"id": 7, "text": ["a", "b"]}, "7", "a", "a\n\nb", {}),
        ({"id": "", "text": "t"}, "1", "t", "t", {}),
        ({"id": [1], "text": "t"}, "1", "t", "t", {}),
        ({}, "1", "1", "", {}),
        ({"_id": "x"}, "x", "x", "", {}),
        ({"text": "y " * 100, "_id": "long"}, "long", "long", "y " * 100, {}),
        ({"text": "t", "date": "last May"}, "1", "t", "t", {"date": "last May"}),
        ({"text": "t", "title": 1984}, "1", "1984", "t", {}),
    ],
)
def test_keys(
    tmp_path: Path, record: dict[str, Any], path: str, title: str, text: str, fields: dict[str, str]
) -> None:
    """Other names for the text are known; what is missing is made up for."""
    document = one(tmp_path, record)
    assert (document.path, document.title, document.text) == (f"a.jsonl!{path}", title, text)
    assert dict(document.fields) == fields


def test_repeated(tmp_path: Path) -> None:
    """No two records of a file have the same path, and the paths are the same in every run."""
    lines: list[dict[str, Any]] = [{"id": "a"}, {"id": "a"}, {"id": "a#2"}, {"id": "a"}, {}, {"id": 5}]
    paths = [item.path.split("!")[1] for item in records(tmp_path, *lines)]
    assert paths == ["a", "a#2", "a#2#2", "a#3", "5", "5#2"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no valid JSON"),
        ('{"text": "a"} x', "no valid JSON: Extra data at character 15"),
        ("[1]", "holds a list, not an object"),
        ("null", "holds nothing, not an object"),
        ('"text"', "holds a text, not an object"),
        ("[" * 200_000, "nested too deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deep"),
        (b"\xff" + bytes(range(9)) * 3, "not text"),
    ],
)
def test_broken(tmp_path: Path, line: str | bytes, reason: str) -> None:
    """A line that is not a record is a problem with its number, and the others are read."""
    before, problem, after = records(tmp_path, {"text": "a"}, line, {"text": "b"})
    assert isinstance(before, Document)
    assert isinstance(after, Document)
    assert isinstance(problem, Problem)
    assert problem.path == "a.jsonl!2"
    assert problem.reason.startswith(f"line 2: {reason}")


@pytest.mark.parametrize("depth", [100, 500, 900, 960, 980, 2_000, 10_000])
@pytest.mark.parametrize("text", ["a", "\\ud800"])
def test_depth(tmp_path: Path, depth: int, text: str) -> None:
    """A nested value is a field or a problem, at any depth, and the next record is read."""
    nested = '{"a":' * depth + f'"{text}"' + "}" * depth
    first, second = records(tmp_path, nested, {"text": "b"})
    assert isinstance(first, Document) or first.reason == "line 1: nested too deep"
    assert isinstance(second, Document)


def test_odd_values(tmp_path: Path) -> None:
    """NaN, huge numbers, lone surrogates and other encodings cost no record."""
    document = one(tmp_path, '{"text": "a\\ud800b \\ud83d\\ude00", "\\udfff": NaN, "n": ' + "9" * 9000 + "}")
    assert document.text == "a\ufffdb 😀"
    assert document.fields["\ufffd"] == "nan"
    assert document.fields["n"] == "9" * 9000
    assert "réfugiés" in one(tmp_path, '{"text": "Les réfugiés ont été accueillis"}'.encode("cp1252")).text


RECORDS = [
    {"_id": f"d{n}", "title": f"Title {n}", "text": f"The text of record {n} is here."} for n in range(5000)
]
LINES = "\n".join(map(json.dumps, RECORDS)).encode()
PACKED = {
    ".jsonl": LINES,
    ".ndjson": LINES.replace(b"\n", b"\r\n") + b"\r\n\r\n",
    ".jsonl.gz": gzip.compress(LINES),
    ".ndjson.gz": gzip.compress(LINES[:100_000]) + gzip.compress(LINES[100_000:]) + b"\0" * 100,
    ".jsonl.xz": lzma.compress(LINES),
    ".ndjson.xz": lzma.compress(LINES[:100_000]) + b"\0" * 8 + lzma.compress(LINES[100_000:]),
}


@pytest.mark.parametrize("suffix", PACKED)
def test_packed(tmp_path: Path, suffix: str) -> None:
    """Packed or not, in one piece or several, the same records come out."""
    (tmp_path / f"a{suffix}").write_bytes(PACKED[suffix])
    items = read(tmp_path / f"a{suffix}")
    assert [item.title for item in items if isinstance(item, Document)] == [
        record["title"] for record in RECORDS
    ]


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.xz"])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_cut(tmp_path: Path, suffix: str, share: float) -> None:
    """Of a packed file that is cut, what stands before the cut is kept and the cut is told."""
    lines = "\n".join(json.dumps({"text": f"{n * 7919 % 10007} {n * n}"}) for n in range(10_000)).encode()
    data = (gzip.compress if suffix.endswith("gz") else lzma.compress)(lines)
    (tmp_path / f"a{suffix}").write_bytes(data[: int(len(data) * share)])
    *documents, problem = read(tmp_path / f"a{suffix}")
    assert len(documents) > 10_000 * share * 0.5
    assert all(isinstance(document, Document) for document in documents)
    assert isinstance(problem, Problem)
    assert problem.path == f"a{suffix}"
    assert "is cut off after line" in problem.reason


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.xz"])
@pytest.mark.parametrize("data", [b"hello", b'{"text": "a"}\n', b"\xfd7zXZ\0\0\x04", b"\x1f\x8b\x08\0"])
def test_not_packed(tmp_path: Path, suffix: str, data: bytes) -> None:
    """A file that gives nothing because it is not packed as it says is refused with the reason."""
    (tmp_path / f"a{suffix}").write_bytes(data)
    with pytest.raises(ExtractionError, match=r"^the packed data \(..") as caught:
        read(tmp_path / f"a{suffix}")
    assert "\n" not in str(caught.value)


def test_flipped(tmp_path: Path) -> None:
    """Damage in the middle of a packed file never raises anything but a reason."""
    for suffix, data in ((".jsonl.gz", gzip.compress(LINES)), (".jsonl.xz", lzma.compress(LINES))):
        for at in range(0, len(data), len(data) // 60):
            (tmp_path / f"a{suffix}").write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
            try:
                read(tmp_path / f"a{suffix}")
            except ExtractionError as error:
                assert str(error)  # noqa: PT017


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["plain", "gzip", "xz"])
def test_long_line(tmp_path: Path, pack: Any) -> None:
    """A line over the limit is refused by its number, without unpacking it to its end."""
    suffix = {"bytes": "", "compress": ".gz"}[pack.__name__] if pack is not lzma.compress else ".xz"
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(pack(b'{"text": "a"}\n{"text": "' + b"a" * 60_000_000 + b'"}\n'))
    format_ = format_of(path)
    assert format_ is not None
    items = format_.extract(Source(path, path.name, "2001-02-03", 1_000_000))
    assert isinstance(next(items), Document)
    tracemalloc.start()
    try:
        with pytest.raises(ExtractionError, match=r"line 2 is too large: over 0\.954 MiB for one document"):
            next(items)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_utf16(tmp_path: Path) -> None:
    """A file in UTF-16 is refused with what to do, rather than taken for broken lines."""
    (tmp_path / "a.jsonl").write_bytes('{"text": "a"}\n'.encode("utf-16"))
    with pytest.raises(ExtractionError, match="is UTF-16"):
        read(tmp_path / "a.jsonl")


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_lines(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    """Any bytes give documents, problems or a reason."""
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(b"\n".join(lines))
    try:
        for item in read(path):
            item.path.encode()
    except ExtractionError as error:
        assert str(error)  # noqa: PT017


def test_speed(tmp_path: Path) -> None:
    """Small records are read by the ten thousand a second; the bound leaves room for a busy machine."""
    path = tmp_path / "a.jsonl"
    path.write_bytes((LINES + b"\n") * 4)
    format_ = format_of(path)
    assert format_ is not None
    times = []
    for _ in range(3):
        start = time.process_time()
        count = sum(1 for _ in format_.extract(Source(path, path.name, "2001-02-03")))
        times.append(time.process_time() - start)
    assert count == 20_000
    assert min(times) < 2
