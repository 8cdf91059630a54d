"""The JSON Schemas of what tools take and give. Does not depend on an index."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}
_ID: Final = {"type": "string", "description": "The id of a document, as results have it."}


def taken(required: tuple[str, ...] = (), **properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the arguments of a tool: of these, and no others."""
    return {
        "type": "object",
        "properties": properties,
        **({"required": list(required)} if required else {}),
        "additionalProperties": False,
    }


def number(about: str, usual: int, least: int, most: int) -> dict[str, Any]:
    """Return the schema of a whole number."""
    return {"type": "integer", "description": about, "default": usual, "minimum": least, "maximum": most}


def text(about: str, most: int) -> dict[str, Any]:
    """Return the schema of a text."""
    return {"type": "string", "description": about, "maxLength": most}


def _given(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


DOCUMENT_ID: Final = {**_ID, "maxLength": 20_000}
_QUOTED: Final = {"type": "string", "description": "What holds of all that is quoted here."}
_CITATION: Final = {"type": "string", "description": "The source, as it can be named in an answer."}
_RESULT: Final = _given(
    ("id", "title", "url", "text", "citation"),
    id=_ID,
    title=_TEXT,
    url=_TEXT,
    text={"type": "string", "description": "The passage that fits best, quoted."},
    citation=_CITATION,
    metadata={"type": "object"},
)
RESULTS: Final = _given(
    ("results", "total", "quoted"),
    results={"type": "array", "items": _RESULT},
    total={"type": "integer", "description": "Documents that match, shown or not."},
    documents={"type": "integer", "description": "Documents that were searched."},
    notes={
        "type": "array",
        "items": _TEXT,
        "description": "How the query was read, and what to try instead.",
    },
    coverage={
        "type": ["object", "null"],
        "description": "How many files the index covers, and why not others.",
    },
    words={"type": "string", "description": "Of a document: the words by which others are like it."},
    quoted=_QUOTED,
)
DOCUMENT: Final = _given(
    ("id", "title", "text", "url", "metadata", "citation", "quoted"),
    id=_ID,
    title=_TEXT,
    text={"type": "string", "description": "The text, quoted: all of it, or a part."},
    url=_TEXT,
    metadata={
        "type": "object",
        "properties": {
            "path": _TEXT,
            "characters": {"type": "integer", "description": "Characters of the whole text."},
            "offset": _NUMBER,
            "next_offset": {"type": "integer", "description": "Where to go on; missing at the end."},
        },
    },
    citation=_CITATION,
    quoted=_QUOTED,
)
COVERAGE: Final = _given(
    ("indexes",),
    indexes={"type": "array", "items": {"type": "object"}},
    state=_TEXT,
    files={"type": "array", "items": {"type": "object"}},
    total={"type": "integer", "description": "Files of the state, listed or not."},
    quoted=_QUOTED,
)
