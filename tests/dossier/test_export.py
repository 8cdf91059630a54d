"""``coopsearch export``: one file that holds all hits, and no more than text of what documents say."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
from html import escape
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from coopsearch.indexer import read_documents
from tests.conftest import Ran, Run
from tests.indexed import project

EVIL = (
    "=cmd|'/c calc'!A1 <script>alert(1)</script> [x](javascript:1) & ]]> \x1b[31m \u202e **b** `c` | # zander"
)
FILES = {
    "report.md": "# Routes\n\n## Sea\n\nThe zander took new routes in 2018, dit-on.\n",
    "ar.txt": "سمك الزندر zander في البحر.\n\nنص آخر.\n",
    "fr.txt": "Les zanders passent la nuit à « Étaples ».\n",
    "=evil<b>.html": f"<title>{escape(EVIL)}</title><p>{escape(EVIL)}</p>",
    "only.html": "<title>Zander</title><p>Nothing.</p>",
}
FORMATS = ("html", "docx", "md", "csv")


class Export(Protocol):
    """Runs ``coopsearch export`` where the index is."""

    def __call__(self, *arguments: str | Path) -> Ran:
        """Run it with these arguments."""
        ...


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of documents in three languages with an index."""
    return project(tmp_path_factory.mktemp("made"), FILES)


@pytest.fixture
def export(run: Run, made: Path) -> Export:
    """Runs it in the folder of the documents."""
    return lambda *arguments: run(
        "export", *arguments, cwd=made, env={"COOPSEARCH_INDEX": str(made / "index_data")}
    )


