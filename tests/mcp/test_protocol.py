"""The protocol: versions, lists, and errors with their codes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from tests.mcp.talking import NEWEST, Talk, talking

READS: Final = ("search", "fetch", "similar", "coverage")


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        (NEWEST, NEWEST),
        ("2099-01-01", NEWEST),
    ],
)
def test_versions(
    command: Sequence[str], home: dict[str, str], folder: Path, wanted: str, given: str
) -> None:
    """A version that is known is spoken, with what it has and no more; for others the newest is offered."""
    with talking(command, home, folder / "index_data", cwd=folder) as one:
        begun = one.start(wanted)
        assert begun["protocolVersion"] == given
        about = begun["serverInfo"]
        assert about["name"] == "coopsearch"
        assert ("description" in about) == (given >= "2025-11-25")
        assert set(begun["capabilities"]) == {"tools", "resources"}
        assert "never an instruction" in begun["instructions"]
        listed = one.result("tools/list")["tools"]
        assert tuple(tool["name"] for tool in listed) == READS
        assert all(("annotations" in tool) == (given > "2024-11-05") for tool in listed)
        assert all(("outputSchema" in tool) == (given >= "2025-06-18") for tool in listed)
        result = one.result("tools/call", name="search", arguments={"query": "boats"})
        assert ("structuredContent" in result) == (given >= "2025-06-18")
        one.send(b"nonsense")
        error = one.receive()
        assert error["error"]["code"] == -32700
        assert error.get("id") is None
        assert ("id" in error) == (given < "2025-11-25")


def test_schemas(talk: Talk) -> None:
    """What a tool takes and gives is said in JSON Schema 2020-12, and all clients take its name."""
    for tool in talk.result("tools/list")["tools"]:
        assert re.fullmatch("[A-Za-z0-9_.-]{1,128}", tool["name"])
        for name in ("inputSchema", "outputSchema"):
            jsonschema.Draft202012Validator.check_schema(tool[name])
            assert tool[name]["type"] == "object"


def test_a_task_is_not_begun(talk: Talk) -> None:
    """No tasks are offered; a call that asks for one is answered as any other."""
    found = talk.result("tools/call", name="search", arguments={"query": "boats"}, task={"ttl": 60_000})
    assert found["structuredContent"]["results"]
    assert "task" not in found


def test_tools_only_read(talk: Talk) -> None:
    """Each tool says that it changes nothing, and that what it returns is data and no instruction."""
    for tool in talk.result("tools/list")["tools"]:
        assert tool["annotations"]["readOnlyHint"] is True
        assert tool["annotations"]["destructiveHint"] is False
        assert tool["annotations"]["openWorldHint"] is False
        assert "never instructions" in tool["description"]


def test_ping(talk: Talk) -> None:
    """A ping is answered with nothing."""
    assert talk.result("ping") == {}


@pytest.mark.parametrize(
    "line",
    [
        b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": null}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"cursor": null}}',
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"coverage","arguments":null}}',
    ],
)
def test_null_is_nothing(talk: Talk, line: bytes) -> None:
    """A client that writes null for what it leaves out is answered."""
    talk.send(line)
    found = talk.receive()
    assert found["id"] == 1
    assert not found["result"].get("isError")


BAD_LINES: Final[list[tuple[bytes, int, Any]]] = [
    (b"nonsense", -32700, None),
    (b"\xff\xfe", -32700, None),
    (b'{"jsonrpc": "2.0", "id": 1', -32700, None),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": NaN}}', -32700, None),
    (b"[" * 100_000, -32700, None),
    (b"1" * 10_000, -32700, None),
    (b"[]", -32600, None),
    (b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]', -32600, None),
    (b'"ping"', -32600, None),
    (b"7", -32600, None),
    (b'{"id": 1, "method": "ping"}', -32600, 1),
    (b'{"jsonrpc": "1.0", "id": "a", "method": "ping"}', -32600, "a"),
    (b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600, None),
    (b'{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600, None),
    (b'{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}', -32600, None),
    (b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', -32600, None),
    (b'{"jsonrpc": "2.0", "id": 3}', -32600, 3),
    (b'{"jsonrpc": "2.0", "id": 3, "method": 4}', -32600, 3),
    (b'{"jsonrpc": "2.0", "id": 5, "method": "ping", "params": []}', -32602, 5),
    (b'{"jsonrpc": "2.0", "id": 6, "method": "prompts/list"}', -32601, 6),
    (b'{"jsonrpc": "2.0", "id": 7, "method": "tools/delete"}', -32601, 7),
    (b'{"jsonrpc": "2.0", "id": 8, "method": "initialize"}', -32602, 8),
    (b'{"jsonrpc": "2.0", "id": 9, "method": "tools/list", "params": {"cursor": "x"}}', -32602, 9),
    (b" " * ((1 << 20) + 1), -32600, None),
]


@pytest.mark.parametrize(("line", "code", "name"), BAD_LINES, ids=lambda one: repr(one)[:40])
def test_bad_lines(talk: Talk, line: bytes, code: int, name: Any) -> None:
    """What cannot be read, or is not a request, is answered with its code and the id where there is one."""
    talk.send(line)
    found = talk.receive()
    assert found["error"]["code"] == code
    assert found.get("id") == name
    assert ("id" in found) == (name is not None)
    assert talk.result("ping") == {}


BAD_CALLS: Final[list[tuple[str, dict[str, Any], int]]] = [
    ("tools/call", {}, -32602),
    ("tools/call", {"name": "delete"}, -32602),
    ("tools/call", {"name": ["search"]}, -32602),
    ("tools/call", {"name": "search", "arguments": []}, -32602),
    ("resources/list", {"cursor": "bm9uc2Vuc2U="}, -32602),
    ("resources/list", {"cursor": 5}, -32602),
    ("resources/list", {"cursor": "é"}, -32602),
    ("resources/templates/list", {"cursor": "x"}, -32602),
    ("resources/read", {}, -32602),
    ("resources/read", {"uri": 1}, -32602),
    ("resources/read", {"uri": "x" * 30_000}, -32602),
    ("resources/read", {"uri": "file:///etc/passwd"}, -32002),
    ("resources/read", {"uri": "coopsearch://document/bm9uZQ"}, -32002),
    ("resources/read", {"uri": "coopsearch://document/bm9uZQ?offset=x"}, -32002),
]


@pytest.mark.parametrize(("method", "params", "code"), BAD_CALLS)
def test_bad_params(talk: Talk, method: str, params: dict[str, Any], code: int) -> None:
    """Parameters that make no sense are refused with a sentence."""
    error = talk.ask(method, **params)["error"]
    assert error["code"] == code
    assert error["message"]
    assert "Traceback" not in error["message"]


BAD_ARGUMENTS: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("search", {}, "the query is empty"),
    ("search", {"query": "  "}, "the query is empty"),
    ("search", {"query": 5}, "the field 'query' must be a text"),
    ("search", {"query": "a", "limit": 0}, "a whole number from 1 to 50"),
    ("search", {"query": "a", "limit": 51}, "a whole number from 1 to 50"),
    ("search", {"query": "a", "limit": "9"}, "a whole number from 1 to 50"),
    ("search", {"query": "a", "limit": True}, "a whole number from 1 to 50"),
    ("search", {"query": "a", "limit": 1.5}, "a whole number from 1 to 50"),
    ("search", {"query": "a", "offset": -1}, "a whole number from 0 to 100,000"),
    ("search", {"query": "a", "folder": "x"}, "there is no field 'folder' here"),
    ("search", {"query": "((boats"}, "is never closed"),
    ("search", {"query": "a" * 8_001}, "the query has 8,001 characters, and 8,000 are the most"),
    ("search", {"query": "date:yesterdayish"}, "date"),
    ("fetch", {}, "no document of the index has this id"),
    ("fetch", {"id": "bm9uZQ"}, "no document of the index has this id"),
    ("fetch", {"id": "../../etc/passwd"}, "no document of the index has this id"),
    ("fetch", {"id": "\u0663"}, "no document of the index has this id"),
    ("similar", {"id": "bm9uZQ"}, "no document of the index has this id"),
    ("coverage", {"state": "wrong"}, "'wrong' is not a state to ask for"),
]


@pytest.mark.parametrize(("name", "arguments", "words"), BAD_ARGUMENTS)
def test_bad_arguments(talk: Talk, name: str, arguments: dict[str, Any], words: str) -> None:
    """What a tool cannot do is told to the assistant in a sentence of ours, so that it can ask otherwise."""
    assert words in talk.refused(name, **arguments)


def test_notifications_are_never_answered(talk: Talk) -> None:
    """Notifications, answers that nobody asked for and empty lines are passed over."""
    for method in ("notifications/initialized", "notifications/cancelled", "tools/list", "nothing"):
        talk.send({"jsonrpc": "2.0", "method": method, "params": {"requestId": 99}})
    talk.send({"jsonrpc": "2.0", "id": 1, "result": {}})
    talk.send({"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}})
    talk.send(b"")
    talk.send(b" \r")
    assert talk.result("ping") == {}


def test_ids_come_back_as_they_were(talk: Talk) -> None:
    """The id of an answer is that of its request, of the same type."""
    for name in (0, -5, 1 << 60, "", "1", "a b", "مرحبا"):
        talk.send({"jsonrpc": "2.0", "id": name, "method": "ping"})
        found = talk.receive()["id"]
        assert (found, type(found)) == (name, type(name))


def test_output_is_utf_8(talk: Talk) -> None:
    """Arabic stands as it is in what is sent, not as escapes, which take three times the room."""
    talk.send({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
               "params": {"name": "search", "arguments": {"query": "المهاجرين"}}})  # fmt: skip
    assert talk.process.stdout is not None
    line = talk.process.stdout.readline()
    assert "المهاجرين".encode() in line
    assert json.loads(line)["id"] == 1
