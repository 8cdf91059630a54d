"""A Chromium without a window, driven over the pipe of its developer tools. Needs no library.

Whatever a page says to its console, each error and each request that is refused is kept: a test fails for
any of them that it does not expect.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

#: Seconds that the browser may take to answer, on a machine with much else to do.
PATIENCE: Final = 20.0
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")


def program() -> str | None:
    """Return the browser, None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Gone(Exception):
    """The page was left before it answered."""


class Browser:
    """A browser with one page."""

    def __init__(self, read: int, write: int) -> None:
        """Take the ends of the pipe, and open a page."""
        self._in, self._out = read, write
        self._buffer = b""
        self._number = 0
        self._session = ""
        #: What went wrong on a page.
        self.faults: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")
        # Else a page without a window has no focus, and keys go nowhere.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the developer tools and return its result."""
        self._number += 1
        mine = self._number
        value = {"id": mine, "method": method, "params": parameters}
        if self._session:
            value["sessionId"] = self._session
        os.write(self._out, json.dumps(value).encode() + b"\0")
        while (message := self._next()).get("id") != mine:
            self._note(message)
        if "navigated" in message.get("error", {}).get("message", ""):
            raise Gone(method)
        if "error" in message:
            raise AssertionError(f"{method}: {message['error']['message']}")
        return message["result"]

    def _next(self) -> dict[str, Any]:
        ending = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], max(0.0, ending - time.monotonic()))[0]:
                raise AssertionError("the browser does not answer")
            self._buffer += os.read(self._in, 1 << 16)
        line, _, self._buffer = self._buffer.partition(b"\0")
        value: dict[str, Any] = json.loads(line)
        return value

    def _note(self, message: Mapping[str, Any]) -> None:
        told = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.faults.append(str(told["exceptionDetails"].get("exception", told))[:500])
            case "Runtime.consoleAPICalled" if told["type"] in {"error", "warning", "assert"}:
                self.faults.append(str(told["args"])[:500])
            case "Log.entryAdded" if told["entry"]["level"] in {"error", "warning"}:
                self.faults.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
            case "Network.requestWillBeSent" if not told["request"]["url"].startswith(
                ("http://127.0.0.1:", "about:", "data:", "chrome")
            ):
                self.faults.append(f"asked elsewhere: {told['request']['url']}")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page; of a promise, what it comes to."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")

    def wait(self, script: str) -> Any:
        """Wait until an expression in the page is true, and return its value."""
        asked = f"const one = {script}; return one instanceof Node || one"
        ending = time.monotonic() + PATIENCE
        while time.monotonic() < ending:
            try:
                if value := self.run(f"(() => {{ try {{ {asked} }} catch {{}} }})()"):
                    return value
            except Gone:
                pass
            time.sleep(0.02)
        raise AssertionError(
            f"never: {script}; at {self.run('location.href')}: {self.run('document.body.innerText')}"
        )

    def open(self, url: str) -> None:
        """Go to a page and wait until it is there."""
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, each a character or the name of a key."""
        for key in keys:
            named = {
                "Enter": ("\r", 13),
                "Escape": ("", 27),
                "Backspace": ("", 8),
                "Tab": ("", 9),
                "ArrowDown": ("", 40),
            }
            text, code = named.get(key, (key, 0))
            what = {"key": key, "windowsVirtualKeyCode": code} if code else {"key": key}
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **what)
            self.call("Input.dispatchKeyEvent", type="keyUp", **what)

    def look(self, width: int, *, dark: bool = False) -> None:
        """Give the window a width, and the person a liking."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)

    def picture(self, path: Path) -> None:
        """Keep a picture of what is seen."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def tree(self) -> list[dict[str, Any]]:
        """Return what a screen reader is given: the nodes that are not ignored."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [one for one in nodes if not one.get("ignored")]


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """Start a browser whose files are in a folder, and end it."""
    name = program()
    assert name is not None
    there, mine = os.pipe(), os.pipe()
    arguments = [
        name, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-extensions", "--disable-background-networking", "--disable-component-update",
        "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank",
    ]  # fmt: skip

    # The browser reads descriptor 3 and writes 4.
    started = "import os, sys; [os.dup2(int(sys.argv[n]), n + 2) for n in (1, 2)]; "
    started += "os.execv(sys.argv[3], sys.argv[3:])"
    shell = [sys.executable, "-c", started, str(there[0]), str(mine[1])]
    process = subprocess.Popen(
        [*shell, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(there[0], mine[1]),
        env={**os.environ, "HOME": str(folder)},
    )
    os.close(there[0])
    os.close(mine[1])
    try:
        yield Browser(mine[0], there[1])
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(there[1])
        os.close(mine[0])
