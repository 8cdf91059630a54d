"""The description of the API: OpenAPI 3.1, of the table of calls and the schema of the command's JSON.

Gives the text of ``search/web/api/openapi.json``. Run by ``docs/generate.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from coopsearch.search.dossier.writing import ENDINGS
from coopsearch.search.serving import asked, dossiers, fields
from coopsearch.search.web.api.routes import CALLS, PREFIX
from coopsearch.search.web.team.door import COOKIE

HERE: Final = Path(__file__).resolve().parent
PATH: Final = HERE.parent / "search" / "web" / "api" / "openapi.json"
_SCHEMAS: Final = "#/components/schemas/"


def _whole(least: int, most: int, usual: int | None = None) -> dict[str, Any]:
    default = {} if usual is None else {"default": usual}
    return {"type": "integer", "minimum": least, "maximum": most, **default}


_TEXT: Final = {"type": "string"}
_FLAG: Final = {"type": "boolean", "default": False}
_LIST: Final = {"type": "array", "items": _TEXT}
#: A text with something in it, and several of them at most.
_WORDS: Final = {"type": "string", "pattern": r"\S"}
_TEXTS: Final = {**_LIST, "maxItems": fields.MOST}
#: Each parameter: what it is, and what is said of it.
PARAMETERS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "q": (
        {"type": "string", "maxLength": asked.QUERY, "examples": ["smuggling routes"]},
        "The query, as the command takes it.",
    ),
    "limit": (_whole(0, asked.MOST, 10), "Hits to give at most; 0 only counts."),
    "offset": (_whole(0, 100_000, 0), "Hits to pass over; ranks go on."),
    "sort": (
        {"enum": ["relevance", "newest", "oldest", "path", "title"], "default": "relevance"},
        "Which hits come first.",
    ),
    "all": (_FLAG, "Only documents that hold all words."),
    "plain": (_FLAG, "Take the query as words alone, without operators."),
    "explain": (_FLAG, "Say how the query was read, and why each hit is one."),
    "fold": (_FLAG, "Give documents that say nearly the same as one hit."),
    "facet": (_LIST, "Count by lang, type, year, folder, or a field of the documents."),
    "since": (_TEXT, "Only documents of that day or later."),
    "until": (_TEXT, "Only documents of that day, or earlier."),
    "type": (_LIST, "Only documents of these formats."),
    "lang": (_LIST, "Only documents in these languages."),
    "in": (_LIST, "Only documents below one of these folders."),
    "tag": (_LIST, "Only documents with these marks; -TAG for those without."),
    "passages": (_whole(1, asked.MOST), "Passages of each document to give at most."),
    "context": (_whole(0, 100), "Sentences to give before and after each passage."),
    "names": ({"enum": ["auto", "no"]}, "Whether names stand for their other spellings."),
    "translate": (_TEXT, "Languages into which words are translated: auto, no, or fr,ar."),
    "lang_of_query": (_TEXT, "The language of the query, where its words do not tell."),
    "first": (_whole(0, 1_000_000), "The number of the first passage to give, from 0."),
    "count": (_whole(0, 1_000_000), "Passages to give; all without it, and with first alone none."),
    "style": ({"enum": ["text", "markdown", "bibtex", "csl-json"], "default": "text"}, "How to write them."),
    "state": (
        {
            "enum": [
                "indexed", "in-part", "no-text", "encrypted", "unsupported", "too-large", "failed", "unread",
            ]
        },
        "The state of files to list; unread for what in mails and archives nothing reads.",
    ),
    "format": ({"enum": list(ENDINGS), "default": "html"}, "What the file is, by its ending."),
    "title": ({"type": "string", "maxLength": 300}, "What stands above it; the query without it."),
    "name": (_LIST, "Saved searches to ask; all without it."),
}  # fmt: skip
#: Of some calls a parameter takes less.
_OWN: Final = {
    ("suggest", "limit"): _whole(1, 50, 8),
    ("facets", "facet"): {"type": "array", "items": {"type": "string", "pattern": r"[^\s,]"}, "minItems": 1},
    ("export", "limit"): _whole(1, dossiers.MOST, dossiers.USUAL),
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"{_SCHEMAS}{name}"}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _object(properties: dict[str, Any], *optional: str, description: str = "") -> dict[str, Any]:
    said = {"description": description} if description else {}
    return {
        **said,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


_COUNT: Final = {"type": "integer", "minimum": 0}
_SPAN: Final = {
    "type": "array",
    "items": {**_COUNT, "maximum": fields.LARGEST},
    "minItems": 2,
    "maxItems": 2,
    "description": "The first character and the one behind the last, the first not above the second.",
}
_FACETS: Final = {
    "type": "object",
    "additionalProperties": {"type": "object", "additionalProperties": _COUNT},
}
_COVERAGE: Final = {"anyOf": [_ref("covered"), {"type": "null"}]}


def _bodies() -> dict[str, dict[str, Any]]:
    """Return the objects that requests bring, by their calls."""
    return {
        "POST documents/{id}/marks": _object(
            {"add": _TEXTS, "remove": _TEXTS, "note": _TEXT, "span": _SPAN, "query": _TEXT},
            "add", "remove", "note", "span", "query",
        ),
        "POST documents/{id}/cite": _object(
            {
                "quote": {**_TEXT, "description": "Words of the document, exactly as they stand there."},
                "span": {**_SPAN, "description": "The passage of a hit; of a quote, where to look first."},
                "query": _TEXT,
                "note": _TEXT,
                "style": PARAMETERS["style"][0],
                "keep": {"type": "boolean", "default": True},
            },
            "quote", "span", "query", "note", "style", "keep",
        ),
        "PUT saved/{name}": _object(
            {
                "query": _WORDS, "all": _FLAG, "tags": _TEXTS, "translate": _TEXT, "lang_of_query": _TEXT,
                "names": _TEXT,
            },
            "all", "tags", "translate", "lang_of_query", "names",
        ),
        "POST news": _object({"names": _TEXTS}, "names"),
    }  # fmt: skip


def _answers(totals: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the schemas of answers, by their calls."""
    found = {name: {"$ref": f"{_SCHEMAS}totals/properties/{name}"} for name in totals["properties"]}
    shown = {"limit": _COUNT, "offset": _COUNT, "hits": _list(_ref("hit"))}
    told = _object({"searches": _list(_ref("search_news"))})
    return {
        "GET health": _object(
            {
                "status": {"enum": ["ok", "degraded"]},
                "warning": _TEXT,
                "indexes": _LIST,
                "generation": _TEXT,
                "documents": _COUNT,
                "read_only": {"type": "boolean"},
            }
        ),
        "GET openapi.json": {"type": "object"},
        "GET status": _object({"indexes": _list(_ref("index_status"))}),
        "GET status/files": _object({"state": _TEXT, "files": _list(_ref("file"))}),
        "GET search": _object(
            {
                **found, **shown, "generation": _TEXT, "facets": _FACETS, "coverage": _COVERAGE,
                "warning": _TEXT,
            },
            "facets", "warning",
        ),
        "GET iterate": _ref("iterated"),
        "GET facets": _object(
            {"query": _TEXT, "total": _COUNT, "documents": _COUNT, "generation": _TEXT, "facets": _FACETS}
        ),
        "GET suggest": _object(
            {"query": _TEXT, "words": _list(_object({"word": _TEXT, "documents": _COUNT}))}
        ),
        "GET documents/{id}": _ref("document"),
        "GET documents/{id}/passages": _object(
            {"id": _ref("id"), "title_matches": _list(_ref("span")), "places": _list(_ref("place"))}
        ),
        "GET documents/{id}/similar": _object(
            {
                "like": _TEXT, "words": _TEXT, "total": _COUNT, "documents": _COUNT, "notes": _LIST, **shown,
            }
        ),
        "GET documents/{id}/thread": _object(
            {
                "id": _ref("id"),
                "whole": {"type": "boolean", "description": "Whether there are no more mails than these."},
                "mails": _list(
                    _object(
                        {
                            "id": _ref("id"), "path": _TEXT, "shown": _TEXT, "absolute": _TEXT,
                            "title": _TEXT, "date": _TEXT, "from": _TEXT, "to": _TEXT, "cc": _TEXT,
                            "depth": {**_COUNT, "description": "0 for a mail that answers none of these."},
                            "current": {"type": "boolean"},
                        }
                    )
                ),
            }
        ),
        "GET documents/{id}/versions": _object(
            {
                "id": _ref("id"),
                "language": {**_TEXT, "description": "That which its name says, where others say theirs."},
                "versions": _list(
                    _object(
                        {
                            "id": _ref("id"), "path": _TEXT, "shown": _TEXT, "absolute": _TEXT,
                            "language": _TEXT,
                        }
                    )
                ),
            }
        ),
        "GET documents/{id}/marks": _ref("marked"),
        "POST documents/{id}/marks": _ref("marked"),
        "POST documents/{id}/cite": _object({"citation": _ref("citation"), "text": _TEXT, "notes": _LIST}),
        "GET marks": _object({"documents": _list(_ref("marked"))}),
        "GET saved": _object({"searches": _list(_ref("saved"))}),
        "PUT saved/{name}": _ref("saved"),
        "GET news": told,
        "POST news": told,
        "GET citations": _object({"citations": _list(_ref("citation")), "text": _TEXT}),
    }  # fmt: skip


