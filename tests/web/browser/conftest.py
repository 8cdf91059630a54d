"""A browser for the tests of this folder, and the rules of accessibility that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.web.browser.chromium import Browser, browsing, program
from tests.web.served import Served, lacking

HERE: Final = Path(__file__).parent
AXE: Final = HERE / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for the tests of a file."""
    if program() is None:
        lacking("there is no Chromium")
    with browsing(tmp_path_factory.mktemp("chromium")) as one:
        yield one


@pytest.fixture
def browser(chromium: Browser, served: Served) -> Iterator[Browser]:
    """The browser on the first page, by the link; nothing may go wrong on any page."""
    chromium.faults.clear()
    chromium.look(1440)
    chromium.open(str(served.place["url"]))
    chromium.wait(
        "location.pathname === '/' && document.querySelector('.js') && document.activeElement.id === 'q'"
    )
    yield chromium
    chromium.run("0")
    assert chromium.faults == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which `npm ci` installs by its lock."""
    if not AXE.is_file():
        lacking("axe-core is not there: `npm ci --ignore-scripts --prefix tests/web/browser`")
    return AXE.read_text(encoding="utf-8")
