"""Scans are read by OCR where that is wanted and the machine has it, page by page, within limits.

A stand-in for the program, which says what it is told to, is enough for most of it: so those tests run
everywhere.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer import Interrupted, Progress, sync
from coopsearch.indexer.extract.base import Picture
from coopsearch.indexer.extract.pdf.hocr import paragraphs_of
from coopsearch.indexer.sandbox.host import Limits, parse_limits
from coopsearch.indexer.sandbox.ocr import LANGUAGES, find
from coopsearch.search import open_index
from coopsearch.search.errors import ExtractionError, FileState, SettingsError
from tests.conftest import Run
from tests.extract.pdf.pdf_files import WHOLE, lines, pdf, picture_of, scan

POSIX = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")
TESSERACT = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")

HOCR = """<div class='ocr_page'>
<p class='ocr_par' lang='eng' title="bbox 100 100 900 190">
 <span class='ocr_line' title="bbox 100 100 900 140; baseline 0 -9; x_size 40; x_descenders 9">
  <span class='ocrx_word' title='bbox 100 100 300 140; x_wconf 96'>smuggling</span>
  <span class='ocrx_word' title='bbox 320 100 900 140; x_wconf 91'>&amp; <em>coopera-</em></span>
 </span>
 <span class='ocr_line' title="bbox 100 150 600 190; baseline 0 -9; x_size 40; x_descenders 9">
  <span class='ocrx_word' title='bbox 100 150 200 190; x_wconf 90'>tion</span>
  <span class='ocrx_word' title='bbox 220 150 300 190; x_wconf 4'>~~x</span>
 </span>
</p>
<p class='ocr_par' lang='eng' title="bbox 0 900 900 990">
 <span class='ocr_line' title="bbox 0 900 900 990; baseline 0 0; x_size 40">
  <span class='ocrx_word' title='bbox 0 900 900 990; x_wconf 31'>Il</span>
  <span class='ocrx_word' title='bbox 0 900 900 990; x_wconf 25'>ee</span>
 </span>
</p>
</div>"""

SCRIPT = """#!{python}
import os, sys, time
if "--list-langs" in sys.argv:
    print("List of available languages (9):", *{languages!r}, sep="\\n")
    sys.exit()
data = sys.stdin.buffer.read()
head, width, height, most = data[:40].split(None, 4)[:4]
assert head == b"P5" and most == b"255", head
assert len(data) >= int(width) * int(height) > 1000
{does}
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a stand-in for tesseract first on the path; what it does with a picture is given."""

    def make(
        does: str = f"print({HOCR!r})", languages: tuple[str, ...] = ("eng", "fra", "ara", "osd")
    ) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "tesseract"
        script.write_text(SCRIPT.format(python=sys.executable, languages=languages, does=does), "utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return script

    return make


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with a scan, a PDF of three pages one of which is scanned, and a text."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "scan.pdf").write_bytes(scan(lines("The report on smuggling", "and on cooperation")))
    middle = lines("Trafficking of antiquities")
    mixed = pdf(
        lines("A page about zanders"),
        WHOLE,
        lines("A page about fishing"),
        resources=[b"", picture_of(pdf(middle)), b""],
    )
    (folder / "mixed.pdf").write_bytes(mixed)
    (folder / "note.txt").write_text("a note on ports", encoding="utf-8")
    return folder


def test_without(run: Run, docs: Path, tmp_path: Path) -> None:
    """Without OCR a scan counts as no text, a page as missing, and the report says what would read them."""
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert done.code == 0
    assert "no text: docs/scan.pdf: it holds images alone" in done.err
    assert "no text: docs/mixed.pdf: on page 2: it shows images alone" in done.err
    assert "2 added, 2 without text: 2 documents" in done.out
    assert "2 files hold scanned pages: `coopsearch index --ocr` reads them" in done.out
    states = json.loads(run("status", "--json", "--index", "ix", cwd=tmp_path).out)["states"]
    assert states == {"indexed": 1, "in part": 1, "no text": 1}
    assert run("zanders", "--index", "ix", cwd=tmp_path).code == 0


def test_missing(run: Run, docs: Path, tmp_path: Path) -> None:
    """Where the program is missing, --ocr says what to install before anything is read or made."""
    (tmp_path / "empty").mkdir()
    done = run("index", "docs", "--ocr", "--index", "ix", cwd=tmp_path, env={"PATH": str(tmp_path / "empty")})
    assert done.code == 2
    told = " ".join(done.err.split())
    assert "apt-get install tesseract-ocr tesseract-ocr-fra tesseract-ocr-ara" in told
    assert not (tmp_path / "ix").exists()


@POSIX
def test_no_languages(program: Callable[..., Path], docs: Path, tmp_path: Path) -> None:
    """Without any of the three languages the program is as good as none; if one is missing, it is named."""
    program(languages=("deu", "osd"))
    with pytest.raises(SettingsError, match="none of eng, fra, ara is installed"):
        sync([docs], tmp_path / "ix", ocr=True)
    program(languages=("eng", "fra"))
    told: list[str] = []
    sync([docs], tmp_path / "ix", ocr=True, notice=told.append)
    assert told == ["OCR reads eng+fra alone; for more install tesseract-ocr-ara"]
    assert set(LANGUAGES) == {"eng", "fra", "ara"}


@POSIX
@pytest.mark.parametrize("workers", [1, 2])
def test_tried_again(program: Callable[..., Path], docs: Path, tmp_path: Path, workers: int) -> None:
    """What gave no text is read when OCR is first wanted; later runs keep to it, and read nothing twice."""
    index = tmp_path / "ix"
    first = sync([docs], index, workers=workers)
    assert (first.documents, len(first.lacking), first.failed, first.scans) == (2, 2, (), 2)
    program()
    second = sync([docs], index, ocr=True, workers=workers)
    assert (second.documents, second.lacking, second.updated, second.unchanged) == (3, (), 2, 1)
    assert sync([docs], index, workers=workers).unchanged == 3
    (docs / "new.pdf").write_bytes(scan(lines("Another report")))
    third = sync([docs], index, workers=workers)
    assert (third.added, third.lacking, third.scans) == (1, (), 0)
    (docs / "late.pdf").write_bytes(scan(lines("One report more")))
    fourth = sync([docs], index, ocr=False, workers=workers)
    assert (len(fourth.lacking), fourth.scans, fourth.unchanged) == (1, 1, 4)
    with open_index(index) as opened:
        hits = {Path(hit.path).name: hit for hit in opened.search("cooperation")}
        assert set(hits) == {"scan.pdf", "mixed.pdf", "new.pdf"}
        assert hits["scan.pdf"].fields["ocr"] == "all"
        assert hits["mixed.pdf"].fields["ocr"] == "2"
        assert (hits["mixed.pdf"].page, hits["mixed.pdf"].recognised) == (2, True)
        assert hits["mixed.pdf"].snippet == "smuggling & cooperation"
        (plain,) = opened.search("zanders")
        assert (plain.page, plain.recognised) == (1, False)


@POSIX
def test_program_gone(
    program: Callable[..., Path], docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that remembers OCR is brought up to date without it, and says what is missing."""
    program()
    sync([docs], tmp_path / "ix", ocr=True)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    (docs / "new.pdf").write_bytes(scan(lines("Another report")))
    told: list[str] = []
    report = sync([docs], tmp_path / "ix", notice=told.append)
    assert (report.documents, len(report.lacking), report.scans) == (3, 1, 1)
    assert len(told) == 1
    assert "scans are not read: --ocr needs the program tesseract" in told[0]


