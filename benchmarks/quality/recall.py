"""How many words of real files are read, beside markitdown. `dev.py recall [--peer PYTHON]`.

The files are those of a folder of faults and of the fixtures. None of them says what must be found in it. So
the words that must be are those that either of the two gives and that are words: both give them, or they
stand in texts of the three languages as well. That leaves out what neither reads, and what is only noise: the
inner names of a format, coded data, letters read in a wrong encoding. Of a PDF, words that either gives whole
are not looked for in pieces, as they stand at the ends of lines. What markitdown says of itself and of empty
cells is left out. Where it hands on a file as it is (mails, RTF), the marks in it are no words of the
document: there both are held against what we read. Beside that stands how many of the phrases each gives that
people read in the fixtures and wrote down for the tests.

markitdown is not in the locks, as it needs some forty packages of its own:
`python3 -m venv peer; peer/bin/pip install "markitdown[docx,pptx,xlsx,xls,pdf,outlook]==0.1.9"`, and then
`--peer peer/bin/python`. Without it our own words alone are counted.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    # Started as a file: its folder is on the path then, and not the one above.
    sys.path[:1] = [str(Path(__file__).resolve().parents[2])]

from benchmarks.steps import machine
from coopsearch.indexer.extract import Source, format_of, format_of_bytes
from coopsearch.indexer.extract.signatures import START
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

REPO: Final = Path(__file__).resolve().parents[2]
SHARED: Final = REPO.parent / "shared"
FOLDERS: Final = ("faults/documents", "fixtures")
#: Texts whose words are words.
CORPORA: Final = (
    "corpora/un_general_debate_passages", "collections/scifact_en/corpus", "collections/piaf_fr_20k/corpus",
    "collections/arcd_ar_10k/corpus",
)  # fmt: skip
RECORDS: Final = 20_000
#: Seconds for one file.
PATIENCE: Final = 60
#: What the other Python runs: addresses of files come in, a line of JSON for each goes out.
PEER: Final = """
import json, signal, sys
from markitdown import MarkItDown
def late(*_):
    raise TimeoutError
signal.signal(signal.SIGALRM, late)
reader = MarkItDown()
for line in sys.stdin:
    signal.alarm({patience})
    try:
        text = reader.convert(line.rstrip("\\n")).text_content
    except BaseException as error:
        text = ""
    signal.alarm(0)
    print(json.dumps(text), flush=True)
"""
_WORD: Final = re.compile(r"[^\W_]+")
_MARKS: Final = re.compile("[\u0640\u064b-\u065f\u0670]")
#: Addresses of links and pictures in Markdown, pictures that stand in it as text, numbers of letters that it
#: could not read, and what it says itself.
_OWN: Final = re.compile(
    r"\]\([^)]*\)|data:[\w/+.-]+;base64[\w+/=,.]*|<!--.*?-->|\(cid:\d+\)|\bUnnamed: \d+|\bNaN\b"
    r"|^Content from the zip file [^\n]*|^## (?:File: [^\n]*|Content)$|^# Email Message$"
    r"|^\*\*\w+:\*\*|^### Chart: ",
    re.DOTALL | re.MULTILINE,
)
_LONGEST: Final = 30
#: So much of a file's own words is the file as it is.
_SAME: Final = 0.9


@dataclass
class Read:
    """What both give of one file."""

    path: Path
    ours: str
    theirs: str
    is_raw: bool
    """Whether theirs is the file as it is."""
    wanted: set[str] = field(default_factory=set)


@dataclass
class Line:
    """A line of the table."""

    files: int = 0
    read: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    phrases: Counter[str] = field(default_factory=Counter)

    def add(self, other: Line) -> None:
        """Add another line's counts."""
        self.files += other.files
        self.read.update(other.read)
        self.words.update(other.words)
        self.phrases.update(other.phrases)


def words(text: str) -> set[str]:
    """Return the words of a text, in small letters and in one form of each letter."""
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("\xad", "")
    return {one for one in _WORD.findall(folded) if 1 < len(one) <= _LONGEST}


def known(shared: Path) -> set[str]:
    """Return the words of texts in the three languages."""
    found: set[str] = set()
    for name in CORPORA:
        with lzma.open(shared / f"{name}.jsonl.xz", "rt", encoding="utf-8") as records:
            for record in islice(records, RECORDS):
                value = json.loads(record)
                found |= words(f"{value.get('title', '')} {value['text']}")
    return found


def files(shared: Path) -> list[Path]:
    """Return every file of the folders."""
    return sorted(path for name in FOLDERS for path in (shared / name).rglob("*") if path.is_file())


def ours(paths: Iterable[Path]) -> Iterator[str]:
    """Yield what we give of each file, its title and fields with it."""
    with closing(Isolation(Limits())) as isolation:
        for path in paths:
            form = format_of(path)
            parts: list[str] = []
            try:
                if form is not None:
                    form = format_of_bytes(form, path.read_bytes()[:START])
                    for one in isolation.read(form.extract, Source(path, path.name, "2001-02-03")):
                        if isinstance(one, Document):
                            parts += (one.title, *one.fields.values(), one.text)
            except ExtractionError:
                pass
            yield "\n".join(parts)


