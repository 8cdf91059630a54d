"""Subtitles are read by sentences, under the times at which they are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.extract.nested import read

SAMPLES = Path(__file__).with_name("samples")
SRT = (SAMPLES / "crossing.srt").read_text(encoding="utf-8")
VTT = (SAMPLES / "crossing.vtt").read_text(encoding="utf-8")
ROLLING = """WEBVTT

00:00:00.000 --> 00:00:02.000
 the ship<00:00:01.000><c> sails</c>

00:00:02.000 --> 00:00:02.010
the ship sails

00:00:02.010 --> 00:00:04.000
the ship sails
to<00:00:03.000><c> Tunis</c>

00:00:04.000 --> 00:00:04.010
to Tunis
"""
SBV = (SAMPLES / "crossing.sbv").read_text(encoding="utf-8")


def passages(folder: Path, name: str, data: str | bytes) -> tuple[str, list[tuple[str, str, int | None]]]:
    """Return the title, and of each passage its text, its times and its line."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    ((document,), problems) = read(path)
    assert not problems
    assert document.type == ("vtt" if name.endswith(".vtt") else "srt")
    return document.title, [
        (document.text[one.start : one.end], " ".join(one.heading), one.line) for one in document.passages
    ]


def test_subrip(tmp_path: Path) -> None:
    """A sentence is one passage over all its captions; a silence ends one, and marks of looks are gone."""
    expected = [
        ("The boat left Zarzis at night.", "00:00:01 – 00:00:06", 3),
        ("- Who paid?\n- Nobody & everybody", "00:01:02 – 00:01:04", 11),
        ("after the silence", "00:02:00 – 00:02:03", 16),
    ]
    assert passages(tmp_path, "night_crossing.srt", SRT) == ("night crossing", expected)
    for changed in (SRT.replace("\n", "\r\n").encode(), SRT.encode("utf-16"), SRT.replace(" --> ", "-->")):
        assert passages(tmp_path, "night_crossing.srt", changed) == ("night crossing", expected)


def test_webvtt(tmp_path: Path) -> None:
    """Of WebVTT the title and who speaks are kept, notes, styles, names and settings are left out."""
    assert passages(tmp_path, "a.vtt", VTT) == (
        "Night crossing",
        [
            ("Amina: The boats left", "00:00:01 – 00:00:04", 11),
            ("at midnight.", "01:00:05 – 01:00:09", 14),
        ],
    )


def test_rolling(tmp_path: Path) -> None:
    """What live captions repeat from one time to the next is said once."""
    _, found = passages(tmp_path, "a.vtt", ROLLING)
    assert [text for text, _, _ in found] == ["the ship sails to Tunis"]


@pytest.mark.parametrize(("name", "line"), [("crossing.ass", 6), ("crossing.ttml", 4)])
def test_other_programs(name: str, line: int) -> None:
    """SubStation and TTML are read likewise, without their marks and comments."""
    ((document,), problems) = read(SAMPLES / name)
    assert not problems
    (one,) = document.passages
    assert document.text == "The boat left from Zarzis, at night, quietly."
    assert (one.heading, one.line, document.title) == (("00:00:01 – 00:00:06",), line, "crossing")


def test_others(tmp_path: Path) -> None:
    """SBV is read likewise; Arabic in an older encoding is; a file without times is a text."""
    _, found = passages(tmp_path, "a.sbv", SBV)
    assert found == [
        ("The boat left.", "00:00:01 – 00:00:04", 2),
        ("It came back.", "00:00:05 – 00:00:06", 5),
    ]
    arabic = "وصل القارب إلى الميناء في الليل وكان على متنه عشرون مهاجرا؟"
    _, found = passages(tmp_path, "b.srt", SRT.replace("Zarzis at night.", arabic).encode("cp1256"))
    assert found[0][0] == f"The boat left {arabic}"
    (tmp_path / "c.srt").write_bytes(b"no times at all")
    ((document,), _) = read(tmp_path / "c.srt")
    assert (document.text, document.type) == ("no times at all", "txt")


def test_drawings(tmp_path: Path) -> None:
    """What SubStation draws is no word, and what is said around it is whole."""
    head = "[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Name, L, R, V, Effect, Text\n"
    line = "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,"
    said = (
        r"Hello {\pos(1,2)}world{\p1}m 0 0 l 1 1{\p0}again.",
        r"{\an7\p4\bord0}m 0 0 l 100 100 b 1 2 3",
        r"{\pbo5}The end.",
    )
    (tmp_path / "a.ass").write_text(head + "\n".join(line + one for one in said), encoding="utf-8")
    ((found,), _) = read(tmp_path / "a.ass")
    assert found.text.split() == ["Hello", "world", "again.", "The", "end."]


@pytest.mark.parametrize("name", ["a.txt", "a.unknown", "noending"])
def test_by_its_bytes(tmp_path: Path, name: str) -> None:
    """WebVTT is known by its first line under any name, SubRip where the name says nothing."""
    (tmp_path / name).write_bytes(VTT.encode())
    ((document,), _) = read(tmp_path / name)
    assert document.type == "vtt"
    (tmp_path / name).write_bytes(SRT.encode())
    ((document,), _) = read(tmp_path / name)
    assert document.type == ("txt" if name == "a.txt" else "srt")


def test_found_with_its_time(tmp_path: Path, run: Run, shared: Path) -> None:
    """A hit shows its line and its time, and a phrase that goes over two captions is found."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.srt").write_text(SRT, encoding="utf-8")
    for name in ("sub.srt", "sub.vtt"):
        (docs / name).write_bytes((shared / "faults" / "documents" / name).read_bytes())
    run("index", "docs", "--index", "ix", cwd=tmp_path)
    (hit,) = run('"boat left zarzis at night"', "--index", "ix", "--json", cwd=tmp_path).objects()
    assert (hit["heading"], hit["line"]) == (["00:00:01 – 00:00:06"], 3)
    for word, name in (("mikesrt", "sub.srt"), ("novembervtt", "sub.vtt")):
        shown = run(word, "--index", "ix", cwd=tmp_path).out
        assert name in shown
        assert "00:00:01 – 00:00:04" in shown
