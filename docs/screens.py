"""Make the pictures of docs/screens/ from what the real command prints on a terminal of 80 columns.

Run by ``python3 dev.py screens``, with the Python that coopsearch is installed for. A small folder of reports
in three languages is made and indexed, each command runs at a pseudo-terminal, and its output becomes an SVG
with its colours: text that can be selected, with no script, no web font and nothing from the network. The
same run gives the same bytes: the moment and the identifier of a citation are replaced by fixed ones, and
durations are left out. It needs a system with pseudo-terminals.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

import pyte
from rich.ansi import AnsiDecoder
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme

HERE: Final = Path(__file__).resolve().parent
SCREENS: Final = HERE / "screens"
COLUMNS: Final = 80
LINES: Final = 24
#: The name of each picture, and the commands whose output it shows, one below the other.
PICTURES: Final = {
    "search": ("coopsearch smuggling routes",),
    "show": ("coopsearch show 1 --places",),
    "cite": ("coopsearch cite 1", "coopsearch cite --check"),
    "facet": ("coopsearch smuggling routes -n 0 --facet lang --facet year --facet folder",),
}
INTERACTIVE: Final = "coopsearch -i"

#: The reports that are searched.
REPORTS: Final = {
    "field/2024-03-coast.md": """---
date: 2024-03-25
---
# Weekly report: the eastern coast

## Sea

Two smuggling routes that were quiet all winter are in use again. \
Boats leave between midnight and three, and land east of the fishing port.

## Land

Drivers wait on the old road to the salt works. Smugglers change these routes as soon as a patrol was seen.
""",
    "field/2023-11-desert.md": """---
date: 2023-11-14
---
# Patrols in the desert

## Findings

The route by the wells was given up in October. Traders say that smugglers now ask for twice the price.
""",
    "press/2024-04-filieres.md": """---
date: 2024-04-02
---
# Les filières de la côte

## Enquête

Les réseaux de contrebande changent de routes chaque semaine, selon les gardes-côtes. \
Les passeurs n'annoncent l'heure du départ qu'au dernier moment.
""",
    "press/2024-05-turuq.md": """---
date: 2024-05-19
---
# طرق جديدة على الساحل

## الوضع

تتغير طرق التهريب كل أسبوع بين المدن الساحلية، وتراقب الدوريات الميناء ليلا.
""",
    "mail/port.eml": """From: Amal Haddad <amal@example.org>
To: Desk <desk@example.org>
Subject: The salt works
Date: Wed, 03 Apr 2024 09:12:00 +0000
Content-Type: text/plain; charset=utf-8

The harbour master confirms it: crates for the salt works came in by night, and the smuggling of fuel goes on.
""",
    "coopsearch.toml": """[synonyms]
