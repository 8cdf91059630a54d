"""Any line at all: it is answered at most once, by valid JSON-RPC, and the server lives on."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mcp.talking import Talk

METHODS: Final = (
    "initialize", "ping", "tools/list", "tools/call", "resources/list", "resources/read",
    "resources/templates/list", "notifications/cancelled", "notifications/initialized", "prompts/get",
)  # fmt: skip
_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_params = _values | st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["search", "fetch", "similar", "coverage", "x"]) | _values,
        "arguments": st.fixed_dictionaries(
            {},
            optional={
                "query": st.text(max_size=30) | _values,
                "id": st.sampled_from(["ZG9jcy9lbi5tZA", "x"]) | _values,
                "limit": _values,
                "offset": _values,
                "state": _values,
            },
        )
        | _values,
        "uri": st.sampled_from(["coopsearch://document/ZG9jcy9lbi5tZA", "coopsearch://document/"]) | _values,
        "cursor": _values,
        "protocolVersion": st.sampled_from(["2024-11-05", "2025-06-18", "2025-11-25"]) | _values,
        "requestId": _values,
    },
)
_messages = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.sampled_from(["2.0", "2.0", "2.0", "1.0"]) | _values,
        "id": st.integers() | st.text(max_size=10) | _values,
        "method": st.sampled_from(METHODS) | _values,
        "params": _params,
        "result": _values,
        "error": _values,
    },
) | st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0"), "id": st.integers(), "method": st.sampled_from(METHODS), "params": _params}
)
LINES: Final = (
    st.binary(max_size=200).map(lambda line: line.replace(b"\n", b""))
    | (_values | _messages).map(lambda value: json.dumps(value).encode())
    | _messages.map(lambda value: json.dumps(value, ensure_ascii=False).encode()[:-1])
)
NOTHING: Final = object()


def expected(line: bytes) -> Any:
    """Return the id of the answer that a line is to have, NOTHING where none may come: the oracle."""

    def no(constant: str) -> NoReturn:
        raise ValueError(constant)

    if not line.strip():
        return NOTHING
    try:
        value = json.loads(line.decode(), parse_constant=no)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    name = value.get("id", NOTHING)
    if name is not NOTHING and (isinstance(name, bool) or not isinstance(name, int | str)):
        return None
    is_answer = "method" not in value and ("result" in value or "error" in value)
    is_good = value.get("jsonrpc") == "2.0" and isinstance(value.get("method"), str)
    if value.get("jsonrpc") == "2.0" and is_answer:
        return NOTHING
    if not is_good or not isinstance(value.get("params", {}), dict):
        return None if name is NOTHING else name
    return name


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(line=LINES)
def test_any_line(talk: Talk, line: bytes) -> None:
    """Each line has the answer that it should have, and no other; the next question is answered, too."""
    talk.send(line)
    name = expected(line)
    if name is not NOTHING:
        found = talk.receive()
        assert found.get("id") == name
        if "error" in found:
            assert set(found["error"]) <= {"code", "message", "data"}
            assert isinstance(found["error"]["code"], int)
            assert "Traceback" not in found["error"]["message"]
    talk.send({"jsonrpc": "2.0", "id": "alive", "method": "ping"})
    assert talk.receive() == {"jsonrpc": "2.0", "id": "alive", "result": {}}


@settings(max_examples=50)
@given(many=st.lists(LINES, max_size=30))
def test_many_lines_at_once(talk: Talk, many: list[bytes]) -> None:
    """Of many lines at once, each is answered as often as it should be; the order is free."""
    wanted: list[Any] = []
    for line in many:
        name = expected(line)
        # One id twice at a time, and a request that another line cancels, are other claims.
        if b"cancelled" in line or any(
            name == one and type(name) is type(one) for one in wanted if one is not None
        ):
            continue
        talk.send(line)
        if name is not NOTHING:
            wanted.append(name)
    found = [talk.receive().get("id") for _ in wanted]
    assert sorted(map(repr, found)) == sorted(map(repr, wanted))
