"""Making the two indexes that a cluster keeps of one of ours, and seeing that they are as they were made.

Does not depend on the client of a cluster, on queries or documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.cluster.connection import Connection
from coopsearch.search.engines.opensearch.cluster.failures import Refused
from coopsearch.search.engines.opensearch.storage import words
from coopsearch.search.engines.opensearch.storage.states import State, damaged, read_state, write_state
from coopsearch.search.errors import CoopsearchError, IndexOutdated, IndexUnwritable
from coopsearch.search.indexdir.opening import names_in

_THERE: Final = 400
_GONE: Final = 404
_REBUILD: Final = "run `coopsearch index --rebuild`"


def make_indexes(connection: Connection) -> None:
    """Make an empty index in a cluster: its documents, its words, and its first state.

    Raises IndexUnwritable where the cluster refuses, or keeps an index of this name already.
    """
    place, cluster = connection.place, connection.place.cluster
    for name, body in (
        (place.name, mapping.index_body(cluster.shards, cluster.replicas)),
        (place.words, words.index_body(cluster.replicas)),
    ):
        try:
            # All first copies of the shards are there before the first document comes.
            connection.ask("PUT", f"/{name}", body, {"wait_for_active_shards": "1"}, expected=[_THERE])
        except Refused as refused:
            if "resource_already_exists_exception" in refused.kinds:
                raise IndexUnwritable(
                    f"the cluster at {place.shown} has an index {name} already; run the command again, which "
                    "takes another name"
                ) from None
            if {
                "script_exception",
                "illegal_argument_exception",
            } & refused.kinds and "script" in refused.reason:
                raise IndexUnwritable(
                    f"the cluster at {place.shown} allows no scripts ({refused.reason}), by which scores are "
                    "made; allow inline Painless for similarities and scores"
                ) from None
            connection.refuse(refused)
    write_state(connection, State(), None)


def check_index(connection: Connection) -> None:
    """Compare both mappings with those that this version makes.

    Raises IndexOutdated for those of another version, IndexDamaged for one that was changed by hand.
    """
    place = connection.place
    try:
        found = connection.ask("GET", f"/{place.name},{place.words}/_mapping", expected=[_GONE])
    except Refused as refused:
        connection.refuse(refused)
    for name, key, version, wanted in (
        (place.name, "version", mapping.VERSION, mapping.index_body(1, 0)),
        (place.words, "words", words.VERSION, words.index_body(0)),
    ):
        held = found.get(name, {}).get("mappings", {}) if isinstance(found, Mapping) else {}
        _compare(connection, name, held, key, version, wanted["mappings"])


def _compare(
    connection: Connection,
    name: str,
    held: Mapping[str, Any],
    key: str,
    version: int,
    wanted: Mapping[str, Any],
) -> None:
    place = connection.place
    ours = held.get("_meta", {}).get("coopsearch", {})
    found = ours.get(key) if isinstance(ours, Mapping) else None
    if not isinstance(found, int):
        raise damaged(connection, f"is none of ours: the mapping of {name} does not say its version")
    if found != version:
        raise IndexOutdated(
            f"{name} in the cluster at {place.shown} has mapping version {found}, this coopsearch reads "
            f"version {version}; {_REBUILD if found < version else 'update coopsearch, or ' + _REBUILD}"
        )
    if held.get("dynamic") != "strict":
        raise damaged(connection, f"has another mapping than it was made with: {name} takes any field")
    there: Mapping[str, Any] = held.get("properties", {})
    for field in sorted({*wanted["properties"], *there}):
        if _plain(wanted["properties"].get(field)) != _plain(there.get(field)):
            raise damaged(
                connection, f"has another mapping than it was made with: the field {field} of {name}"
            )


def _is_older(connection: Connection, folder: Path) -> bool:
    """Say whether the newest state has pages that a folder never had."""
    try:
        state = read_state(connection).state
        held = names_in(folder)
    except CoopsearchError:
        return False
    return not {page.name for page in state.pages.values()} <= set(held)


#: What a cluster leaves out of a mapping where it is so anyway, by the type of a field.
_ANYWAY: Final[Mapping[str, Mapping[str, Any]]] = {
    "keyword": {"doc_values": True, "index": True},
    "integer": {"doc_values": True, "index": True},
    "text": {"index_options": "positions", "norms": True},
    "binary": {"doc_values": False, "store": False},
}


def _plain(field: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if field is None:
        return None
    anyway = _ANYWAY.get(str(field.get("type")), {})
    return {key: value for key, value in field.items() if anyway.get(key) != value}


def drop_indexes(connection: Connection, folder: Path) -> bool:
    """Remove both indexes, unless somebody reads them at this moment; return whether nothing of them is left.

    Those of a folder that is an older copy of another one stay, as the other one still asks them.
    """
    place = connection.place
    if _is_older(connection, folder):
        return True
    try:
        found = connection.ask("GET", f"/{place.name}/_stats/search", expected=[_GONE])
    except Refused:
        found = {}
    search = found.get("_all", {}).get("total", {}).get("search", {}) if isinstance(found, Mapping) else {}
    if search.get("point_in_time_current") or search.get("open_contexts"):
        return False
    for name in (place.name, place.words):
        try:
            connection.ask("DELETE", f"/{name}", expected=[_GONE])
        except Refused:
            continue
    return True
