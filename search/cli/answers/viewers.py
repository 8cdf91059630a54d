"""The program that opens a file at its page or line, as a list of arguments that no shell ever reads.

The tables name editors and viewers and how each is told where to go. What is installed and what the
environment says is asked by whoever calls. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath, PurePosixPath
from typing import Final, NamedTuple

#: The variable with a command line of the user's own, and what may stand in it.
VARIABLE: Final = "COOPSEARCH_OPEN"
PLACEHOLDERS: Final = ("path", "line", "page", "label")
_PLACEHOLDER: Final = r"\{(%s)\}" % "|".join(PLACEHOLDERS)  # noqa: UP031 - braces are many as it is

#: How an editor or a pager is told the line, by the name of its program; of another one nobody knows.
EDITORS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("vi", "vim", "nvim", "gvim", "vimx", "view", "nvi", "elvis", "ex", "kak"), ("+{line}", "{path}")
    ),
    **dict.fromkeys(
        ("nano", "pico", "micro", "joe", "mg", "ne", "emacs", "emacsclient", "gedit", "pluma", "xed", "geany",
         "bbedit"), ("+{line}", "{path}")
    ),
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor"), ("--goto", "{path}:{line}")),
    **dict.fromkeys(("subl", "sublime_text", "hx", "helix", "zed", "zeditor"), ("{path}:{line}",)),
    **dict.fromkeys(("kate", "kwrite"), ("--line", "{line}", "{path}")),
    "mate": ("--line", "{line}", "{path}"),
    "notepad++": ("-n{line}", "{path}"),
    **dict.fromkeys(("less", "more", "most", "lv"), ("+{line}", "{path}")),
}  # fmt: skip


class Viewer(NamedTuple):
    """A program that shows PDFs, and how it is told the page."""

    program: str
    arguments: tuple[str, ...]
    systems: tuple[str, ...] = ("unix",)
    """Where it is looked for: win32, darwin, or unix for all others."""


#: In the order in which they are looked for. Pages are counted from 1, whatever is printed on them.
VIEWERS: Final = (
    Viewer("evince", ("--page-index={page}", "{path}")),
    Viewer("papers", ("--page-index={page}", "{path}")),
    Viewer("okular", ("--page", "{page}", "{path}")),
    Viewer("atril", ("--page-index={page}", "{path}")),
    Viewer("xreader", ("--page-index={page}", "{path}")),
    Viewer("zathura", ("--page={page}", "{path}")),
    Viewer("qpdfview", ("--unique", "{path}#{page}")),
    Viewer("sioyek", ("--page", "{page}", "{path}"), ("unix", "darwin", "win32")),
    Viewer("mupdf", ("{path}", "{page}")),
    Viewer("mupdf-gl", ("{path}", "{page}")),
    Viewer("xpdf", ("{path}", ":{page}")),
    Viewer("SumatraPDF", ("-reuse-instance", "-page", "{page}", "{path}"), ("win32",)),
    Viewer("firefox", ("{uri}#page={page}",)),
    Viewer("chromium", ("{uri}#page={page}",)),
    Viewer("google-chrome", ("{uri}#page={page}",)),
)
#: Programs that open a window and do not need the terminal.
_WINDOWS: Final = frozenset(viewer.program for viewer in VIEWERS) | {"xdg-open", "open", "gio"}
#: Pagers and editors that a terminal has, where nobody says which one is liked.
_USUAL: Final = ("less", "more")


class Spot(NamedTuple):
    """A file, and a place in it."""

    path: str
    """From the root, so that no program takes it for an option."""
    line: int | None = None
    page: int | None = None
    label: str = ""
    """What is printed on the page, "" where that is not known or its number."""
    is_text: bool = False
    is_pdf: bool = False


class Opening(NamedTuple):
    """How a file is opened."""

    arguments: tuple[str, ...]
    """The program and what it is given. For ``start`` the path alone."""
    waits: bool
    """Whether the program has the terminal until it ends."""
    is_placed: bool = False
    """Whether it is told the page or the line."""
    by_ending: bool = False
    """Whether the desktop chooses the program, by the ending of the file."""
    is_start: bool = False
    """Whether that is Windows, which is asked by a call and not by a program."""


class Surroundings(NamedTuple):
    """What is asked of the system."""

    environment: Mapping[str, str]
    which: Callable[[str], str | None]
    """As ``shutil.which``."""
    platform: str
    """As ``sys.platform``."""
    terminal: bool
    """Whether there is one, for programs that need it."""


def opening(spot: Spot, around: Surroundings) -> Opening | None:
    """Return how a file is opened, None where nothing is there to open it with. Raises ValueError.

    The first that says so wins: the user's own command line; for text the editor, the pager; for a PDF with
    a page a viewer that knows pages; what the desktop has for such files. The error says what is wrong with
    a variable.
    """
    own = around.environment.get(VARIABLE, "")
    if own.strip():
        return _own(own, spot, around)
    if spot.is_text:
        return _text(spot, around)
    has_desktop = around.platform in ("win32", "darwin") or _has_display(around.environment)
    system = around.platform if around.platform in ("win32", "darwin") else "unix"
    if spot.is_pdf and spot.page is not None and has_desktop:
        for viewer in VIEWERS:
            if system in viewer.systems and around.which(viewer.program):
                return Opening((viewer.program, *_filled(viewer.arguments, spot)), False, is_placed=True)
    return _desktop(spot, around) if has_desktop else None


def filled_own(own: str, spot: Spot) -> tuple[str, ...]:
    """Return a user's command line with the place put in. Raises ValueError for one that cannot be read."""
    words = shlex.split(own)
    if not words:
        raise ValueError("it is empty")
    for word in words:
        for name in re.findall(r"\{(\w*)\}", word):
            if name not in PLACEHOLDERS:
                known = ", ".join("{%s}" % one for one in PLACEHOLDERS)  # noqa: UP031 - see above
                raise ValueError(f"{{{name}}} is unknown; known are {known}")
    if not any("{path}" in word for word in words):
        words.append("{path}")
    return tuple(_filled(words, spot))


