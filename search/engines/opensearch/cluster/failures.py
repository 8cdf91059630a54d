"""What a cluster refuses, or cannot do, as errors of one line: the thing, the place and the next step.

Does not depend on the client of a cluster: what it raises is told apart by its shape.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import CoopsearchError, IndexUnreadable, IndexUnwritable

#: Answers after which the same request may well succeed: too many at once, or a node on its way.
AGAIN: Final = frozenset({429, 502, 503, 504})
_UNKNOWN: Final = 401
_FORBIDDEN: Final = 403
_GONE: Final = 404
_CONFLICT: Final = 409
_LARGE: Final = 413
#: Characters of what a cluster says of itself that a message has room for.
_ROOM: Final = 200


class Refused(Exception):
    """An answer that a caller of the connection may understand otherwise than as a failure."""

    def __init__(self, status: int, info: Any) -> None:
        """Keep what the cluster said."""
        super().__init__(status, info)
        self.status = status
        self.info = info

    @property
    def reason(self) -> str:
        """What the cluster gives as the first cause."""
        return reason_of(self.info)

    @property
    def kinds(self) -> frozenset[str]:
        """Names of all causes that the cluster gives, whatever they lie in."""
        return frozenset(_kinds(self.info))

    @property
    def is_gone(self) -> bool:
        """Say whether what was asked for is not there."""
        return self.status == _GONE

    @property
    def is_conflict(self) -> bool:
        """Say whether somebody else wrote it meanwhile."""
        return self.status == _CONFLICT

    @property
    def is_large(self) -> bool:
        """Say whether the request was larger than a cluster takes."""
        return self.status == _LARGE


class Asked(NamedTuple):
    """What a request was for."""

    place: str
    """The addresses of the cluster."""
    what: str
    """The index, or "" for the cluster itself."""
    writes: bool
    user: str
    """Who asks, "" for nobody."""
    source: str
    """Where that name is from."""


def told(asked: Asked, refused: Refused, disk: str = "") -> CoopsearchError:
    """Return what to tell of an answer that means a failure; ``disk`` says which one is full."""
    where = f"the cluster at {asked.place}"
    if refused.status == _UNKNOWN:
        if not asked.user:
            return _error(
                asked,
                f"{where} wants a name and a password; set COOPSEARCH_OPENSEARCH_USER and "
                "COOPSEARCH_OPENSEARCH_PASSWORD, or put them into ~/.netrc",
            )
        return _error(
            asked, f"{where} does not take the password of {asked.user}; correct it in {asked.source}"
        )
    if disk or (refused.status == _FORBIDDEN and "cluster_block_exception" in refused.kinds):
        return _error(
            asked,
            f"{where} takes nothing more into {asked.what}: {disk or refused.reason}; make room "
            f"{'there' if disk else 'on its disks'}, or raise what the cluster keeps free, and run the "
            "command again: what was committed stands",
        )
    if refused.status == _FORBIDDEN:
        return _error(
            asked,
            f"{where} does not allow {asked.user or 'whoever gives no name'} to "
            f"{'write' if asked.writes else 'read'} {asked.what or 'there'}; ask its administrator",
        )
    if missing := missing_shards(refused.info):
        return _error(
            asked,
            f"{where} cannot answer as a whole: {missing} of {asked.what} "
            f"{'has' if missing.startswith('shard ') else 'have'} no running node; start its nodes "
            "and ask again",
        )
    if refused.is_gone:
        return _error(
            asked,
            f"{where} has no index {asked.what}; give its address with --url, or run "
            "`coopsearch index --rebuild`",
        )
    if refused.is_large:
        return _error(
            asked,
            f"{where} takes no request as large as one document of {asked.what} needs; raise its "
            "`http.max_content_length`, or lower --max-size",
        )
    if refused.status in AGAIN:
        return _error(
            asked,
            f"{where} has too much to do: {refused.reason or refused.status}; wait, and ask again",
        )
    return _error(
        asked,
        f"{where} answered {refused.status}: {refused.reason or 'without a reason'}; its log says more",
    )


def unreachable(asked: Asked, cause: BaseException | None) -> CoopsearchError:
    """Return what to tell where no node of a cluster can be reached, or it cannot be believed."""
    where = f"the cluster at {asked.place}"
    for one in _causes(cause):
        if isinstance(one, ssl.SSLCertVerificationError):
            reason = (one.verify_message or str(one)).rstrip(".")
            step = (
                "have it renewed"
                if "expired" in reason
                else "name the file of the certificate that signed it with --ca, if you trust that"
            )
            return _error(asked, f"the certificate of {where} is not accepted: {reason}; {step}")
        if isinstance(one, ssl.SSLError):
            reason = (one.reason or str(one)).replace("_", " ").lower()
            hint = (
                "it may speak http and not https, so correct --url"
                if "wrong version number" in reason or "record layer" in reason
                else "look at its certificates, and at your own"
            )
            return _error(asked, f"no secure connection to {where}: {reason}; {hint}")
        if isinstance(one, TimeoutError) or type(one).__name__ in {"ReadTimeoutError", "ConnectTimeoutError"}:
            return _error(
                asked,
                f"{where} did not answer in time; see whether it is too busy, or allow more with --timeout",
            )
    reason = next(
        (one.strerror for one in _causes(cause) if isinstance(one, OSError) and one.strerror), "no connection"
    )
    return _error(
        asked, f"there is no cluster at {asked.place}: {reason.lower()}; start it, or correct --url"
    )


def no_cluster(asked: Asked, saw: str) -> CoopsearchError:
    """Return what to tell of an answer that is none of a cluster."""
    return _error(asked, f"what answers at {asked.place} is no OpenSearch: {saw[:_ROOM]}; correct --url")


def missing_shards(info: Any) -> str:
    """Return which shards have no running copy, as ``shards 1 and 2``; "" where none is named."""
    numbers: set[int] = set()
    for one in _dictionaries(info):
        if one.get("type") in {"no_shard_available_action_exception", "node_disconnected_exception"}:
            numbers.update(_number(one))
        reason = one.get("reason")
        if isinstance(one.get("shard"), int) and isinstance(reason, Mapping):
            kinds = set(_kinds(reason))
            if not kinds or kinds & {
                "no_shard_available_action_exception",
                "node_not_connected_exception",
                "node_disconnected_exception",
                "unavailable_shards_exception",
            }:
                numbers.add(one["shard"])
    if "no_shard_available_action_exception" in set(_kinds(info)) and not numbers:
        return "some shards"
    if not numbers:
        return "some shards" if "Partial shards failure" in json.dumps(info, default=str) else ""
    named = [str(one) for one in sorted(numbers)]
    if len(named) == 1:
        return f"shard {named[0]}"
    return f"shards {', '.join(named[:-1])} and {named[-1]}"


def reason_of(info: Any) -> str:
    """Return the first cause that a cluster gives, on one line."""
    for one in _dictionaries(info):
        if isinstance(one.get("root_cause"), list) and one["root_cause"]:
            first = one["root_cause"][0]
            if isinstance(first, Mapping) and isinstance(first.get("reason"), str):
                return _line(first["reason"])
    for one in _dictionaries(info):
        if isinstance(one.get("reason"), str):
            return _line(one["reason"])
    return ""


def _line(text: str) -> str:
    return " ".join(text.split())[:_ROOM]


def _number(one: Mapping[str, Any]) -> Iterator[int]:
    found = one.get("shard")
    if isinstance(found, int) or (isinstance(found, str) and found.isdigit()):
        yield int(found)


def _kinds(info: Any) -> Iterator[str]:
    for one in _dictionaries(info):
        if isinstance(one.get("type"), str):
            yield one["type"]


def _dictionaries(info: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(info, Mapping):
        yield info
        for one in info.values():
            yield from _dictionaries(one)
    elif isinstance(info, list):
        for one in info:
            yield from _dictionaries(one)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [
            given for given in (*one.args, getattr(one, "reason", None)) if isinstance(given, BaseException)
        ]
        waiting += [*inner, one.__cause__, one.__context__]


def _error(asked: Asked, message: str) -> CoopsearchError:
    return IndexUnwritable(message) if asked.writes else IndexUnreadable(message)
