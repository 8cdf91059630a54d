"""A client of ours over pipes, which can send what no proper client would."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

#: Seconds that a test waits for the end of a process.
PATIENCE: Final = 30
NEWEST: Final = "2025-11-25"


@dataclass
class Talk:
    """A server that runs, and what was said to it."""

    process: subprocess.Popen[bytes]
    _last: int = field(default=0)

    def send(self, line: bytes | Mapping[str, Any]) -> None:
        """Send a line, or a message as one."""
        assert self.process.stdin is not None
        data = line if isinstance(line, bytes) else json.dumps(line).encode()
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Return the next message."""
        assert self.process.stdout is not None
        value = json.loads(self.process.stdout.readline())
        assert value["jsonrpc"] == "2.0"
        assert ("result" in value) != ("error" in value)
        found: dict[str, Any] = value
        return found

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a request and return the message that answers it."""
        self._last += 1
        self.send({"jsonrpc": "2.0", "id": self._last, "method": method, "params": params})
        found = self.receive()
        assert found["id"] == self._last
        return found

    def result(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a request and return its result."""
        found: dict[str, Any] = self.ask(method, **params)["result"]
        return found

    def start(self, version: str = NEWEST) -> dict[str, Any]:
        """Begin as a client does."""
        about = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        found = self.result("initialize", protocolVersion=version, **about)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return found

    def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool; return what it gives, which stands in the text and in the structure alike."""
        result = self.result("tools/call", name=name, arguments=arguments)
        assert result["isError"] is False, result
        (content,) = result["content"]
        assert content["type"] == "text"
        value: dict[str, Any] = json.loads(content["text"])
        assert result.get("structuredContent", value) == value
        return value

    def refused(self, name: str, **arguments: Any) -> str:
        """Call a tool that cannot answer; return what it says."""
        result = self.result("tools/call", name=name, arguments=arguments)
        assert result["isError"] is True, result
        assert "structuredContent" not in result
        text: str = result["content"][0]["text"]
        assert "Traceback" not in text
        assert "\n" not in text
        return text

    def end(self) -> tuple[int, bytes]:
        """Close its input; return its exit code and what it said on stderr."""
        _, told = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, told


@contextmanager
def talking(
    command: Sequence[str], env: Mapping[str, str], *arguments: str | Path, cwd: Path
) -> Iterator[Talk]:
    """Start a server, and end it by closing its input."""
    process = subprocess.Popen(
        [*command, "mcp", *map(str, arguments)],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield Talk(process)
    finally:
        if process.poll() is None:
            process.communicate(timeout=PATIENCE)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