def _own(own: str, spot: Spot, around: Surroundings) -> Opening:
    try:
        arguments = filled_own(own, spot)
    except ValueError as error:
        raise ValueError(f"{VARIABLE} cannot be used: {error}") from None
    if not around.which(arguments[0]):
        raise ValueError(f"{VARIABLE} names {arguments[0]}, which is not installed; name another program")
    told = ("line",) if spot.page is None else ("page", "label")
    placed = any(f"{{{name}}}" in own for name in told)
    return Opening(arguments, _name(arguments[0]) not in _WINDOWS, is_placed=placed)


def _text(spot: Spot, around: Surroundings) -> Opening | None:
    for variable in ("VISUAL", "EDITOR", "PAGER"):
        try:
            words = shlex.split(around.environment.get(variable, ""))
        except ValueError as error:
            raise ValueError(f"{variable} cannot be used: {error}") from None
        if words and around.which(words[0]):
            return _edited(words, spot)
    if around.platform == "win32":
        return Opening(("notepad.exe", spot.path), False)
    for program in _USUAL if around.terminal else ():
        if around.which(program):
            return _edited([program], spot)
    if around.platform == "darwin":
        return Opening(("open", "-t", spot.path), False)
    return _desktop(spot, around) if _has_display(around.environment) else None


def _edited(words: Sequence[str], spot: Spot) -> Opening:
    placed = EDITORS.get(_name(words[0])) if spot.line is not None else None
    return Opening((*words, *_filled(placed or ("{path}",), spot)), True, is_placed=placed is not None)


def _desktop(spot: Spot, around: Surroundings) -> Opening | None:
    if around.platform == "win32":
        return Opening((spot.path,), False, by_ending=True, is_start=True)
    program = "open" if around.platform == "darwin" else "xdg-open"
    return Opening((program, spot.path), False, by_ending=True) if around.which(program) else None


def _filled(words: Sequence[str], spot: Spot) -> list[str]:
    """Return words with the place put in: in one go, so that nothing in a path is taken for a sign."""
    page = str(spot.page or 1)
    values = {"path": spot.path, "line": str(spot.line or 1), "page": page, "label": spot.label or page}
    if any("{uri}" in word for word in words):
        # A path of one system is read as such on any.
        kind = PurePosixPath if spot.path.startswith("/") else PurePath
        values["uri"] = kind(spot.path).as_uri()
        return [re.sub(r"\{(uri|page)\}", lambda found: values[found[1]], word) for word in words]
    return [re.sub(_PLACEHOLDER, lambda found: values[found[1]], word) for word in words]


def _name(program: str) -> str:
    """Return what a program is called, wherever it lies."""
    name = re.split(r"[/\\]", program)[-1]
    return name[:-4] if name.lower().endswith(".exe") else name


def _has_display(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
