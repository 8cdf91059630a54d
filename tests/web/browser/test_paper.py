"""What is printed of a page: the text alone, in dark ink, and nothing cut in two that belongs together."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pypdfium2
import pytest

from tests.indexed import project
from tests.web.browser.chromium import Browser
from tests.web.served import TEXTS, Served, serving

HITS = 15
WORDS = {"en": "harbour", "fr": "cargaison", "ar": "الموانئ"}
SENTENCES = {
    "en": "The boats were seen at night near the harbour, and the police report few of them.",
    "fr": "Les bateaux sont partis de nuit avec leur cargaison et la police ne voit que peu de passeurs.",
    "ar": "غادرت القوارب الموانئ ليلا ولم تر الشرطة سوى عدد قليل من المهربين قرب الساحل الشرقي.",
}
ROWS = 60


@pytest.fixture(scope="module")
def served(
    command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service over documents that take several sheets."""
    texts = {
        f"{language}{n}.md": f"# Title{n:02} {word}\n\n{f'{SENTENCES[language]} {n} ' * 6}\n"
        for n in range(HITS)
        for language, word in WORDS.items()
    }
    rows = "".join(f"begin{n:02};{'weights and measures ' * 12} end{n:02}\n" for n in range(ROWS))
    texts |= {"table.csv": f"One;Two\n{rows}", **TEXTS}
    top = project(tmp_path_factory.mktemp("paper"), texts)
    with serving(command, home, top / "index_data", cwd=top) as one:
        yield one


def printed(browser: Browser, path: Path) -> list[str]:
    """Return the text of each sheet of the page that is shown."""
    path.write_bytes(base64.b64decode(browser.call("Page.printToPDF", printBackground=False)["data"]))
    with pypdfium2.PdfDocument(path) as document:
        return [document[n].get_textpage().get_text_range() for n in range(len(document))]


@pytest.mark.parametrize("language", WORDS)
def test_an_answer(browser: Browser, served: Served, tmp_path: Path, language: str) -> None:
    """It has the query and the hits, each whole on a sheet, and nothing to be clicked."""
    browser.open(f"{served.place['base']}/?q={quote(WORDS[language])}&lang={language}&sort=title")
    sheets = printed(browser, tmp_path / "answer.pdf")
    assert len(sheets) > 1
    text = "\n".join(sheets)
    if language != "ar":
        assert text.lstrip().startswith(WORDS[language])
    assert not re.search(
        "Save this search|Export a dossier|Similar|Relevant|Saved|Coverage|not searched", text
    )
    for n in range(HITS):
        (there,) = [number for number, sheet in enumerate(sheets) if f"Title{n:02}" in sheet]
        assert f"{language}{n}.md" in sheets[there]


def test_a_table(browser: Browser, served: Served, tmp_path: Path) -> None:
    """No row is cut in two, and no column is lost."""
    name = served.get("/api/v1/search", q="begin07", type="csv").json["hits"][0]["id"]
    browser.open(f"{served.place['base']}/document/{name}?q=begin07")
    sheets = printed(browser, tmp_path / "table.pdf")
    assert len(sheets) > 1
    for n in range(ROWS):
        assert [f"begin{n:02}" in sheet for sheet in sheets] == [f"end{n:02}" in sheet for sheet in sheets], n
    assert not re.search("Cite, tag|Save the original|Previous hit|place", "\n".join(sheets))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_ink(browser: Browser, served: Served, tmp_path: Path, dark: bool) -> None:
    """All text is dark on white, whether the person likes pages light or dark."""
    name = served.get("/api/v1/search", q="boats", type="md").json["hits"][0]["id"]
    browser.look(1440, dark=dark)
    for number, path in enumerate((f"/document/{name}?q=boats", "/?q=boats", "/coverage", "/help")):
        browser.open(f"{served.place['base']}{path}")
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        browser.call("Emulation.setEmulatedMedia", media="print", features=scheme)
        colours = browser.run(
            "[...document.querySelectorAll('main *')].filter((one) => one.getClientRects().length && "
            "[...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))"
            ".map((one) => getComputedStyle(one).color)"
        )
        assert colours, path
        for colour in set(colours):
            red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
            assert 0.299 * red + 0.587 * green + 0.114 * blue < 130, (path, colour)
        assert printed(browser, tmp_path / f"{number}.pdf")
        browser.call("Emulation.setEmulatedMedia", media="", features=scheme)
