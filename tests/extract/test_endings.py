"""Every ending of texts, archives and PDFs that the page of formats lists: a file of each is read.

Those of office documents, mails and pictures have files like this one in their folders.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import archive, pdf, text
from tests.conftest import Run
from tests.extract.nested import tarred, zipped
from tests.extract.pdf.pdf_files import lines
from tests.extract.pdf.pdf_files import pdf as pdf_file

SAMPLES: Final = Path(__file__).parent / "text" / "samples"
WORDS: Final = b"Smuggling routes of the year\n"
RECORD: Final = b'{"text": "Smuggling routes of the year"}\n'
PAGE: Final = b"<!DOCTYPE html><title>t</title><p>Smuggling routes of the year</p>"
TABLE: Final = b"word%sroute\nSmuggling%sby sea\nfish%sby land\n"
MEMBER: Final = {"a.txt": WORDS}


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def _xml(root: str) -> bytes:
    return f'<?xml version="1.0"?><{root}><title>Smuggling</title><p>routes of the year</p></{root}>'.encode()


#: A file of each ending; each holds the word.
FILES: Final = {
    ".txt": WORDS, ".text": WORDS, ".log": WORDS, ".asc": WORDS, ".org": WORDS,
    ".md": WORDS, ".markdown": WORDS, ".mdown": WORDS,
    ".html": PAGE, ".htm": PAGE, ".xhtml": PAGE,
    ".rst": WORDS, ".rest": WORDS,
    ".csv": TABLE.replace(b"%s", b","), ".tsv": TABLE.replace(b"%s", b"\t"),
    ".tab": TABLE.replace(b"%s", b"\t"),
    ".json": RECORD, ".jsonl": RECORD, ".ndjson": RECORD,
    ".jsonl.xz": lzma.compress(RECORD), ".ndjson.xz": lzma.compress(RECORD),
    ".jsonl.gz": gzip.compress(RECORD), ".ndjson.gz": gzip.compress(RECORD),
    ".tex": _sample("report.tex").replace(b"first", b"smuggling"),
    ".latex": rb"\documentclass{article}\begin{document}Smuggl\-ing routes\end{document}",
    ".ltx": rb"Smuggl\-ing routes",
    ".adoc": _sample("guide.adoc"), ".asciidoc": b"= Smuggling\n\nRoutes.\n",
    ".ipynb": _sample("analysis.ipynb"),
    ".srt": _sample("crossing.srt").replace(b"Zarzis", b"smuggling"),
    ".sbv": _sample("crossing.sbv").replace(b"boat", b"smuggling"),
    ".ass": _sample("crossing.ass").replace(b"boat", b"smuggling"),
    ".ssa": _sample("crossing.ass").replace(b"boat", b"smuggling "),
    ".ttml": _sample("crossing.ttml").replace(b"boat", b"smuggling"),
    ".dfxp": _sample("crossing.ttml").replace(b"boat", b"smuggling "),
    ".vtt": _sample("crossing.vtt").replace(b"boats", b"smuggling"),
    ".xml": _xml("doc"), ".nxml": _sample("article.nxml").replace(b"Many", b"Smuggling"),
    ".rss": _sample("news.rss").replace(b"Boat lands", b"Smuggling"),
    ".atom": _sample("routes.atom").replace(b"One", b"Smuggling"), ".rdf": _xml("RDF"),
    ".tei": _sample("letters.tei").replace(b"bateau", b"smuggling"),
    ".xbrl": _sample("report.xbrl").replace(b"later", b"smuggling"),
    ".kml": b"<kml><Document><Placemark><name>Smuggling</name></Placemark></Document></kml>",
    ".opml": b'<opml><head><title>t</title></head><body><outline text="Smuggling routes"/></body></opml>',
    ".svg": _sample("map.svg"),
    ".pdf": pdf_file(lines("Smuggling routes of the year")),
    ".zip": zipped(MEMBER), ".tar": tarred(MEMBER),
    ".tar.gz": gzip.compress(tarred(MEMBER)), ".tgz": gzip.compress(tarred(MEMBER)),
    ".tar.bz2": bz2.compress(tarred(MEMBER)), ".tbz": bz2.compress(tarred(MEMBER)),
    ".tbz2": bz2.compress(tarred(MEMBER)),
    ".tar.xz": lzma.compress(tarred(MEMBER)), ".txz": lzma.compress(tarred(MEMBER)),
    ".gz": gzip.compress(WORDS), ".xz": lzma.compress(WORDS), ".bz2": bz2.compress(WORDS),
}  # fmt: skip


def test_every_ending_has_a_file() -> None:
    """The table has a file of every ending that these families declare, and no other."""
    declared = {suffix for one in (*text.FORMATS, *archive.FORMATS, *pdf.FORMATS) for suffix in one.suffixes}
    assert set(FILES) == declared


def test_every_ending_is_read(tmp_path: Path, run: Run) -> None:
    """The command reads a file of every ending, in small and in capital letters, and a search finds it."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number, (suffix, data) in enumerate(FILES.items()):
        (docs / f"{number}{suffix if number % 2 else suffix.upper()}").write_bytes(data)
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert (done.code, done.err.count("failed: ")) == (0, 0), done.err
    hits = run("smuggling", "-n", "200", "--index", "ix", "--json", cwd=tmp_path).objects()
    found = {
        Path(path.partition("!")[0]).name for one in hits for path in (one["shown"], *one.get("also", ()))
    }
    assert found == {path.name for path in docs.iterdir()}
