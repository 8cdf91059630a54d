"""The same documents in one index and in several."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from coopsearch.indexer import sync

#: Two partners' folders, in three languages.
TEXTS: Final = {
    "north": {
        "boats.txt": "Boats on the coast\n\nSmugglers bring migrants by boat to the islands at night. "
        "The coast guard reported 312 boats in May 2023.",
        "routes.md": "# Smuggling routes\n\nSmuggling of migrants along the desert routes.\n\n"
        "## Cross-border\n\nCross-border cooperation against human trafficking and smuggling.",
        "passeurs.txt": "Les passeurs\n\nLes passeurs de migrants quittent la côte en bateau la nuit.",
        "muharribun.txt": "المهربون\n\nيغادر المهربون الساحل ليلا في قوارب نحو الجزر.",
        "trade.txt": "Trade\n\nTwo ministers signed a contract about wheat and olive oil.",
        "long.txt": "Annual report\n\n" + "The committee met and the delegates spoke of trade. " * 40,
    },
    "south": {
        "islands.txt": "Arrivals on the islands\n\nPeople reach the islands by boat; smugglers leave late.",
        "victims.txt": "Victims of trafficking\n\nVictims of human trafficking need protection. "
        "Trafficking in persons is not the smuggling of migrants.",
        "refugies.txt": "Réfugiés\n\nDes réfugiés arrivent sur les îles; les migrants fuient la guerre.",
        "tahrib.txt": "تهريب المهاجرين\n\nمكافحة تهريب المهاجرين والاتجار بالبشر.",
        "mails.csv": "from,text\nann@example.org,the smugglers of 2023\nbo@example.org,boats and contracts\n",
        "short.txt": "Smuggling",
    },
}

Make = Callable[..., list[Path]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes an index for each folder, kept with the engine that is named for it; beside them, one of all."""

    def made(*engines: str, whole: str = "columns") -> list[Path]:
        write(tmp_path)
        sources = [tmp_path / name for name in TEXTS]
        found = []
        for source, engine in zip(sources, engines, strict=True):
            found.append(tmp_path / f"{source.name}-index")
            sync([source], found[-1], engine=engine)
        sync(sources, tmp_path / f"whole-{whole}", engine=whole)
        return found

    return made


def write(folder: Path) -> None:
    """Write the texts as files."""
    for source, texts in TEXTS.items():
        (folder / source).mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / source / name).write_text(text, encoding="utf-8")
