"""A terminal of a given size on which the real command runs, and what it shows there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

REPORTS: Final = {
    "reports/2018/coast.html": (
        "Annual report on maritime smuggling along the northern coast and the islands, with recommendations",
        "2018-03-04",
        "Amal Haddad",
        (
            "<h1>Findings</h1><h2>Routes of the smugglers</h2><p>The patrol boats left the coast in the "
            "early morning. Smuggling along the coast has increased since the closing of the land border. "
            "Officers reported that the routes change every few weeks. Nobody was found on the second "
            "boat. The vessel was brought to the nearest port, and the crew was heard by the prosecutor on "
            "the next day.</p><p>The court of appeal confirmed the sentences. Smuggling is punished with "
            "prison.</p>"
        ),
    ),
    "reports/2020/passeurs.html": (
        "Rapport annuel sur le trafic illicite de migrants et les réseaux de passeurs en Méditerranée",
        "2020-05-06",
        "Jean Dupont",
        (
            "<h1>Itinéraires</h1><p>Les bateaux de la patrouille ont quitté la côte. Le trafic de migrants "
            "(smuggling) a augmenté depuis la fermeture de la frontière terrestre. Les réseaux changent "
            "d’itinéraire toutes les semaines.</p>"
        ),
    ),
    "reports/2020/tahrib.html": (
        "تقرير سنوي عن تهريب المهاجرين عبر البحر الأبيض المتوسط وشبكات التهريب",
        "2020-07-01",
        "أمل حداد",
        (
            "<h1>الطرق</h1><p>غادرت زوارق الدورية الساحل في الصباح الباكر. ازداد تهريب المهاجرين "
            "(smuggling) منذ إغلاق الحدود البرية. تتغير الطرق كل أسبوعين.</p>"
        ),
    ),
    "تقارير/شبكات-التهريب-في-المنطقة.html": (
        "شبكات التهريب",
        "2021-02-02",
        "أمل حداد",
        "<p>شبكات تهريب المهاجرين smuggling في المنطقة.</p>",
    ),
}

Shows = Callable[..., str]
_STYLES: Final = re.compile(r"\x1b\[[0-9;]*m")


def write_reports(folder: Path) -> None:
    """Write the reports below a folder."""
    for name, (title, day, author, body) in REPORTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        said = f'<meta name="date" content="{day}"><meta name="author" content="{author}">'
        head = f"<title>{title}</title>{said}"
        path.write_text(f"<html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")


def unstyled(text: str) -> str:
    """Return what was shown without its colours."""
    return _STYLES.sub("", text)


@pytest.fixture
def shows(command: Sequence[str], clean_env: dict[str, str]) -> Shows:
    """Runs the command on a terminal of its own and returns all that it wrote there."""

    def shown(
        *arguments: str,
        cwd: Path,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str] | None = None,
        keys: bytes = b"",
    ) -> str:
        surroundings = {**clean_env, "TERM": "xterm-256color", **(env or {})}
        surroundings.pop("COLUMNS", None)
        main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        done = subprocess.Popen(
            [*command, *arguments],
            cwd=cwd,
            env=surroundings,
            stdin=side,
            stdout=side,
            stderr=side,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - a pager reads its keys there
        )
        os.close(side)
        data = b""
        while True:
            try:
                piece = os.read(main, 65_536)
            except OSError:
                break
            if not piece:
                break
            data += piece
            if keys and data.rstrip().endswith((b":\x1b[K", b":", b"(END)\x1b[27m\x1b[K", b"\x1b[K")):
                os.write(main, keys)
                keys = b""
        done.wait()
        os.close(main)
        return data.decode().replace("\r\n", "\n")

    return shown
