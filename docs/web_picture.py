"""Take the picture of docs/screens/web.png of a real page, in Chromium.

Run by ``python3 dev.py web-picture``, with the Python that coopsearch is installed for. The reports are those
of ``screens.py``. Chromium has to be there; it is driven as the tests of the pages drive it. What is another
each time, as times are, is replaced, so the same pages give the same file on one machine.
"""

from __future__ import annotations

import getpass
import json
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image

HERE: Final = Path(__file__).resolve().parent
PICTURE: Final = HERE / "screens" / "web.png"
_COMMAND: Final = (sys.executable, "-m", "coopsearch.search.cli")
_WIDTH: Final = 1280
#: Colours of the picture: text on few grounds needs no more, and a page of the project should be light.
_COLOURS: Final = 64
#: 12 May 2023, for all reports.
_CHANGED: Final = 1_683_900_000


def main() -> int:
    """Index the reports, serve them, ask, and keep what is seen."""
    sys.path.insert(0, os.fspath(HERE.parent))
    from tests.web.browser.chromium import browsing, program
    from tests.web.browser.pictures import settle

    if program() is None:
        print("there is no Chromium; install chromium")
        return 1
    reports = runpy.run_path(os.fspath(HERE / "screens.py"))["REPORTS"]
    with tempfile.TemporaryDirectory(prefix="coopsearch-picture-") as temporary:
        top = Path(temporary)
        for name, text in reports.items():
            (top / name).parent.mkdir(exist_ok=True)
            (top / name).write_text(text, encoding="utf-8")
            os.utime(top / name, (_CHANGED, _CHANGED))
        folders = sorted({name.partition("/")[0] for name in reports if "/" in name})
        index = ["index", "-q", *folders, "--index", "index_data"]
        subprocess.run([*_COMMAND, *index], cwd=top, check=True)
        serve = ["serve", "index_data", "--json"]
        with subprocess.Popen([*_COMMAND, *serve], cwd=top, stdout=subprocess.PIPE, text=True) as service:
            assert service.stdout is not None
            place = json.loads(service.stdout.readline())
            try:
                with browsing(top / "chromium") as browser:
                    browser.look(_WIDTH)
                    browser.open(place["url"])
                    browser.wait("location.pathname === '/' && document.querySelector('.js #q')")
                    browser.open(f"{place['base']}/?q=smuggling+routes")
                    settle(browser, str(top), getpass.getuser(), days=False)
                    browser.picture(PICTURE)
            finally:
                service.terminate()
    with Image.open(PICTURE) as taken:
        few = taken.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(HERE.parent)}: {PICTURE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
