"""Which program opens a file, and how it is told the page or the line."""

from __future__ import annotations

import pytest

from coopsearch.search.cli.answers.viewers import (
    EDITORS,
    VIEWERS,
    Opening,
    Spot,
    Surroundings,
    Viewer,
    opening,
)

TEXT = Spot("/d/-a {line}.txt", line=12, is_text=True)
PDF = Spot("/d/a b.pdf", page=17, label="v", is_pdf=True)
DISPLAY = {"DISPLAY": ":0"}


def opened(
    spot: Spot, installed: str, environment: dict[str, str], platform: str = "linux", *, terminal: bool = True
) -> Opening | None:
    """Return how a file is opened where some programs are installed."""
    names = {installed, *installed.split()}
    around = Surroundings(environment, lambda name: name if name in names else None, platform, terminal)
    return opening(spot, around)


@pytest.mark.parametrize("editor", EDITORS)
def test_editors(editor: str) -> None:
    """Each editor of the table is told the line, and given the path as one argument as it is."""
    found = opened(TEXT, editor, {"EDITOR": editor})
    assert found is not None
    assert found.waits
    assert found.is_placed
    assert found.arguments[0] == editor
    assert any("12" in word for word in found.arguments[1:])
    assert sum(TEXT.path in word for word in found.arguments) == 1
    assert not any(word.startswith("-a") for word in found.arguments)


@pytest.mark.parametrize(
    ("environment", "installed", "arguments"),
    [
        ({"EDITOR": "vim -n"}, "vim", ("vim", "-n", "+12", TEXT.path)),
        ({"EDITOR": "/usr/bin/nvim"}, "/usr/bin/nvim", ("/usr/bin/nvim", "+12", TEXT.path)),
        (
            {"VISUAL": "code --wait", "EDITOR": "vi"},
            "code vi",
            ("code", "--wait", "--goto", f"{TEXT.path}:12"),
        ),
        ({"VISUAL": "gone", "EDITOR": "nano"}, "nano", ("nano", "+12", TEXT.path)),
        ({"EDITOR": "own"}, "own", ("own", TEXT.path)),
        ({"EDITOR": "'my editor' -x"}, "my editor", None),
        ({"PAGER": "less -R"}, "less", ("less", "-R", "+12", TEXT.path)),
        ({}, "more less", ("less", "+12", TEXT.path)),
        (DISPLAY, "xdg-open", ("xdg-open", TEXT.path)),
        ({"COOPSEARCH_OPEN": "see {line} {path}", "EDITOR": "vi"}, "see vi", ("see", "12", TEXT.path)),
        ({"COOPSEARCH_OPEN": "see -f"}, "see", ("see", "-f", TEXT.path)),
        ({"COOPSEARCH_OPEN": "see {path}:{line}:{page}:{label}"}, "see", ("see", f"{TEXT.path}:12:1:1")),
        ({"COOPSEARCH_OPEN": "  ", "EDITOR": "vi"}, "vi", ("vi", "+12", TEXT.path)),
    ],
)
def test_text(environment: dict[str, str], installed: str, arguments: tuple[str, ...] | None) -> None:
    """Text goes to the user's own command, else the editor, else a pager, else the desktop."""
    found = opened(TEXT, installed, environment)
    assert found is not None
    assert found.arguments == (arguments or ("my editor", "-x", TEXT.path))


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.program)
def test_viewers(viewer: Viewer) -> None:
    """Each viewer of the table is told the page if it is installed, before the desktop is asked."""
    program, arguments, systems = viewer
    platform = {"unix": "linux"}.get(systems[0], systems[0])
    found = opened(PDF, f"{program} xdg-open", DISPLAY, platform)
    assert found is not None
    assert (found.arguments[0], found.waits, found.is_placed) == (program, False, True)
    assert len(found.arguments) == len(arguments) + 1
    assert any("17" in word for word in found.arguments)
    assert any("/d/a b.pdf" in word or "file:///d/a%20b.pdf#page=17" in word for word in found.arguments)


@pytest.mark.parametrize(
    ("spot", "environment", "installed", "platform", "arguments"),
    [
        (PDF, DISPLAY, "okular evince", "linux", ("evince", "--page-index=17", PDF.path)),
        (PDF, {"WAYLAND_DISPLAY": "w"}, "zathura", "freebsd14", ("zathura", "--page=17", PDF.path)),
        (PDF, DISPLAY, "xdg-open", "linux", ("xdg-open", PDF.path)),
        (PDF, {}, "open", "darwin", ("open", PDF.path)),
        (PDF, {}, "SumatraPDF", "win32", ("SumatraPDF", "-reuse-instance", "-page", "17", PDF.path)),
        (PDF, {}, "", "win32", (PDF.path,)),
        (PDF, {"COOPSEARCH_OPEN": "see {label} {page} {path}"}, "see", "linux", ("see", "v", "17", PDF.path)),
        (PDF._replace(page=None), DISPLAY, "evince xdg-open", "linux", ("xdg-open", PDF.path)),
        (TEXT, {}, "open", "darwin", ("open", "-t", TEXT.path)),
        (TEXT, {}, "", "win32", ("notepad.exe", TEXT.path)),
        (Spot("/d/a.zip"), DISPLAY, "evince xdg-open", "linux", ("xdg-open", "/d/a.zip")),
    ],
)
def test_others(
    spot: Spot, environment: dict[str, str], installed: str, platform: str, arguments: tuple[str, ...]
) -> None:
    """The first viewer that is installed opens a PDF at its page; else the desktop chooses the program."""
    found = opened(spot, installed, environment, platform, terminal=False)
    assert found is not None
    assert found.arguments == arguments


@pytest.mark.parametrize("spot", [TEXT, PDF, Spot("/d/a.zip")])
def test_nothing_to_open_it_with(spot: Spot) -> None:
    """Without a desktop, or with one that has no program, nothing is started."""
    assert opened(spot, "evince xdg-open firefox", {}, terminal=False) is None
    assert opened(spot, "", DISPLAY, terminal=False) is None


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("COOPSEARCH_OPEN", "see {lines}", "{lines} is unknown; known are {path}, {line}, {page}, {label}"),
        ("COOPSEARCH_OPEN", "see 'a", "COOPSEARCH_OPEN cannot be used: No closing quotation"),
        ("COOPSEARCH_OPEN", "gone {path}", "COOPSEARCH_OPEN names gone, which is not installed"),
        ("EDITOR", "vi 'a", "EDITOR cannot be used: No closing quotation"),
    ],
)
def test_bad_variables(variable: str, value: str, said: str) -> None:
    """A command line that cannot be used is refused with what is wrong with it."""
    with pytest.raises(ValueError, match=variable) as error:
        opened(TEXT, "see vi", {variable: value})
    assert said in str(error.value)