@POSIX
@pytest.mark.parametrize(
    ("does", "limit", "reason"),
    [
        ("while True: pass", "cpu=1", "OCR took more than 1 s of processor time"),
        ("sys.exit(3)", "cpu=60", "OCR failed: tesseract ended (exit status 3)"),
        ("os.abort()", "cpu=60", "OCR failed: tesseract ended (SIGABRT)"),
        ("held = bytearray(600_000_000)", "memory=512", "OCR failed: tesseract ended"),
        ("print('x' * 3_000_000)", "output=2", "OCR gives over 2 MiB"),
    ],
)
def test_faults(
    program: Callable[..., Path], docs: Path, tmp_path: Path, does: str, limit: str, reason: str
) -> None:
    """Whatever the program does, its page fails with the reason, and the rest of the file is read."""
    program(does)
    report = sync([docs], tmp_path / "ix", ocr=True, limits=parse_limits((limit,)))
    mixed, whole = report.failed
    assert mixed.reason.startswith(f"no text on page 2: {reason}")
    assert whole.reason.startswith(f"no text: {reason}")
    with open_index(tmp_path / "ix") as index:
        assert index.search("zanders").total == 1


@POSIX
def test_late(program: Callable[..., Path]) -> None:
    """A program that hangs is ended; a picture that is not what it says never reaches it."""
    program("time.sleep(100)")
    with pytest.raises(ExtractionError, match=r"OCR took longer than 0.5 s.*--limit seconds=N") as late:
        find().read(Picture(40, 40, bytes(1600)), Limits(seconds=0.5))
    assert late.value.state == FileState.TOO_LARGE
    for wrong in (Picture(40, 40, b""), Picture(-40, -40, bytes(1600)), Picture(40, 40, None)):  # type: ignore[arg-type]
        with pytest.raises(ExtractionError, match="a picture's size is not what it says"):
            find().read(wrong, Limits())


@POSIX
def test_pages(program: Callable[..., Path], tmp_path: Path) -> None:
    """Pages over the limit are told as too large; after some faults the rest of a file is not tried."""
    program()
    (tmp_path / "a.pdf").write_bytes(scan(*[lines("A page")] * 4))
    report = sync([tmp_path / "a.pdf"], tmp_path / "ix", ocr=True, limits=parse_limits(("pages=2",)))
    (failure,) = report.failed
    assert failure.reason.startswith("no text on pages 3-4: over 2 pages for OCR")
    program("sys.exit(1)")
    (tmp_path / "b.pdf").write_bytes(
        pdf(lines("x"), *[WHOLE] * 8, resources=[b"", *[picture_of(pdf(lines("y")))] * 8])
    )
    report = sync([tmp_path / "b.pdf"], tmp_path / "iy", ocr=True)
    assert [one.reason[:48] for one in (*report.failed, *report.lacking)] == [
        "no text on pages 2-6: OCR failed: tesseract ended"[:48],
        "no text on pages 7-9: not tried by OCR after the"[:48],
    ]


