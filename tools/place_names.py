"""Write the names of countries, regions, cities, languages, months and days in three languages, as in CLDR.

    python3 -m pip install babel; python3 tools/place_names.py

Babel carries the data of Unicode's CLDR; a new version of it may bring better names. What is written is
`search/translation/entries/places.tsv`, under the licence in `LICENSE.unicode`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ENTRIES: Final = Path(__file__).resolve().parents[1] / "search" / "translation" / "entries"
#: What is said beside a name, and signs that only say in which direction it is written.
_BESIDE: Final = re.compile(r"\s*[\(\[].*|[\u200e\u200f\u061c]")
#: Codes that stand for no place: unknown, the euro area, outlying Oceania, made for tests.
_NO_PLACES: Final = frozenset(("ZZ", "EZ", "QO", "XA", "XB"))
#: What a lexicon takes: a term of eight words at most.
_FITS: Final = re.compile(r"(?:[\w.'&]+[ -]*){1,8}")
_HEAD: Final = """\
# Names of countries, cities, languages, months and days, from Unicode's Common Locale Data Repository, by way
# of Babel {version}: see LICENSE.unicode. Made by tools/place_names.py; not to be changed by hand.
"""


def main() -> int:
    """Write the file."""
    try:
        import babel  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        print("place_names.py: Babel is missing; install it: python3 -m pip install babel", file=sys.stderr)
        return 2
    entries: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for pos, names in _names(*(babel.Locale(code) for code in ("en", "fr", "ar"))):
        english, french, arabic = (_BESIDE.sub("", name).replace("’", "'").strip().lower() for name in names)
        if all(_FITS.fullmatch(name) for name in (english, french, arabic)):
            known = entries.setdefault((english, pos), ([], []))
            for words, word in zip(known, (french, arabic), strict=True):
                if word not in words:
                    words.append(word)
    lines = [
        f"{english}\t{pos}\t{'; '.join(french)}\t{'; '.join(arabic)}\n"
        for (english, pos), (french, arabic) in sorted(entries.items())
    ]
    text = _HEAD.format(version=babel.__version__) + "".join(lines)
    (ENTRIES / "places.tsv").write_text(text, encoding="utf-8")
    print(f"{len(lines)} names")
    return 0


def _names(*locales: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of one thing in each locale, behind what part of speech they are."""
    places = "name"
    tables = [
        (places, [locale.territories for locale in locales]),
        (places, [_cities(locale) for locale in locales]),
        # Those of two letters: the others are spoken by few and look like common words.
        (
            "n",
            [{code: name for code, name in locale.languages.items() if len(code) == 2} for locale in locales],  # noqa: PLR2004 - of ISO 639-1
        ),
        ("n", [locale.months["stand-alone"]["wide"] for locale in locales]),
        ("n", [locale.days["stand-alone"]["wide"] for locale in locales]),
    ]
    for pos, table in tables:
        for code in table[0]:
            if code not in _NO_PLACES and all(code in names for names in table):
                yield pos, tuple(names[code] for names in table)


def _cities(locale: Any) -> dict[str, str]:
    """Return the cities after which zones of time are called, by the zone.

    Where a language of Latin letters has no name of its own for one, it is called as its zone is.
    """
    named = {zone: given["city"] for zone, given in locale.time_zones.items() if "city" in given}
    if locale.language == "ar":
        return named
    return {
        zone: named.get(zone, zone.rpartition("/")[2].replace("_", " "))
        for zone in locale.parse("ar").time_zones
        if "/" in zone and not zone.startswith("Etc/")
    }


if __name__ == "__main__":
    sys.exit(main())