def _own_schemas() -> dict[str, dict[str, Any]]:
    return {
        "problem": _object(
            {
                "type": _TEXT,
                "title": _TEXT,
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": {**_TEXT, "description": "A sentence for a person."},
                "position": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "Where reading the query failed.",
                },
            },
            "position",
            description="Why there is no answer (RFC 9457).",
        ),
        "iterated": {
            "description": "A line of all hits: a hit, or at the end how many there were, or why it stops.",
            "anyOf": [
                _ref("hit"),
                _object(
                    {"end": _object({"hits": _COUNT, "total": _COUNT, "generation": _TEXT, "notes": _LIST})}
                ),
                _object({"problem": _ref("problem")}),
            ],
        },
        "index_status": _object(
            {"name": _TEXT, "index": _TEXT, "coverage": _COVERAGE, "status": _ref("status")}, "status"
        ),
        "search_news": _object(
            {
                "search": _TEXT,
                "query": _TEXT,
                "total": _COUNT,
                "since": _TEXT,
                "first_look": {"type": "boolean"},
                "items": _list(_ref("news")),
            }
        ),
    }


#: How a call is refused, and why. All may be as the first, and some as the others.
_ALWAYS: Final = {
    400: "Something about the request cannot be read, or makes no sense.",
    401: "There is no token, or another one.",
    403: "The request comes from a page of somebody else's, or changes something that is read-only.",
    413: "The request is too large.",
    414: "The address is too long.",
    421: "The host is not that of the service.",
    503: "The index cannot be read now, or too many ask.",
}
_NAMED: Final = {404: "There is nothing of that name."}
_FILLED: Final = {404: "Nothing is found that could be exported."}
_CHANGES: Final = {507: "Nothing can be written beside the index."}
_BRINGS: Final = {415: "The body is not sent as JSON."}
#: What an answer leads to: calls, and where in the answer or the request their parameter stands.
_HIT: Final = ("id", "$response.body#/hits/0/id")
_LINKS: Final = {
    "GET search": dict.fromkeys(
        ("document", "passages", "similar", "original", "marks_of", "mark", "cite"), _HIT
    ),
    "POST documents/{id}/marks": {"unnote": ("id", "$response.body#/notes/0/id")},
    "PUT saved/{name}": {
        "unsave": ("name", "$request.path.name"),
        "news": ("name", "$request.path.name"),
    },
}
#: The parameters of each call, in its query.
_TAKES: Final = {
    "GET search": asked.SEARCH,
    "GET iterate": asked.ITERATE,
    "GET facets": asked.FACETS,
    "GET suggest": ("q", "limit"),
    "GET export": asked.EXPORT,
    "GET documents/{id}": ("q", "first", "count"),
    "GET documents/{id}/passages": ("q",),
    "GET documents/{id}/similar": ("limit", "offset", "translate"),
    "GET status/files": ("state",),
    "GET marks": ("tag",),
    "GET news": ("name",),
    "GET citations": ("style",),
}
#: The calls whose answers a program may keep.
_KEPT: Final = (
    "GET search", "GET facets", "GET suggest", "GET documents/{id}", "GET documents/{id}/passages",
    "GET documents/{id}/similar",
)  # fmt: skip
_NEEDED: Final = {("GET facets", "facet"), ("GET status/files", "state")}