def theirs(paths: Sequence[Path], python: Path) -> Iterator[str]:
    """Yield what markitdown gives of each file."""
    done = subprocess.run(
        [python, "-c", PEER.format(patience=PATIENCE)],
        input="".join(f"{path}\n" for path in paths),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        check=True,
    )
    for line in done.stdout.splitlines():
        yield _OWN.sub(" ", json.loads(line))


def phrases() -> dict[str, list[str]]:
    """Return what persons read in fixtures, by the names of the files."""
    from tests.extract.office.test_office_fixtures import TEXT

    found: dict[str, list[str]] = {}
    for name, text in TEXT:
        found.setdefault(name, []).extend(re.split(r" \.\.\. | / | \| ", text))
    table = (REPO / "tests" / "extract" / "fixture_states.tsv").read_text(encoding="utf-8")
    for row in table.splitlines():
        path, _, rest = row.partition("\t")
        state, _, phrase = rest.partition("\t")
        if phrase and state in {"indexed", "in part"} and not row.startswith("#"):
            found.setdefault(Path(path).name, []).append(phrase)
    return found


def _plain(text: str) -> str:
    """Return the words of a text with single spaces between them."""
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return f" {' '.join(_WORD.findall(folded))} "


def compared(paths: Sequence[Path], python: Path | None, vocabulary: set[str]) -> list[Read]:
    """Read all files both ways, and decide which words must be found in each."""
    found = []
    other = theirs(paths, python) if python else iter([""] * len(paths))
    for path, mine, his in zip(paths, ours(paths), other, strict=True):
        my_words, his_words = words(mine), words(his)
        raw = words(path.read_bytes().decode("latin-1"))
        # Those that encodings do not change are enough to know it by.
        raw, plain = _of_ascii(raw), _of_ascii(his_words)
        one = Read(path, mine, his, is_raw=len(raw & plain) > _SAME * max(len(raw), len(plain)))
        either = my_words if one.is_raw else my_words | his_words
        # Lines of a page end within words, which the other may have joined.
        pieces = _pieces(either) if path.suffix == ".pdf" else set()
        one.wanted = {
            word
            for word in either
            if word in my_words & his_words
            or ((word in vocabulary or word.isdecimal()) and word not in pieces)
        }
        found.append(one)
    return found


def _of_ascii(some: set[str]) -> set[str]:
    return {word for word in some if word.isascii()}


def _pieces(some: Iterable[str]) -> set[str]:
    """Return the beginnings and the ends of words."""
    return {piece for word in some for at in range(1, len(word)) for piece in (word[:at], word[at:])}


def table(reads: Iterable[Read]) -> dict[str, Line]:
    """Return a line for each format."""
    lines: dict[str, Line] = {}
    wanted = phrases()
    for one in reads:
        line = lines.setdefault(one.path.suffix.lower() or "none", Line())
        line.files += 1
        line.words["wanted"] += len(one.wanted)
        looked_for = wanted.get(one.path.name, [])
        line.phrases["wanted"] += len(looked_for)
        for name, text in (("ours", one.ours), ("theirs", one.theirs)):
            line.read[name] += bool(text.strip())
            line.words[name] += len(one.wanted & words(text))
            line.phrases[name] += sum(_plain(phrase) in _plain(text) for phrase in looked_for)
    return lines


def _share(counts: Counter[str], name: str) -> str:
    return f"{counts[name] / counts['wanted']:.1%}" if counts["wanted"] else "-"


def main(arguments: Sequence[str]) -> int:
    """Print the table; with ``--show`` also which words we lack in each file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder with the files and the texts")
    parser.add_argument("--peer", type=Path, help="a Python that has markitdown")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="so many words that we lack")
    given = parser.parse_args(arguments)
    reads = compared(files(given.shared), given.peer, known(given.shared))
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    print(_row("", "", "with text", "", "words", "", "", "phrases", "", ""))
    print(_row("ending", "files", *("ours", "theirs") * 2, "of", "ours", "theirs", "of"))
    lines = dict(sorted(table(reads).items(), key=lambda one: -one[1].files))
    total = Line()
    for line in lines.values():
        total.add(line)
    for name, line in [*lines.items(), ("all", total)]:
        shares = [
            cell
            for counts in (line.words, line.phrases)
            for cell in (_share(counts, "ours"), _share(counts, "theirs"), f"{counts['wanted']:,}")
        ]
        print(_row(name, str(line.files), str(line.read["ours"]), str(line.read["theirs"]), *shares))
    for one in reads if given.show else ():
        if lacking := sorted(one.wanted - words(one.ours)):
            print(f"{one.path.name}: {len(lacking)} lacking: {' '.join(lacking[: given.show])}")
    return 0


def _row(name: str, *cells: str) -> str:
    """Return a line of the table."""
    return f"{name:8s}{''.join(f'{cell:>10s}' for cell in cells)}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
