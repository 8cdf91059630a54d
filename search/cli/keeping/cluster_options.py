"""How an index is to be kept: the options of whatever command makes one.

Does not depend on an index.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from coopsearch.search.engines import Cluster
from coopsearch.search.errors import SettingsError

EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="How a new or rebuilt index is kept: columns (default), whoosh for Whoosh's own files, or "
        "opensearch for a cluster that --url names.",
    ),
]
UrlOption = Annotated[
    list[str] | None,
    typer.Option(
        "--url",
        metavar="URL",
        show_default=False,
        help="Address of a cluster of OpenSearch that is to keep a new or rebuilt index, as in "
        "https://search.example.org:9200; may be repeated for several of its nodes. The index remembers "
        "it; given again, it is the new address of the same cluster.",
    ),
]
ShardsOption = Annotated[
    int | None,
    typer.Option(
        "--shards",
        min=1,
        max=1024,
        metavar="N",
        show_default=False,
        help="With --url: into how many parts the cluster divides a new or rebuilt index. Default: 1.",
    ),
]
ReplicasOption = Annotated[
    int | None,
    typer.Option(
        "--replicas",
        min=0,
        max=1023,
        metavar="N",
        show_default=False,
        help="With --url: how many copies of each part the cluster keeps beside the first. Default: 0.",
    ),
]
CaOption = Annotated[
    str | None,
    typer.Option(
        "--ca",
        metavar="FILE",
        show_default=False,
        help="With --url: the certificates that are trusted for this cluster, in PEM. Default: those "
        "that the system trusts.",
    ),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=1,
        max=86400,
        metavar="SECONDS",
        show_default=False,
        help="With --url: how long one request to the cluster may take. Default: 60.",
    ),
]


def cluster_of(
    urls: Sequence[str] | None,
    shards: int | None,
    replicas: int | None,
    ca: str | None,
    timeout: float | None,
) -> Cluster | None:
    """Return the cluster of the options, None where none is named. Raises SettingsError."""
    given = {"shards": shards, "replicas": replicas, "ca": ca, "timeout": timeout}
    known = {name: value for name, value in given.items() if value is not None}
    if not urls:
        for name in known:
            raise SettingsError(
                f"--{name} says how a cluster keeps an index; name the cluster with --url, too"
            )
        return None
    cluster = Cluster(tuple(urls))
    return Cluster(
        cluster.urls,
        # It is read by later runs, wherever these are started.
        os.path.abspath(ca) if ca else cluster.ca,  # noqa: PTH100 - links stay as they are
        cluster.shards if shards is None else shards,
        cluster.replicas if replicas is None else replicas,
        cluster.seconds if timeout is None else timeout,
    )
