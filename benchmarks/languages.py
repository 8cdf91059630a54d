"""How well questions in one language find documents in another. `python3 -m benchmarks.languages`.

Each judged collection is indexed and asked as `coopsearch eval` asks it, with translations and without. Where
the language of its documents is not that of its questions, translations must help; where it is, they must
cost nothing. Writes the table into `docs/languages.md` with `--write`; names of collections leave out the
others, and `--keep DIR` keeps their indexes for the next time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer import sync
from coopsearch.search.evaluation.collection import Collection, corpus_of, read_collection
from coopsearch.search.evaluation.run import measure
from coopsearch.search.index import Index

ROOT: Final = Path(__file__).resolve().parents[1]
SHARED: Final = ROOT.parent / "shared"
PAGE: Final = ROOT / "docs" / "languages.md"
BEGIN: Final = "<!-- table: written by `python3 -m benchmarks.languages --write` -->"
END: Final = "<!-- end of table -->"
#: Collections whose questions are in another language than their documents, and those where they are not.
ACROSS: Final = (
    "xquad_enq_ard", "xquad_arq_end", "xquad_enq_ar10k", "ntrex_enq_frd", "ntrex_frq_end", "ntrex_frq_ard",
    "ntrex_arq_frd", "ntrex_enq_ard", "ntrex_arq_end",
)  # fmt: skip
WITHIN: Final = (
    "xquad_enq_end", "xquad_arq_ard", "ntrex_enq_end", "ntrex_frq_frd", "ntrex_arq_ard", "cranfield_en",
    "scifact_en", "time_en", "piaf_fr_20k", "arcd_ar_10k",
)  # fmt: skip
MEASURES: Final = ("nDCG@10", "recall@100")


class Row(NamedTuple):
    """What one collection gave."""

    name: str
    documents: int
    questions: int
    off: tuple[float, ...]
    """Without translations, a value for each of the measures."""
    on: tuple[float, ...]

    def __str__(self) -> str:
        """Return the row of the table."""
        values = " | ".join(f"{value:.4f}" for pair in zip(self.off, self.on, strict=True) for value in pair)
        return f"| {self.name} | {self.documents:,} | {self.questions:,} | {values} |"


def folder_of(name: str) -> Path | None:
    """Return the folder of a collection, None where it is not at hand."""
    found = (SHARED / place / name for place in ("cross", "collections"))
    return next((path for path in found if path.is_dir()), None)


def measured(folder: Path, place: Path) -> Row:
    """Index a collection, unless that was done, and measure it both ways."""
    collection = read_collection(folder)
    sync([corpus_of(folder)], place)
    values = {way: _asked(place, collection, way) for way in ("no", "auto")}
    with Index(place) as opened:
        documents = opened.documents
    return Row(folder.name, documents, len(collection.queries), values["no"], values["auto"])


def _asked(place: Path, collection: Collection, translate: str) -> tuple[float, ...]:
    with Index(place, translate=translate) as opened:
        base = next(path for path, _ in opened.rank("*", limit=1)).partition("!")[0] + "!"
        found = measure(opened, collection, lambda path: path.removeprefix(base))
    return tuple(sum(found[one].values()) / len(found[one]) for one in MEASURES)


def rows(names: Sequence[str], keep: Path) -> Iterator[Row]:
    """Yield the row of each collection that is at hand."""
    for name in names:
        if (folder := folder_of(name)) is not None:
            (keep / name).mkdir(parents=True, exist_ok=True)
            yield measured(folder, keep / name / "index")


def table(across: Sequence[Row], within: Sequence[Row]) -> str:
    """Return both tables as they stand in the page."""
    head = "| collection | documents | questions | " + " | ".join(
        f"{name} {way}" for name in MEASURES for way in ("without", "with")
    )
    rule = "| --- | --: | --: |" + " --: | --: |" * len(MEASURES)
    parts = []
    for title, found in (("Questions in another language", across), ("In the same language", within)):
        if found:
            parts += [f"**{title}**", "", f"{head} |", rule, *map(str, found), ""]
    return "\n".join(parts)


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables, and write them into the page if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", help="collections; default: all")
    parser.add_argument("--keep", type=Path, help="a folder for the indexes")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {PAGE.name}")
    given = parser.parse_args(arguments)
    unknown = sorted({*given.names} - {*ACROSS, *WITHIN})
    if unknown or (given.write and given.names):
        parser.error(f"no collection {', '.join(unknown)}" if unknown else "--write is for all collections")
    with tempfile.TemporaryDirectory(prefix="coopsearch-languages-") as scratch:
        keep = (given.keep or Path(scratch)).absolute()
        found = [
            list(rows([name for name in names if not given.names or name in given.names], keep))
            for names in (ACROSS, WITHIN)
        ]
    text = table(*found)
    print(text)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.partition(BEGIN)[0], page.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