groups = [
  ["smuggling", "contrebande", "تهريب"],
  ["routes", "طرق"],
]
""",
}

_BACKGROUND: Final = (16, 22, 34)
_THEME: Final = TerminalTheme(
    _BACKGROUND,
    (213, 220, 232),
    [(30, 39, 56), (247, 118, 142), (158, 206, 106), (255, 199, 94), (122, 162, 247), (187, 154, 247),
     (99, 208, 223), (192, 202, 220)],
    [(110, 122, 146), (255, 147, 165), (181, 226, 130), (255, 214, 130), (150, 184, 255), (205, 180, 255),
     (137, 226, 238), (236, 240, 248)],
)  # fmt: skip
_FRAME: Final = "#2b3850"
_PROMPT: Final = Style(color="bright_black")
_TYPED: Final = Style(bold=True)
_FONT: Final = "ui-monospace, 'DejaVu Sans Mono', 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace"
_CELL: Final = 8.4
_HEIGHT: Final = 19
_SIZE: Final = 14
_EDGE: Final = 22
_TOP: Final = 48
_ARABIC: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
#: What may stand before or beside Arabic in a line without being part of it: numbers of hits and blanks.
_BESIDE: Final = re.compile(r"[\s\d.│┃|>▌]*")
#: Text between wide gaps.
_PIECE: Final = re.compile(r"\S+(?: \S+)*")
#: What is another in each run, and what is drawn in its place.
_FIXED: Final = (
    (re.compile(r"cited: [\d-]+T[\d:]+Z"), "cited: 2024-06-03T08:30:00Z"),
    (re.compile(r"(coopsearch:)[0-9a-f]{12}"), r"\g<1>18a4c07f31be"),
    (re.compile(r"(?<=\x1b\[2m)[0-9a-f]{12}(?=\x1b)"), "18a4c07f31be"),
)
_LASTED: Final = re.compile(r" · [\d.]+ ms")

Run = tuple[str, Style]


class Terminal:
    """A pseudo-terminal of 80 columns, at which one command runs after the other."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        # These modules are on Unix alone, and the names of this file are read by a test on any system.
        import fcntl
        import pty
        import struct
        import termios

        self._folder = folder
        self._environment = environment
        self._outside, self._inside = pty.openpty()
        fcntl.ioctl(self._inside, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def run(self, command: str) -> str:
        """Return what a command prints, with its colours."""
        running = self._start(command)
        printed = b""
        while True:
            ended = running.poll() is not None
            if read := self._read(0.1):
                printed += read
            elif ended:
                break
        if running.returncode:
            sys.exit(f"{command} ended with {running.returncode}: {printed.decode()}")
        return printed.decode("utf-8").replace("\r\n", "\n")

    def screen(self, command: str, typed: str) -> list[list[Run]]:
        """Return the lines of a screen into which somebody typed, once it changes no more; then leave it."""
        running = self._start(command)
        screen = pyte.Screen(COLUMNS, LINES)
        stream = pyte.ByteStream(screen)
        for keys in (b"", typed.encode(), b"\x03"):
            os.write(self._outside, keys)
            lines = [_cells(screen.buffer[number]) for number in range(LINES)]
            while read := self._read(3 if running.poll() is None else 0.1):
                stream.feed(read)
        running.wait(10)
        return lines

    def _start(self, command: str) -> subprocess.Popen[bytes]:
        """Start a command at this terminal."""
        return subprocess.Popen(
            shlex.split(command), cwd=self._folder, env=self._environment,
            stdin=self._inside, stdout=self._inside, stderr=self._inside,
        )  # fmt: skip

    def _read(self, seconds: float) -> bytes:
        """Return what was printed, empty if nothing is for some time."""
        import select

        ready = select.select([self._outside], [], [], seconds)[0]
        return os.read(self._outside, 1 << 16) if ready else b""


def _cells(row: Mapping[int, pyte.screens.Char]) -> list[Run]:
    """Return a row of an emulated screen as runs of one style."""
    styled = [
        (
            cell.data,
            Style(
                color=_name(cell.fg), bgcolor=_name(cell.bg), bold=cell.bold, italic=cell.italics,
                underline=cell.underscore, reverse=cell.reverse,
            ),
        )
        for cell in (row[column] for column in range(COLUMNS))
    ]  # fmt: skip
    runs = [("".join(data for data, _ in part), style) for style, part in groupby(styled, itemgetter(1))]
    return [(_LASTED.sub("", text), style) for text, style in runs]


def _name(colour: str) -> str | None:
    """Return the name that rich has for a colour of pyte."""
    if colour == "default":
        return None
    if re.fullmatch("[0-9a-f]{6}", colour):
        return f"#{colour}"
    return colour.replace("brown", "yellow").replace("bright", "bright_")


def drawn(parts: Sequence[tuple[str, str]]) -> str:
    """Return a picture of commands and what they printed."""
    console = Console(width=COLUMNS, color_system="truecolor", legacy_windows=False)
    lines: list[list[Run]] = []
    for command, printed in parts:
        for pattern, fixed in _FIXED:
            printed = pattern.sub(fixed, printed)  # noqa: PLW2901 - the same text, made the same each time
        if lines:
            lines.append([])
        lines.append([("$ ", _PROMPT), (command, _TYPED)])
        lines += [
            [(one.text, one.style or Style()) for one in text.render(console, end="")]
            for text in AnsiDecoder().decode(printed.rstrip("\n"))
        ]
    return framed("; ".join(command for command, _ in parts), lines)


def framed(title: str, lines: Sequence[list[Run]]) -> str:
    """Return a picture of lines of a terminal in the frame of a window."""
    width = COLUMNS * _CELL + 2 * _EDGE
    height = _TOP + len(lines) * _HEIGHT + _EDGE - 6
    size = f'width="{width:g}" height="{height:g}"'
    frame = (
        f'width="{width - 1:g}" height="{height - 1:g}" rx="9" fill="{_hex(_BACKGROUND)}" stroke="{_FRAME}"'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" {size} role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect x="0.5" y="0.5" {frame}/>',
            *(
                f'<circle cx="{_EDGE + 4 + 18 * number}" cy="22" r="5.5" fill="{colour}"/>'
                for number, colour in enumerate(("#f7768e", "#ffc75e", "#9ece6a"))
            ),
            f'<g font-family="{_FONT}" font-size="{_SIZE}" fill="{_THEME.foreground_color.hex}">',
            *(shape for number, line in enumerate(lines) for shape in _line(line, _TOP + number * _HEIGHT)),
            "</g>",
            "</svg>",
            "",
        ]
    )