@POSIX
def test_ended(program: Callable[..., Path], tmp_path: Path) -> None:
    """A run can be ended between two pages; the next one reads the file."""
    program()
    (tmp_path / "a.pdf").write_bytes(scan(*[lines("A page")] * 3))
    told: list[Progress] = []

    def progress(now: Progress) -> None:
        told.append(now)
        if len(told) == 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        sync([tmp_path / "a.pdf"], tmp_path / "ix", ocr=True, progress=progress)
    # Before the file, and before two of its pages.
    assert [(one.done, one.documents) for one in told] == [(0, 0)] * 3
    assert sync([tmp_path / "a.pdf"], tmp_path / "ix").documents == 1


@POSIX
def test_member(program: Callable[..., Path], docs: Path, tmp_path: Path) -> None:
    """A scan in an archive is read like one beside it."""
    program()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(docs / "scan.pdf", "deep/scan.pdf")
    report = sync([tmp_path / "a.zip"], tmp_path / "ix", ocr=True)
    assert (report.documents, report.failed) == (1, ())
    with open_index(tmp_path / "ix") as index:
        (hit,) = index.search("smuggling")
        assert hit.path.endswith("a.zip!deep/scan.pdf")
        assert hit.recognised


@POSIX
def test_shown(run: Run, program: Callable[..., Path], docs: Path, tmp_path: Path) -> None:
    """The terminal, JSON and status say which text is from OCR."""
    path = {"PATH": f"{program().parent}{os.pathsep}{os.environ['PATH']}"}
    assert run("index", "docs", "--ocr", "--index", "ix", cwd=tmp_path, env=path).code == 0
    shown = run("smuggling", "--index", "ix", cwd=tmp_path)
    assert shown.out.count("text from OCR") == 2
    assert "text from OCR" not in run("zanders", "--index", "ix", cwd=tmp_path).out
    assert all(hit["ocr"] for hit in run("smuggling", "--json", "--index", "ix", cwd=tmp_path).objects())
    (plain,) = run("zanders", "--json", "--index", "ix", cwd=tmp_path).objects()
    assert "ocr" not in plain
    assert plain["fields"]["ocr"] == "2"
    assert "2 of them have text from OCR" in run("status", "--index", "ix", cwd=tmp_path).out
    assert json.loads(run("status", "--json", "--index", "ix", cwd=tmp_path).out)["recognised"] == 2


def test_hocr() -> None:
    """Lines of a page keep the program's paragraphs; words and lines it was unsure of are left out."""
    ((first, second),) = paragraphs_of(HOCR.encode(), 1000, 2)
    assert (first.text, second.text) == ("smuggling & coopera-", "tion")
    assert (first.left, first.bottom, first.right, first.height) == (50, 430, 450, 20)
    for damaged in (HOCR[: len(HOCR) // 2], HOCR.replace("bbox", "box"), "", "<p class='ocr_par'", "\0" * 9):
        for part in paragraphs_of(damaged.encode(), 1000, 2):
            assert part


@TESSERACT
def test_tesseract(run: Run, docs: Path, tmp_path: Path) -> None:
    """The program itself reads scans: upright and turned, whole files and single pages."""
    turned = scan(lines("A page that lies on its side", "and is read nevertheless", "as if it stood upright"))
    turned = turned.replace(b"/MediaBox[0 0 612 792]", b"/MediaBox[0 0 612 792]/Rotate 90")
    (docs / "turned.pdf").write_bytes(turned)
    done = run("index", "docs", "-q", "--ocr", "--index", "ix", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    (hit,) = run("smuggling cooperation", "--all", "--json", "--index", "ix", cwd=tmp_path).objects()
    assert hit["snippet"] == "The report on smuggling and on cooperation"
    (hit,) = run("antiquities", "--json", "--index", "ix", cwd=tmp_path).objects()
    assert (Path(hit["shown"]).name, hit["page"], hit["ocr"]) == ("mixed.pdf", 2, True)
    (hit,) = run("nevertheless", "--json", "--index", "ix", cwd=tmp_path).objects()
    assert Path(hit["shown"]).name == "turned.pdf"


@TESSERACT
def test_tesseract_arabic(shared: Path, run: Run, tmp_path: Path) -> None:
    """A scan in Arabic is read, and found by its words."""
    page = picture_of((shared / "fixtures" / "pdfjs" / "ArabicCIDTrueType.pdf").read_bytes())
    (tmp_path / "arabic.pdf").write_bytes(pdf(WHOLE, resources=[page]))
    assert run("index", "arabic.pdf", "--ocr", "--index", "ix", cwd=tmp_path).code == 0
    (hit,) = run("الخطوط العربية", "--all", "--json", "--index", "ix", cwd=tmp_path).objects()
    assert (hit["language"], hit["ocr"]) == ("ar", True)
