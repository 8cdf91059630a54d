"""The small file of an index that a cluster keeps: where that is, and how the index is called there.

It lies where an embedded engine has its files, beside the pages of the run. It holds no credentials. Anybody
may have written it, so it is read by a schema. Does not depend on the client of a cluster.
"""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from coopsearch.search.engines.cluster import PLACE, Cluster
from coopsearch.search.errors import IndexMissing, IndexOutdated, SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.checksummed import sealed, unsealed
from coopsearch.search.indexdir.opening import damaged, names_in, read_file
from coopsearch.search.indexdir.pages import every, fitting, number, record, text, whole

NAME: Final = PLACE
#: The layout of the file.
VERSION: Final = 1
#: How an index of a cluster is called: what OpenSearch allows, and a beginning that says whose it is.
_INDEX: Final = re.compile(r"coopsearch-[a-z0-9_-]{0,60}-?[0-9a-f]{12}", re.ASCII)
_UNFIT: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 40
#: The most shards and copies that make sense anywhere.
_MOST: Final = 1024
#: Seconds that one request may take, at most a day.
_LONGEST_WAIT: Final = 86_400.0


class Place(NamedTuple):
    """Where an index is kept."""

    cluster: Cluster
    name: str
    """The name of the index of its documents; ``words`` is that of what is known of its words."""

    @property
    def words(self) -> str:
        """Return the name of the index that holds terms, stems, the state and the lock."""
        return f"{self.name}-words"

    @property
    def shown(self) -> str:
        """Return the addresses of the cluster for a message."""
        return " and ".join(self.cluster.urls)


def checked(cluster: Cluster) -> Cluster:
    """Return a cluster with its addresses as they are used. Raises SettingsError for what makes no sense."""
    if not cluster.urls:
        raise SettingsError("the engine opensearch needs the address of a cluster; give it with --url")
    urls = tuple(dict.fromkeys(map(_url, cluster.urls)))
    if len({urlsplit(url).scheme for url in urls}) > 1:
        raise SettingsError("the addresses of one cluster begin all with https:// or all with http://")
    if not 1 <= cluster.shards <= _MOST:
        raise SettingsError(f"--shards is {cluster.shards}; it can be 1 to {_MOST}")
    if not 0 <= cluster.replicas < _MOST:
        raise SettingsError(f"--replicas is {cluster.replicas}; it can be 0 to {_MOST - 1}")
    if cluster.ca and not Path(cluster.ca).is_file():
        raise SettingsError(f"{cluster.ca} is not there; --ca names a file of certificates that are trusted")
    if not 0 < cluster.seconds <= _LONGEST_WAIT:
        raise SettingsError(f"a request cannot have {cluster.seconds} seconds; give 1 to 86400")
    return cluster._replace(urls=urls)


def place_for(folder: Path, cluster: Cluster) -> Place:
    """Return a new place for an index, under a name that was never used before."""
    # The folder is DATA of INDEX of PROJECT: the name helps a person, the number makes it the only one.
    project = _UNFIT.sub("-", folder.resolve().parent.parent.name.lower()).strip("-")[:_LONGEST]
    name = "-".join(filter(None, ("coopsearch", project, secrets.token_hex(6))))
    return Place(checked(cluster), name)


def write_place(folder: Path, place: Place) -> None:
    """Write the file durably. Raises IndexUnwritable."""
    value = {"version": VERSION, "index": place.name, **place.cluster._asdict()}
    durable.replace(folder / NAME, sealed(json.dumps(value)))


def readdress(folder: Path, cluster: Cluster) -> None:
    """Note where the cluster of an index answers now. Raises SettingsError if more is to change."""
    before = read_place(folder)
    wanted = checked(cluster)
    for name, was, now in (
        ("shards", before.cluster.shards, wanted.shards),
        ("replicas", before.cluster.replicas, wanted.replicas),
    ):
        if now not in {was, Cluster._field_defaults[name]}:
            raise SettingsError(
                f"the index has {was} {name}; to have {now}, add --rebuild, which writes it anew"
            )
    place = before._replace(
        cluster=wanted._replace(shards=before.cluster.shards, replicas=before.cluster.replicas)
    )
    if place != before:
        write_place(folder, place)


def read_place(folder: Path) -> Place:
    """Read the file. Raises IndexMissing, IndexDamaged, IndexOutdated or IndexUnreadable."""
    path = folder / NAME
    try:
        data = read_file(path)
    except FileNotFoundError:
        if names_in(folder):
            raise damaged(path, "is missing") from None
        raise IndexMissing(f"{folder} holds no index; run `coopsearch index --rebuild`") from None
    try:
        value = unsealed(data)
    except (ValueError, RecursionError):
        raise damaged(path, "differs from what was written") from None
    version = value.get("version")
    if type(version) is int and version != VERSION:
        raise IndexOutdated(
            f"{path} has format {version}, this coopsearch reads {VERSION}; run `coopsearch index --rebuild`"
        )
    try:
        return _checked({**value, "crc32": ""})
    except (ValueError, TypeError, KeyError, AttributeError, SettingsError):
        raise damaged(path, "cannot be read, as it does not hold what such a page holds") from None


_record = record(
    {
        "crc32": text, "version": whole, "index": fitting(_INDEX), "urls": every(text), "ca": text,
        "shards": whole, "replicas": whole, "seconds": number,
    }
)  # fmt: skip


def _checked(value: Any) -> Place:
    found = _record(value)
    cluster = Cluster(**{key: found[key] for key in Cluster._fields})
    # A file of certificates may have gone: that is told when it is wanted.
    return Place(checked(cluster._replace(ca=""))._replace(ca=cluster.ca), found["index"])


def _url(url: str) -> str:
    """Return an address without its end. Raises SettingsError if it is none, or holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            f"{url!r} is not the address of a cluster; write it as https://search.example.org:9200"
        )
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            "a name or password in an address would be written down; set COOPSEARCH_OPENSEARCH_USER and "
            "COOPSEARCH_OPENSEARCH_PASSWORD, or put them into ~/.netrc"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{host}:{port or usual}{parts.path.rstrip('/')}"
