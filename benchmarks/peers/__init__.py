"""The engines of the benchmark, one adapter a file. Each imports its engine when it is used."""

from __future__ import annotations

from benchmarks.peers.base import LIMIT, MODES, Ask, Peer
from benchmarks.peers.bm25s_peer import Bm25s
from benchmarks.peers.ours import Coopsearch
from benchmarks.peers.sqlite_peer import Sqlite
from benchmarks.peers.tantivy_peer import Tantivy
from benchmarks.peers.whoosh_peer import Whoosh

#: All of them, by name, in the order of the report.
PEERS: dict[str, Peer] = {peer.name: peer for peer in (Coopsearch(), Tantivy(), Sqlite(), Bm25s(), Whoosh())}

__all__ = ["LIMIT", "MODES", "PEERS", "Ask", "Peer"]
