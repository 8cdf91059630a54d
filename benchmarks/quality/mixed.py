"""How often a translation comes before what was typed, in a folder of three languages.

`python3 -m benchmarks.quality.mixed`. The news of the ntrex collections, which say the same in English,
French and Arabic, are written into one folder, ten sentences a file. Words and terms of our lexicon that
documents of their language hold as they are written are asked for; counted are the answers whose first hit
is in another language. Lower is better; none is not to be reached, since another language may say the word
more often.
"""

from __future__ import annotations

import json
import lzma
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coopsearch.indexer import sync
from coopsearch.search.index import Index
from coopsearch.search.translation.bundled import entries
from coopsearch.search.translation.entry import LANGUAGES

SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "cross"
#: The collection whose documents are in a language.
_OF: Final = {"ar": "ntrex_arq_ard", "en": "ntrex_enq_end", "fr": "ntrex_frq_frd"}
_SENTENCES: Final = 10
#: Questions of one kind, at most.
_MOST: Final = 250


def write(folder: Path) -> None:
    """Write the news of each language into a folder of its own."""
    for language, name in _OF.items():
        with lzma.open(SHARED / name / "corpus.jsonl.xz", "rt", encoding="utf-8") as stream:
            texts = [json.loads(line)["text"] for line in stream]
        (folder / language).mkdir(parents=True)
        for at in range(0, len(texts), _SENTENCES):
            path = folder / language / f"n{at // _SENTENCES:03}.txt"
            path.write_text("\n\n".join(texts[at : at + _SENTENCES]), encoding="utf-8")


def asked(language: str, *, terms: bool) -> Iterator[str]:
    """Yield words or terms of the lexicon in a language, in an order that is always the same."""
    at = LANGUAGES.index(language)
    found = {one.columns[at][0]: None for one in entries() if one.columns[at]}
    words = [one for one in sorted(found) if (" " in one) is terms]
    random.Random(1).shuffle(words)
    yield from words


def count(index: Index, folder: Path, language: str, *, terms: bool) -> tuple[int, int]:
    """Return of how many answers the first hit is in another language, and how many there are."""
    questions = abroad = 0
    own = str(folder / language)
    for text in asked(language, terms=terms):
        if questions == _MOST:
            break
        if not index.search(f'"{text}"', limit=0, languages=[language]).total:
            continue
        hits = index.search(text, limit=2, snippets=False, query_language=language).hits
        if len(hits) > 1:
            questions += 1
            abroad += not hits[0].path.startswith(own)
    return abroad, questions


def main() -> int:
    """Print a row for words and one for terms of each language."""
    if not SHARED.is_dir():
        print("the collections are not beside the project", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="coopsearch-mixed-") as scratch:
        folder, place = Path(scratch).resolve() / "news", Path(scratch).resolve() / "index_data"
        write(folder)
        sync([folder], place)
        with Index(place) as index:
            for language in ("en", "fr", "ar"):
                for kind, terms in (("words", False), ("terms", True)):
                    abroad, questions = count(index, folder, language, terms=terms)
                    print(f"{language} {kind}: {abroad} of {questions} answers begin in another language")
    return 0


if __name__ == "__main__":
    sys.exit(main())
