"""Histories of commits in an index of a real node, with what no reader may see beside them, and brute force.

One index is shared by all examples: each sees the commits of its own history alone.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.bodies import body_of
from coopsearch.search.engines.opensearch.evaluate import Evaluator
from coopsearch.search.engines.opensearch.terms import identifier_of
from coopsearch.search.ranking import DEFAULT, Parameters
from tests.engines.brute import Brute

History = list[list[tuple[str, list[AnalysedDocument]]]]

#: Documents of histories before, at which the index is made anew.
_FULL: Final = 3_000


class Node:
    """A node, over one connection that is kept."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        self.requests = 0

    def ask(self, path: str, body: object = None, *, method: str = "POST") -> Any:
        """Ask the node; a text is sent as it is, as lines of JSON."""
        kind = "application/x-ndjson" if isinstance(body, str) else "application/json"
        text = body if isinstance(body, str) else json.dumps(body)
        self.requests += 1
        self._connection.request(
            method, path, None if body is None else text.encode(), {"Content-Type": kind}
        )
        answer = self._connection.getresponse()
        said = answer.read().decode()
        assert answer.status < http.client.BAD_REQUEST, said
        return json.loads(said)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class Histories:
    """Puts histories into one index, one behind another."""

    def __init__(self, node: Node, index: str, shards: int) -> None:
        self.node, self.index, self._shards = node, index, shards
        self._generation = 0
        self._held = 0
        self._create()

    def _create(self) -> None:
        self.node.ask(f"/{self.index}", mapping.index_body(self._shards, 0), method="PUT")
        self._held = 0

    def remove(self) -> None:
        """Remove the index."""
        self.node.ask(f"/{self.index}", method="DELETE")

    def evaluator(
        self, history: History, parameters: Parameters = DEFAULT, **options: Any
    ) -> tuple[Evaluator, Brute]:
        """Commit a history, and something that is not committed; return what answers, and the truth."""
        if self._held > _FULL:
            self.remove()
            self._create()
        first = self._generation + 1
        bodies: list[dict[str, Any]] = []
        held: dict[str, list[AnalysedDocument]] = {}
        living: dict[str, list[dict[str, Any]]] = {}
        for commit in history:
            self._generation += 1
            for file, documents in commit:
                for body in living.pop(file, ()):
                    body[mapping.DIED] = self._generation
                held[file] = documents
                living[file] = [json.loads(body_of(document, self._generation)) for document in documents]
                bodies += living[file]
        generation = self._generation
        # What a writer is about to commit, or was when it was killed.
        self._generation += 1
        for body in [body for file in living.values() for body in file][::2]:
            body[mapping.DIED] = self._generation
            bodies.append(
                {key: value for key, value in body.items() if key != mapping.DIED}
                | {mapping.BORN: self._generation}
            )
        self._put([body for body in bodies if body[mapping.BORN] != body.get(mapping.DIED)])
        shown = {"range": {mapping.BORN: {"gte": first}}}

        def narrowed(body: dict[str, Any]) -> dict[str, Any]:
            query = {"bool": {"must": [body["query"]], "filter": [shown]}}
            return {**body, "query": query, "timeout": "60s"}

        def ask(body: dict[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = self.node.ask(f"/{self.index}/_search", narrowed(body))
            return answer

        def ask_all(asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
            lines = "".join(f"{{}}\n{json.dumps(narrowed(body))}\n" for body in asked)
            answers: list[dict[str, Any]] = self.node.ask(f"/{self.index}/_msearch", lines)["responses"]
            assert not any("error" in answer for answer in answers), answers
            return answers

        truth = Brute([one for documents in held.values() for one in documents], parameters)
        options.setdefault("shards", self._shards)
        return Evaluator(ask, generation, parameters, ask_all, **options), truth

    def _put(self, bodies: Sequence[dict[str, Any]]) -> None:
        lines = []
        for body in bodies:
            one = identifier_of(body["path"], body[mapping.BORN])
            lines += [json.dumps({"index": {"_id": one}}), json.dumps(body)]
        if lines:
            answer = self.node.ask(f"/{self.index}/_bulk?refresh=true", "\n".join([*lines, ""]))
            assert not answer["errors"], answer
            self._held += len(bodies)
