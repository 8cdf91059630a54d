"""Requests to a cluster: who asks, how long, how often again, and what becomes of what it answers.

The one file that knows the client. Every failure becomes an error of ours; what a caller may expect, a
conflict or something that is not there, is ``Refused``. Does not depend on queries or documents.
"""

from __future__ import annotations

import json
import random
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NotReached
from opensearchpy.exceptions import ConnectionTimeout, SerializationError, TransportError

from coopsearch.search.engines.opensearch.cluster.credentials import credentials_for
from coopsearch.search.engines.opensearch.cluster.disks import STATISTICS, fullest, is_full
from coopsearch.search.engines.opensearch.cluster.failures import (
    AGAIN,
    Asked,
    Refused,
    no_cluster,
    told,
    unreachable,
)
from coopsearch.search.engines.opensearch.cluster.place import Place
from coopsearch.search.errors import CoopsearchError, IndexOutdated, SettingsError

#: Releases whose answers are understood.
MAJORS: Final = (2, 3)
#: How often a request is sent at most, and how long is waited before it is sent again: doubled each time.
_ATTEMPTS: Final = 8
_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 5.0
#: How often a request is sent by whoever writes: a cluster that loses a node has to find a new manager first.
ATTEMPTS_TO_WRITE: Final = 12
_SERVER: Final = 500
_BUSY: Final = 503
#: Whatever a cluster may answer but what was asked for.
_ANY: Final = range(400, 600)
_LOOPBACK: Final = re.compile(r"127(\.\d{1,3}){3}", re.ASCII)


