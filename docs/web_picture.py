"""Take the picture of docs/screens/web.png of a real page, in Chromium.

Run by ``python3 dev.py web-picture``, with the Python that coopsearch is installed for. The reports are those
of ``screens.py``. Chromium has to be there; it is driven as the tests of the pages drive it.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
PICTURE: Final = HERE / "screens" / "web.png"
_COMMAND: Final = (sys.executable, "-m", "coopsearch.search.cli")
_WIDTH: Final = 1280


def main() -> int:
    """Index the reports, serve them, ask, and keep what is seen."""
    sys.path.insert(0, os.fspath(HERE.parent))
    from tests.web.browser.chromium import browsing, program

    if program() is None:
        print("there is no Chromium; install chromium")
        return 1
    reports = runpy.run_path(os.fspath(HERE / "screens.py"))["REPORTS"]
    with tempfile.TemporaryDirectory(prefix="coopsearch-picture-") as temporary:
        top = Path(temporary)
        for name, text in reports.items():
            (top / name).parent.mkdir(exist_ok=True)
            (top / name).write_text(text, encoding="utf-8")
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
                    browser.call("Emulation.setScrollbarsHidden", hidden=True)
                    browser.open(place["url"])
                    browser.wait("location.pathname === '/' && document.querySelector('.js #q')")
                    browser.open(f"{place['base']}/?q=smuggling+routes")
                    browser.picture(PICTURE)
            finally:
                service.terminate()
    print(f"{PICTURE.relative_to(HERE.parent)}: {PICTURE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
