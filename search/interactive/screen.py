"""The screen: what stands where, which key does what, and the commands that are run for a hit.

Opening, citing and marking are the commands of the same names, run for the hit of that number: what they do
and say is theirs.
"""

from __future__ import annotations

import subprocess
import sys
from asyncio import Task
from collections.abc import Callable
from typing import Final

from prompt_toolkit.application import Application, get_app, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import (
    AnyContainer,
    BufferControl,
    DynamicContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from coopsearch.search.desk.last_answer import remember
from coopsearch.search.engines.base import FACETS
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.index import Index
from coopsearch.search.interactive import fragments
from coopsearch.search.interactive.asking import Answer, Asker, Preview
from coopsearch.search.interactive.state import State

#: Columns from which on the preview stands beside the list.
_WIDE: Final = 110
_STYLE: Final = Style.from_dict(
    {
        "title": "bold", "place": "ansigreen", "match": "bold ansiyellow", "heading": "bold",
        "dim": "ansibrightblack", "border": "ansibrightblack", "key": "bold", "error": "ansired",
        "selected": "reverse",
    }
)  # fmt: skip
_MARKS: Final = {"s": "seen", "r": "relevant", "n": "not"}
#: Seconds after which a command that is run for a hit is given up.
_PATIENCE: Final = 60


class Screen:
    """The interactive screen over an open index."""

    def __init__(
        self,
        index: Index,
        query: str = "",
        *,
        keys: Input | None = None,
        output: Output | None = None,
    ) -> None:
        """Take the index, what stands on the line at first, and for tests where keys come from."""
        self._index = index
        self._asker = Asker(index, self._found)
        self._state = State(look=self._asker.look)
        self._running: Task[None] | None = None
        self._earlier: list[str] = []
        self._back = 0
        self._line = Buffer(multiline=False, on_text_changed=self._typed)
        self._application: Application[None] = Application(
            layout=Layout(self._container(), focused_element=self._line),
            key_bindings=self._keys(),
            style=_STYLE,
            full_screen=True,
            input=keys,
            output=output,
        )
        # An escape is not the beginning of something longer for as long as people wait.
        self._application.ttimeoutlen = 0.05
        self._application.timeoutlen = 0.2
        self._line.text = query
        self._line.cursor_position = len(query)

    def run(self) -> None:
        """Show it until the user leaves."""
        try:
            self._application.run()
        finally:
            self._asker.end()

    def _found(self, found: Answer | Preview) -> None:
        """Take over what another thread found, in that of the screen."""
        loop = self._application.loop
        if loop is None:
            self._state.take(found)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(self._take, found)

    def _take(self, found: Answer | Preview) -> None:
        self._state.take(found)
        self._application.invalidate()

    def _typed(self, line: Buffer) -> None:
        self._state.typed, self._state.message = line.text, ""
        self._asker.ask(line.text)

    # What stands where.

    def _container(self) -> AnyContainer:
        query = Window(
            BufferControl(self._line, input_processors=[BeforeInput("search: ", "class:key")]), height=1
        )
        rows = [
            query,
            self._window(lambda width: [fragments.status_line(self._state, width)], height=1),
            DynamicContainer(lambda: self._beside if columns() >= _WIDE else self._below),
            self._window(lambda width: [fragments.key_line(width)], height=1),
        ]
        lists = Window(FormattedTextControl(self._list, get_cursor_position=self._at, show_cursor=False))
        shown = Window(FormattedTextControl(self._preview))
        self._lists, self._shown = lists, shown
        self._beside = VSplit([lists, Window(width=1, char="│", style="class:border"), shown])
        self._below = HSplit([lists, Window(height=1, char="─", style="class:border"), shown])
        return HSplit(rows)

    def _window(self, lines: Callable[[int], list[fragments.Line]], height: int) -> Window:
        return Window(FormattedTextControl(lambda: joined(lines(columns()))), height=height)

    def _width(self, window: Window) -> int:
        shown = window.render_info.window_width if window.render_info is not None else 0
        half = (columns() - 1) // 2 if columns() >= _WIDE else columns()
        # Before it was drawn at this size, a window's width is that of the layout.
        return shown if shown and abs(shown - half) <= 1 else half

    def _list(self) -> StyleAndTextTuples:
        width = self._width(self._lists)
        match self._state.pane:
            case "narrow":
                return joined(fragments.choice_lines(self._state, width))
            case "help":
                return joined(fragments.help_lines(width))
            case _:
                return joined(fragments.hit_lines(self._state, width))

    def _at(self) -> Point:
        if self._state.pane == "narrow":
            return Point(0, self._state.choice)
        listed = self._state.hits and self._state.pane != "help"
        return Point(0, 2 * self._state.selected + 1 if listed else 0)

    def _preview(self) -> StyleAndTextTuples:
        lines = fragments.preview_lines(self._state, self._width(self._shown))
        height = self._shown.render_info.window_height if self._shown.render_info is not None else 1
        self._state.scroll = max(0, min(self._state.scroll, len(lines) - height))
        return joined(lines[self._state.scroll :])

    # Which key does what.

    def _keys(self) -> KeyBindings:
        keys, state = KeyBindings(), self._state
        marking = Condition(lambda: state.pane == "mark")

        keys.add("up")(lambda _: state.move(-1))
        keys.add("down")(lambda _: state.move(1))
        keys.add("c-n")(lambda _: state.next_place(1))
        keys.add("c-p")(lambda _: state.next_place(-1))
        keys.add("pagedown")(lambda _: state.scrolled(self._page()))
        keys.add("pageup")(lambda _: state.scrolled(-self._page()))
        keys.add("c-y")(lambda _: self._run("cite", captured=True))
        keys.add("c-o")(lambda _: self._run("open"))
        keys.add("c-f")(lambda _: self._narrow())
        keys.add("c-r")(lambda _: self._go_back())
        keys.add("f1")(lambda _: self._toggle("help"))
        keys.add("c-t")(lambda _: self._begin_marking())
        keys.add("c-c")(self._leave)
        keys.add("escape")(self._leave)
        keys.add("enter")(lambda _: self._chosen())
        for key, tag in _MARKS.items():
            keys.add(key, filter=marking, eager=True)(lambda _, tag=tag: self._mark(tag))
        return keys

    def _page(self) -> int:
        return max(1, self._shown.render_info.window_height - 1) if self._shown.render_info is not None else 1

    def _toggle(self, pane: str) -> None:
        self._state.pane = "help" if self._state.pane != pane else "hits"

    def _leave(self, event: KeyPressEvent) -> None:
        if self._state.pane != "hits":
            self._state.pane, self._state.message = "hits", ""
        else:
            event.app.exit()

    def _chosen(self) -> None:
        if self._state.pane == "narrow":
            self._replace(self._state.narrowed())
        elif self._state.hit is not None:
            self._run("open")

    def _replace(self, text: str) -> None:
        self._line.text = text
        self._line.cursor_position = len(text)

    def _narrow(self) -> None:
        answer = self._state.answer
        if answer is None or answer.results is None or not answer.results.total:
            return
        try:
            counted = self._index.search(answer.query, limit=0, facets=FACETS)
            self._state.offer(counted.facets, counted.total)
        except CoopsearchError as error:
            self._state.message = str(error)

    def _go_back(self) -> None:
        """Put an earlier query on the line; the one that stands there is the last of them."""
        text = self._line.text.strip()
        if text and text not in self._earlier:
            self._earlier.append(text)
            self._back = len(self._earlier) - 1
        if self._earlier:
            self._back = (self._back - 1) % len(self._earlier)
            self._replace(self._earlier[self._back])

    def _begin_marking(self) -> None:
        if self._state.hit is not None:
            self._state.pane, self._state.message = "mark", "Mark as: s seen, r relevant, n not relevant"

    def _mark(self, tag: str) -> None:
        self._state.pane = "hits"
        self._run("mark", tag, captured=True)

    # What is run for a hit.

    def _run(self, command: str, *more: str, captured: bool = False) -> None:
        """Run a command for the hit that is selected, and say on the status line what it said."""
        hit, answer = self._state.hit, self._state.answer
        if hit is None or answer is None or answer.results is None:
            return
        if (text := self._line.text.strip()) and text not in self._earlier:
            self._earlier.append(text)
        remember(
            answer.query,
            answer.results.hits,
            index=self._index.folders,
            generations=self._index.generations,
            total=answer.results.total,
        )
        line = [sys.executable, "-P", "-m", "coopsearch.search.cli", command, str(hit.rank), *more]
        line += [part for folder in self._index.folders for part in ("--index", str(folder))]
        if captured:
            self._state.message = said(line)
        else:
            self._running = self._application.create_background_task(_shown(line))


def columns() -> int:
    """Return the width of the terminal."""
    return get_app().output.get_size().columns


def said(line: list[str]) -> str:
    """Run a command and return what it said, in one line."""
    try:
        done = subprocess.run(
            line, capture_output=True, check=False, timeout=_PATIENCE, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it could not be done: {type(error).__name__}"
    return " ".join((done.stdout + done.stderr).split())


async def _shown(line: list[str]) -> None:
    """Run a command in the place of the screen, which comes back when that has ended."""
    await run_in_terminal(lambda: subprocess.run(line, check=False))


def joined(lines: list[fragments.Line]) -> StyleAndTextTuples:
    """Return lines as one text."""
    found: StyleAndTextTuples = []
    for number, line in enumerate(lines):
        if number:
            found.append(("", "\n"))
        found += line
    return found