@pytest.fixture(scope="module")
def written(made: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The dossier of all documents in each format, made once by the parts of the command."""
    from coopsearch.search import open_index
    from coopsearch.search.dossier.collecting import Sources, collected
    from coopsearch.search.dossier.docx import docx
    from coopsearch.search.dossier.markdown import markdown
    from coopsearch.search.dossier.page import html
    from coopsearch.search.dossier.table import table

    with open_index(made / "index_data") as index:
        results = index.search("zander")
        assert results.coverage is not None
        sources = Sources({str(index.folder): results.coverage.updated})
        dossier = collected(
            results, sources, title=EVIL, made="2026-01-02T03:04:05Z", found="all", coverage="all files",
            generation=index.generation,
        )  # fmt: skip
    assert len(dossier.entries) == len(FILES)
    return {"html": html(dossier), "docx": docx(dossier), "md": markdown(dossier), "csv": table(dossier)}


@pytest.mark.parametrize("form", FORMATS)
def test_written(export: Export, made: Path, tmp_path: Path, form: str) -> None:
    """Each format is written as a whole, beside nothing else, and is not overwritten unasked."""
    path = tmp_path / f"out.{form}"
    done = export("zander", path)
    assert done.code == 0, done.err
    assert f"{len(FILES)} hits from {len(FILES)} files" in done.out
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    before = path.read_bytes()
    assert (hashlib.sha256((made / "docs" / "report.md").read_bytes()).hexdigest() in _text(path)) is True
    done = export("routes", path)
    assert (done.code, path.read_bytes()) == (2, before)
    assert "--force" in done.err
    assert export("routes", path, "--force").code == 0
    assert path.read_bytes() != before


NARROWED = [
    (["--lang", "ar"], ["ar.txt"]),
    (["--type", "html", "--type", "md", "--lang", "en"], ["=evil<b>.html", "only.html", "report.md"]),
    (["--in", "docs", "--type", "txt"], ["ar.txt", "fr.txt"]),
    (["--since", "2001-02", "--until", "2001-02-03"], ["report.md"]),
]


@pytest.mark.parametrize(("options", "names"), NARROWED)
def test_narrowed(run: Run, made: Path, tmp_path: Path, options: list[str], names: list[str]) -> None:
    """A dossier is narrowed by the options that narrow a search, and says by which."""
    shutil.copytree(made / "docs", tmp_path / "docs")
    (tmp_path / "docs" / "report.md").write_text("---\ndate: 2001-02-03\n---\n" + FILES["report.md"])
    run("index", "-q", "docs", "--index", "index_data", cwd=tmp_path)
    done = run("export", "zander", "out.csv", *options, cwd=tmp_path)
    assert (done.code, "; narrowed with --" in done.err) == (0, True)
    assert all(one in done.err for one in options)
    rows = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig"), newline=""))
    assert sorted(Path(row["document"]).name for row in rows) == names
    run("export", "zander", "out.md", *options, cwd=tmp_path)
    assert "narrowed with" in (tmp_path / "out.md").read_text(encoding="utf-8")


def test_narrowed_to_nothing(export: Export, tmp_path: Path) -> None:
    """What cannot be narrowed by is an error, and where nothing is left nothing is written."""
    done = export("zander", tmp_path / "out.md", "--since", "soon")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    done = export("zander", tmp_path / "out.md", "--since", "2090")
    assert (done.code, "narrowed with --since 2090" in done.err) == (1, True)
    assert list(tmp_path.iterdir()) == []


def _text(path: Path) -> str:
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as archive:
        return archive.read("word/document.xml").decode("utf-8")


def test_html(written: dict[str, bytes]) -> None:
    """The page loads and runs nothing, escapes all, and turns what is read from the right."""
    page = written["html"].decode("utf-8")
    assert "<script" not in page
    assert re.search(r"(?i)\b(src|on\w+|style)\s*=\s*[\"']", page.replace("style-src", "")) is None
    assert set(re.findall(r'href="([^"]*)"', page)) == {
        f"#{kind}-{number}" for kind in ("hit", "source") for number in range(1, len(FILES) + 1)
    }
    assert "default-src 'none'" in page
    assert '<blockquote lang="ar" dir="rtl">' in page
    assert '<blockquote lang="fr" dir="auto">' in page
    assert "<mark>zander</mark>" in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "Only the title holds what was asked for." in page
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    # The policy names the style by its hash; a changed style would not be applied.
    import base64

    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page


def test_docx(written: dict[str, bytes], tmp_path: Path) -> None:
    """The document is well-formed, and read again by our own reader with all that it says."""
    path = tmp_path / "out.docx"
    path.write_bytes(written["docx"])
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ET.fromstring(archive.read(name))
        body = archive.read("word/document.xml").decode("utf-8")
    assert "<w:bidi/>" in body
    assert "<w:rtl/>" in body
    assert '<w:highlight w:val="yellow"/>' in body
    (one,) = read_documents(path)
    for text in ("The zander took new routes in 2018", "في البحر", "« Étaples »", "<script>alert(1)"):
        assert text in one.text
    assert [passage.level for passage in one.passages].count(3) == len(FILES)


def test_markdown(written: dict[str, bytes]) -> None:
    """No sign of a document is markup."""
    text = written["md"].decode("utf-8")
    assert "<script" not in text.replace("\\<script", "")
    assert "](" not in text.replace("\\](", "")
    assert "**zander**" in text
    assert len([line for line in text.splitlines() if line.startswith("### ")]) == len(FILES)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_csv(written: dict[str, bytes]) -> None:
    """A spreadsheet sees a table of text in UTF-8, and no formula."""
    assert written["csv"].startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(written["csv"].decode("utf-8-sig")))
    assert len(rows) == len(FILES)
    assert {len(row) for row in rows} == {len(head)}
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@|%\t"))]
    assert any(cell.startswith("'=cmd") for cell in cells)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["zander", "out"], "ends with .html"),
        (["zander", "out.pdf"], "ends with .html"),
        (["zander", "none/out.md"], "there is no folder"),
        (["zander", "docs.html"], "is a folder"),
        (["out.md"], "Missing argument"),
        (["zander AND (", "out.md"], "character"),
        (["zander", "out.md", "--sort", "none"], "none"),
    ],
)
def test_wrong(export: Export, made: Path, arguments: list[str], message: str) -> None:
    """What cannot be written is refused before anything is asked, and leaves no file."""
    (made / "docs.html").mkdir(exist_ok=True)
    before = sorted(made.iterdir())
    done = export(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert sorted(made.iterdir()) == before


def test_nothing_found(export: Export, tmp_path: Path) -> None:
    """Of nothing no file is made."""
    done = export("quagga", tmp_path / "out.md")
    assert (done.code, list(tmp_path.iterdir())) == (1, [])


def test_number_of_hits(export: Export, tmp_path: Path) -> None:
    """As many hits are written as asked for, or all."""
    assert "2 hits" in export("zander", tmp_path / "a.md", "-n", "2").out
    assert f"{len(FILES)} hits" in export("zander", tmp_path / "b.md", "-n", "2", "--all-hits").out


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links(export: Export, tmp_path: Path) -> None:
    """A link in the place of the file is not followed: it is left alone, or replaced where asked."""
    victim, path = tmp_path / "victim", tmp_path / "out.md"
    victim.write_bytes(b"precious")
    path.symlink_to(victim)
    assert export("zander", path).code == 2
    assert export("zander", path, "--force").code == 0
    assert victim.read_bytes() == b"precious"
    assert not path.is_symlink()


def test_sources_since(run: Run, tmp_path: Path) -> None:
    """A source that changed or went since is said to have."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("gone.txt", "changed.txt", "same.txt"):
        (docs / name).write_text(f"zander {name}", encoding="utf-8")
    env = {"COOPSEARCH_INDEX": str(tmp_path / "index_data")}
    run("index", "-q", "docs", cwd=tmp_path, env=env)
    (docs / "gone.txt").unlink()
    (docs / "changed.txt").write_text("perch", encoding="utf-8")
    done = run("export", "zander", "out.md", cwd=tmp_path, env=env)
    assert done.code == 0
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "not there any more" in text
    assert "changed since the index" in text
    notes = [line for line in done.err.splitlines() if line.startswith("note:")]
    assert len(notes) == 2
    assert "note: docs/gone.txt: not there any more when this was made" in notes