#: What a request shows: to a service of its machine, to one that a team shares, and what browsers have there.
_SHOWN: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "Of a service of this machine."},
    "account": {
        "type": "http",
        "scheme": "basic",
        "description": "Of a service that a team shares (`--listen`): a name and a password, in UTF-8.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "What a browser has after signing in to such a service. A change needs X-CSRF-Token.",
    },
}


def value() -> dict[str, Any]:
    """Return the description."""
    schema = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
    text = json.dumps(schema["$defs"]).replace("#/$defs/", _SCHEMAS)
    known: dict[str, Any] = {**json.loads(text), **_own_schemas()}
    answers, bodies = _answers(known["totals"]), _bodies()
    paths: dict[str, dict[str, Any]] = {}
    for method, path, handler in CALLS:
        call = f"{method} {path}"
        takes = _TAKES.get(call, ())
        one: dict[str, Any] = {
            "operationId": handler.__name__,
            "summary": (handler.__doc__ or "").partition("\n")[0],
            "parameters": [
                *(_in_path(part) for part in path.split("/") if part.startswith("{")),
                *(_parameter(call, name) for name in takes),
            ],
            "responses": _responses(call, answers, body=call in bodies),
        }
        if call in bodies:
            one["requestBody"] = {"required": True, "content": {"application/json": {"schema": bodies[call]}}}
        paths.setdefault(f"{PREFIX}{path}", {})[method.lower()] = one
    used = set(_reachable(paths, known))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "coopsearch",
            "version": "1",
            "description": "An index of folders of reports, served by `coopsearch serve`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "Where `coopsearch serve` says."}],
        "security": [{"token": []}, {"account": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": _SHOWN,
            "schemas": {name: known[name] for name in known if name in used},
        },
    }


