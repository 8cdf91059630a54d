"""Messages of JSON-RPC 2.0: what a line asks for, and what is answered.

Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, NoReturn

#: Codes of errors; the last is that of the Model Context Protocol.
NOT_JSON: Final = -32700
NOT_A_REQUEST: Final = -32600
NO_METHOD: Final = -32601
BAD_PARAMS: Final = -32602
INTERNAL: Final = -32603
NO_RESOURCE: Final = -32002

_VERSION: Final = "2.0"
#: Characters of an id: it is kept as long as its request runs.
_LONGEST_ID: Final = 1_000

Id = str | int


class Fault(Exception):
    """Ends a request with an error of the protocol."""

    def __init__(
        self, code: int, message: str, *, id_: Id | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Take what is to be said; ``id_`` is that of the request, where it is known here."""
        super().__init__(message)
        self.code, self.id, self.data = code, id_, data


class Message(NamedTuple):
    """A request, or a notification, which is never answered."""

    id: Id | None
    """None for a notification."""
    method: str
    params: Mapping[str, Any]


def parsed(line: bytes) -> Message | None:
    """Return what a line says, None for an answer: nothing was asked. Raises Fault."""
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refused)
    except (ValueError, RecursionError):
        raise Fault(NOT_JSON, "the line is not JSON in UTF-8") from None
    if isinstance(value, list):
        raise Fault(NOT_A_REQUEST, "batches are not taken; send each request on a line of its own")
    if not isinstance(value, dict):
        raise Fault(NOT_A_REQUEST, "a message is a JSON object")
    id_ = _id(value)
    if value.get("jsonrpc") != _VERSION:
        raise Fault(NOT_A_REQUEST, 'a message has "jsonrpc": "2.0"', id_=id_)
    if "method" not in value and ("result" in value or "error" in value):
        return None
    method, params = value.get("method"), value.get("params")
    if not isinstance(method, str):
        raise Fault(NOT_A_REQUEST, "the method of a request is a text", id_=id_)
    if params is None:
        # Clients in languages that write what is not there as null mean nothing by it.
        params = {}
    if not isinstance(params, dict):
        raise Fault(BAD_PARAMS, "the params of a request are a JSON object", id_=id_)
    return Message(id_, method, params)


def answer(id_: Id, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message that answers a request."""
    return {"jsonrpc": _VERSION, "id": id_, "result": result}


def failure(id_: Id | None, fault: Fault, *, nameless: bool = False) -> dict[str, Any]:
    """Return the message that says why a request is not answered.

    Where nobody can tell the id of the request, it is None, as JSON-RPC has it; with ``nameless`` it is left
    out, as the schema of the Model Context Protocol has it from version 2025-11-25 on, which knows no null.
    """
    error: dict[str, Any] = {"code": fault.code, "message": str(fault)}
    if fault.data is not None:
        error["data"] = fault.data
    named = {} if id_ is None and nameless else {"id": id_}
    return {"jsonrpc": _VERSION, **named, "error": error}


def _id(value: Mapping[str, Any]) -> Id | None:
    if "id" not in value:
        return None
    found = value["id"]
    if isinstance(found, str) and len(found) <= _LONGEST_ID:
        return found
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise Fault(
        NOT_A_REQUEST, f"the id of a request is a whole number, or a text of {_LONGEST_ID:,} characters"
    )


def _refused(name: str) -> NoReturn:
    raise ValueError(name)