class Connection:
    """A way to one cluster. Safe for many threads."""

    def __init__(self, place: Place, *, writes: bool = False, attempts: int = _ATTEMPTS) -> None:
        """Take where it is; nothing is sent yet. Raises SettingsError for credentials that make no sense."""
        cluster = place.cluster
        self.place = place
        self._attempts = attempts
        self._reached = False
        self._known = credentials_for(cluster.urls)
        self._asked = Asked(place.shown, place.name, writes, self._known.user, self._known.source)
        # Not left to the client, which knows no password beyond Latin letters.
        pair = f"{self._known.user}:{self._known.password}".encode()
        self._login = {"authorization": f"Basic {b64encode(pair).decode()}"} if self._known.user else {}
        secure = cluster.urls[0].startswith("https:")
        if self._known.user and not secure and not _is_here(cluster.urls):
            raise SettingsError(
                f"a password is not sent to {place.shown} without TLS; give an address that begins with https://"
            )
        self._client = OpenSearch(
            hosts=list(cluster.urls),
            ssl_context=self._trust(cluster.ca) if secure else None,
            timeout=cluster.seconds,
            # What is sent again, and when, is decided here.
            max_retries=0,
            http_compress=not _is_here(cluster.urls),
        )

    def _trust(self, ca: str) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=ca or None)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"{ca} cannot be read as a file of certificates: {error}; correct --ca"
            ) from None
        if self._known.certificate:
            try:
                context.load_cert_chain(self._known.certificate, self._known.key or None)
            except (OSError, ssl.SSLError) as error:
                raise SettingsError(
                    f"{self._known.certificate} cannot be used as a certificate of a client: {error}; "
                    "give one in PEM, with its key"
                ) from None
        return context

    def check(self) -> None:
        """Ask what answers. Raises IndexOutdated for a release that is not understood, and as ``ask``."""
        found = self.ask("GET", "/")
        version = found.get("version")
        if not isinstance(version, Mapping) or version.get("distribution") != "opensearch":
            raise no_cluster(self._asked, json.dumps(found))
        number = str(version.get("number", ""))
        if number.partition(".")[0] not in map(str, MAJORS):
            raise IndexOutdated(
                f"the cluster at {self.place.shown} is OpenSearch {number}; this coopsearch speaks with "
                f"{' and '.join(map(str, MAJORS))}: use a cluster of one of these, or update coopsearch"
            )

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        params: Mapping[str, object] | None = None,
        *,
        expected: Iterable[int] = (),
    ) -> Any:
        """Send a request and return the answer.

        It is sent again, after a while, where the cluster has too much to do or a node is gone. Raises
        ``Refused`` for an answer of a status that is ``expected``, else IndexUnreadable or IndexUnwritable.
        """
        expected = frozenset(expected)
        for attempt in range(self._attempts):
            last = attempt == self._attempts - 1
            try:
                found = self._client.transport.perform_request(
                    method,
                    path,
                    params=dict(params or {}),
                    body=body,
                    headers={**self._login, **_headers(body)},
                )
            except NotReached as error:
                # A node that does not answer in time would not do so at the second time either, and where
                # nobody ever answered the address is wrong. The client asks another node the next time.
                never = not self._reached and attempt >= len(self.place.cluster.urls)
                if last or never or isinstance(error, ConnectionTimeout) or _is_final(error):
                    raise unreachable(self._asked, error) from None
            except SerializationError as error:
                raise no_cluster(self._asked, str(error)) from None
            except TransportError as error:
                self._reached = True
                refused = _refused(error)
                if refused.status in expected:
                    raise refused from None
                if last or refused.status not in AGAIN or is_full(refused):
                    self._fail(refused)
            else:
                self._reached = True
                if not isinstance(found, Mapping):
                    raise no_cluster(self._asked, json.dumps(found))
                return found
            wait(attempt)
        raise AssertionError

    def search(self, body: Mapping[str, object], *, index: str = "", expected: Iterable[int] = ()) -> Any:
        """Run a search and return its answer, which is of all shards or is none."""
        path = f"/{index}/_search" if index else "/_search"
        found = self.ask(
            "POST", path, dict(body), {"allow_partial_search_results": "false"}, expected=expected
        )
        self._whole(found)
        return found

    def _whole(self, answer: Mapping[str, Any]) -> None:
        """See that an answer is of all shards."""
        shards, found = answer.get("_shards"), answer.get("hits")
        if not isinstance(shards, Mapping) or not isinstance(found, Mapping) or "hits" not in found:
            raise no_cluster(self._asked, json.dumps(answer))
        if shards.get("failed") or answer.get("timed_out"):
            self._fail(Refused(_BUSY, {"error": {"reason": "Partial shards failure", **shards}}))

    def search_all(
        self, bodies: Sequence[Mapping[str, object]], *, expected: Iterable[int] = ()
    ) -> list[Any]:
        """Run several searches in one request and return their answers, each of all shards."""
        head = b'{"allow_partial_search_results":false}\n'
        lines = b"".join(head + json.dumps(body, separators=(",", ":")).encode() + b"\n" for body in bodies)
        found = self.ask("POST", "/_msearch", lines, {"max_concurrent_searches": 4})
        answers = found.get("responses")
        if not isinstance(answers, list) or len(answers) != len(bodies):
            raise no_cluster(self._asked, json.dumps(found))
        for answer in answers:
            if not isinstance(answer, Mapping):
                raise no_cluster(self._asked, json.dumps(found))
            status = answer.get("status", _SERVER)
            if "error" in answer:
                if status in expected:
                    raise Refused(status, answer)
                self._fail(Refused(status, answer))
            self._whole(answer)
        return answers

    def version(self, found: Mapping[str, Any]) -> tuple[int, int]:
        """Return which version of one document an answer is of: its sequence number and primary term."""
        version = found.get("_seq_no"), found.get("_primary_term")
        if not (type(version[0]) is int and type(version[1]) is int):
            raise no_cluster(self._asked, json.dumps(found))
        return version[0], version[1]

    def refuse(self, refused: Refused) -> NoReturn:
        """Raise what a refusal means where nobody expects it."""
        self._fail(refused)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _fail(self, refused: Refused) -> NoReturn:
        raise told(self._asked, refused, self._full_disk() if is_full(refused) else "") from None

    def _full_disk(self) -> str:
        """Say which disk is full; nothing where the cluster does not tell everybody."""
        try:
            disk = fullest(self.ask("GET", STATISTICS, expected=_ANY))
        except (CoopsearchError, Refused):
            return ""
        return "" if disk is None else disk.shown


def _is_here(urls: Iterable[str]) -> bool:
    """Say whether all addresses are of this machine, so that nobody else hears what is sent."""
    hosts = (urlsplit(url).hostname or "" for url in urls)
    # A name may begin with 127, too.
    return all(host in {"localhost", "::1"} or _LOOPBACK.fullmatch(host) for host in hosts)


def _headers(body: object) -> dict[str, str]:
    kind = "application/x-ndjson" if isinstance(body, str | bytes) else "application/json"
    return {"content-type": kind}


def _refused(error: TransportError) -> Refused:
    status = error.status_code
    return Refused(status if isinstance(status, int) else _SERVER, error.info)


def _is_final(error: NotReached) -> bool:
    """Say whether another attempt would end the same way: a certificate does not become another one."""
    cause: Any = error.info
    while isinstance(cause, BaseException):
        if isinstance(cause, ssl.SSLError):
            return True
        cause = getattr(cause, "reason", None) or cause.__cause__ or next(iter(cause.args), None)
    return False


def wait(attempt: int) -> None:
    """Wait before a request is sent again: twice as long as the time before."""
    time.sleep(pause(attempt))


def pause(attempt: int, longest: float = _LONGEST_WAIT) -> float:
    """Return for how many seconds to wait after an attempt, the first of which is 0."""
    most: float = min(longest, _FIRST_WAIT * 2**attempt)
    # Not all at the same moment: writers that were told to wait would come back together.
    return most * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