def _in_path(part: str) -> dict[str, Any]:
    name = part.strip("{}")
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _parameter(call: str, name: str) -> dict[str, Any]:
    schema, about = PARAMETERS[name]
    schema = _OWN.get((call.partition(" ")[2], name), schema)
    return {
        "name": name,
        "in": "query",
        "required": (call, name) in _NEEDED,
        "description": about,
        "schema": schema,
    }


def _responses(call: str, answers: dict[str, dict[str, Any]], *, body: bool) -> dict[str, Any]:
    if call in {"GET documents/{id}/original", "GET export"}:
        content: dict[str, Any] = {"application/octet-stream": {}}
        found = {"200": {"description": "The file.", "content": content}}
    elif call.startswith("DELETE "):
        found = {"204": {"description": "It is removed."}}
    else:
        media = "application/x-ndjson" if call == "GET iterate" else "application/json"
        found = {"200": {"description": "The answer.", "content": {media: {"schema": answers[call]}}}}
        if call in _KEPT:
            found["304"] = {"description": "It is the one that If-None-Match names."}
    if call in _LINKS:
        found["200"]["links"] = {
            name: {"operationId": name, "parameters": {parameter: place}}
            for name, (parameter, place) in _LINKS[call].items()
        }
    refusals = {
        **_ALWAYS,
        **(_NAMED if "{" in call or call.endswith(" news") else {}),
        **(_FILLED if call == "GET export" else {}),
        **({} if call.startswith("GET ") else _CHANGES),
        **(_BRINGS if body else {}),
    }
    problem = {"application/problem+json": {"schema": _ref("problem")}}
    for status, why in sorted(refusals.items()):
        found[str(status)] = {"description": why, "content": problem}
    return found


def _reachable(value: Any, known: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all schemas that something refers to, at whatever distance."""
    waiting, seen = [value], set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).removeprefix(_SCHEMAS).partition("/")[0]
            if name and name not in seen:
                seen.add(name)
                yield name
                waiting.append(known[name])
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def page() -> str:
    """Return the text of the description."""
    return json.dumps(value(), indent=1, ensure_ascii=False) + "\n"