def _line(runs: list[Run], top: int) -> Iterator[str]:
    """Yield the shapes of a line: the grounds of other colours, and then the text."""
    column = 0
    for text, style in runs:
        _, ground = _colours(style)
        if ground is not None:
            size = f'width="{len(text) * _CELL:g}" height="{_HEIGHT}"'
            yield f'<rect x="{_at(column)}" y="{top}" {size} fill="{ground}"/>'
        column += len(text)
    column, baseline = 0, top + 14
    arabic = any(_ARABIC.search(text) for text, _ in runs)
    for number, (text, style) in enumerate(runs):
        if arabic and not _BESIDE.fullmatch(text):
            # The rest in one piece, isolated from right to left: letters join, and runs keep their order.
            before = _BESIDE.match(text)
            indent = before.end() if before else 0
            yield from _pieces(text[:indent], style, column, baseline)
            rest = [(text[indent:], style), *runs[number + 1 :]]
            whole = "".join(
                f"<tspan{_look(style)}>{escape(text, quote=False)}</tspan>" for text, style in rest
            )
            place = f'x="{_at(column + indent)}" y="{baseline}" xml:space="preserve"'
            yield f"<text {place}>&#x2067;{whole}&#x2069;</text>"
            return
        yield from _pieces(text, style, column, baseline)
        column += len(text)


def _pieces(text: str, style: Style, column: int, baseline: int) -> Iterator[str]:
    """Yield a text of Latin letters, stretched to its columns whatever font there is."""
    for piece in _PIECE.finditer(text):
        place = f'x="{_at(column + piece.start())}" y="{baseline}" textLength="{len(piece[0]) * _CELL:g}"'
        about = f'{place} lengthAdjust="spacingAndGlyphs" xml:space="preserve"{_look(style)}'
        yield f"<text {about}>{escape(piece[0], quote=False)}</text>"


def _at(column: int) -> str:
    """Return where a column begins."""
    return f"{_EDGE + column * _CELL:g}"


def _look(style: Style) -> str:
    """Return the attributes of a text of this style."""
    colour, _ = _colours(style)
    fill, bold = f' fill="{colour}"' if colour else "", ' font-weight="bold"' if style.bold else ""
    slant = ' font-style="italic"' if style.italic else ""
    return f"{fill}{bold}{slant}" + (' text-decoration="underline"' if style.underline else "")


def _colours(style: Style) -> tuple[str | None, str | None]:
    """Return the colour of the letters and that of the ground, None for the usual ones."""
    usual, ground = _THEME.foreground_color, _THEME.background_color
    fore: ColorTriplet | None = None
    back: ColorTriplet | None = None
    if style.color and not style.color.is_default:
        fore = style.color.get_truecolor(_THEME)
    if style.bgcolor and not style.bgcolor.is_default:
        back = style.bgcolor.get_truecolor(_THEME, foreground=False)
    if style.reverse:
        below = fore or usual
        fore, back = back or ground, below
    if style.dim:
        fore = ColorTriplet(
            *(round(0.6 * one + 0.4 * two) for one, two in zip(fore or usual, ground, strict=True))
        )
    return fore and fore.hex, back and back.hex


def _hex(colour: tuple[int, int, int]) -> str:
    """Return a colour as SVG writes it."""
    return ColorTriplet(*colour).hex


def main() -> int:
    """Make all pictures anew."""
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve()
        reports, programs = home / "reports", home / "bin"
        for path, text in REPORTS.items():
            (reports / path).parent.mkdir(parents=True, exist_ok=True)
            (reports / path).write_text(text, encoding="utf-8")
        (reports / "index_data").mkdir()
        programs.mkdir()
        program = programs / "coopsearch"
        started = f"{shlex.quote(sys.executable)} -m coopsearch.search.cli"
        program.write_text(f'#!/bin/sh\nexec {started} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        environment = {
            **{name: os.environ[name] for name in ("PYTHONPATH", "PYTHONSAFEPATH") if name in os.environ},
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "COOPSEARCH_PAGER": "",
            "COOPSEARCH_HYPERLINKS": "never",
        }
        terminal = Terminal(reports, environment)
        terminal.run(f"{program} index -q field press mail")
        for picture, commands in PICTURES.items():
            parts = [(one, terminal.run(f"{program}{one.removeprefix('coopsearch')}")) for one in commands]
            (SCREENS / f"{picture}.svg").write_text(drawn(parts), encoding="utf-8")
        screen = terminal.screen(f"{program} -i", "smuggling routes")
        (SCREENS / "interactive.svg").write_text(framed(INTERACTIVE, screen), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
