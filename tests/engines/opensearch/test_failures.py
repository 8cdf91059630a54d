"""What a cluster refuses or breaks is one line that says what, where and what to do."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coopsearch.search import schema
from coopsearch.search.engines import Cluster, engine
from coopsearch.search.engines.nodes import Group
from coopsearch.search.engines.opensearch.cluster.credentials import credentials_for
from coopsearch.search.engines.opensearch.cluster.place import read_place
from coopsearch.search.errors import (
    CoopsearchError,
    IndexDamaged,
    IndexOutdated,
    IndexUnreadable,
    IndexUnwritable,
    SettingsError,
)
from tests.cluster import request
from tests.engines.opensearch.certificates import Authority
from tests.engines.opensearch.failing import Make, one_line, opened, rewritten
from tests.engines.opensearch.tls_proxy import Fault, TlsProxy

ACCOUNT = ("desk", "pässword:كلمة")
pytestmark = pytest.mark.usefixtures("nobody")

USER, PASSWORD = "COOPSEARCH_OPENSEARCH_USER", "COOPSEARCH_OPENSEARCH_PASSWORD"


def free_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_no_cluster_at_the_address(tmp_path: Path) -> None:
    """Nothing is made, and it is said quickly."""
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(IndexUnwritable) as told:
        engine("opensearch", Cluster((url,))).create(tmp_path / "index" / "data-1")
    assert one_line(told.value) == (
        f"there is no cluster at {url}: connection refused; start it, or correct --url"
    )
    assert not (tmp_path / "index" / "data-1").exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("search.example.org:9200", "is not the address of a cluster"),
        ("ftp://search.example.org", "is not the address of a cluster"),
        ("https://", "is not the address of a cluster"),
        ("https://h:port", "is not the address of a cluster"),
        ("https://desk:secret@search.example.org", "would be written down"),
    ],
)
def test_addresses_that_are_none(url: str, words: str, tmp_path: Path) -> None:
    """An address is looked at before anything is sent, and no password of it is repeated."""
    with pytest.raises(SettingsError, match=words) as told:
        engine("opensearch", Cluster((url,))).create(tmp_path / "data-1")
    assert "secret" not in one_line(told.value)


def test_a_password(
    make: Make, opensearch_url: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken from the environment, never written down, and a wrong one is told with its source."""
    with TlsProxy(opensearch_url, authority.issue("node"), account=ACCOUNT) as proxy:
        ca = str(authority.certificate)
        with pytest.raises(
            IndexUnwritable, match=r"wants a name and a password; set COOPSEARCH_OPENSEARCH_USER"
        ):
            make(proxy.url, ca)
        monkeypatch.setenv(USER, ACCOUNT[0])
        with pytest.raises(SettingsError, match=r"is set and COOPSEARCH_OPENSEARCH_PASSWORD is not"):
            make(proxy.url, ca)
        monkeypatch.setenv(PASSWORD, "wrong")
        with pytest.raises(
            IndexUnwritable, match=r"does not take the password of desk; correct it in"
        ) as told:
            make(proxy.url, ca)
        assert "wrong" not in one_line(told.value)
        monkeypatch.setenv(PASSWORD, ACCOUNT[1])
        folder = make(proxy.url, ca)
        assert opened(folder) == ["boats", "harbours"]
        written = b"".join(path.read_bytes() for path in folder.parent.rglob("*") if path.is_file())
        assert ACCOUNT[0].encode() not in written
        monkeypatch.setenv(PASSWORD, "wrong")
        with pytest.raises(IndexUnreadable, match=r"does not take the password of desk"):
            opened(folder)


def test_a_password_in_a_file(
    make: Make, opensearch_url: str, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A netrc file is read if nobody else can read it."""
    page = tmp_path / ".netrc"
    page.write_text(f'machine 127.0.0.1 login {ACCOUNT[0]} password "{ACCOUNT[1]}"\n', encoding="utf-8")
    with TlsProxy(opensearch_url, authority.issue("node"), account=ACCOUNT) as proxy:
        ca = str(authority.certificate)
        page.chmod(0o644)
        with pytest.raises(SettingsError, match=r"others can read; run `chmod 600 .*netrc`"):
            make(proxy.url, ca)
        page.chmod(0o600)
        folder = make(proxy.url, ca)
        moved = tmp_path / "own"
        page.rename(moved)
        with pytest.raises(IndexUnreadable, match=r"wants a name and a password"):
            opened(folder)
        monkeypatch.setenv("COOPSEARCH_OPENSEARCH_NETRC", str(moved))
        assert opened(folder) == ["boats", "harbours"]
        moved.write_text("machine", encoding="utf-8")
        with pytest.raises(SettingsError, match=r"cannot be read as a netrc file"):
            opened(folder)


def test_a_password_in_a_file_is_for_one_host(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of a cluster with several addresses, each host needs the same name and password in a netrc file."""
    del make  # nobody has an account
    page = tmp_path / "own"
    monkeypatch.setenv("COOPSEARCH_OPENSEARCH_NETRC", str(page))
    urls = ("https://one.example.org", "https://two.example.org:9201")
    entry = "machine {} login desk password {}\n"
    one = entry.format("one.example.org", "secret")
    for other in ("", entry.format("two.example.org", "another")):
        page.write_text(one + other, encoding="utf-8")
        page.chmod(0o600)
        with pytest.raises(SettingsError, match=r"all hosts of the cluster: one.*, two.*;"):
            credentials_for(urls)
    page.write_text(one + entry.format("two.example.org", "secret"), encoding="utf-8")
    assert credentials_for(urls).password == "secret"


def test_no_password_without_tls(
    opensearch_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another machine is told no password in the clear."""
    monkeypatch.setenv(USER, "desk")
    monkeypatch.setenv(PASSWORD, "secret")
    for url in ("http://192.0.2.1:9200", "http://127.0.0.1.example.org:9200", "http://127.example.org:9200"):
        with pytest.raises(SettingsError, match=rf"a password is not sent to {url} without TLS"):
            engine("opensearch", Cluster((url,))).create(tmp_path / "data-1")
    del opensearch_url


def test_certificates(
    make: Make, opensearch_url: str, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A server is believed by the certificates that are named, and a client shows its own."""
    ca = str(authority.certificate)
    with TlsProxy(opensearch_url, authority.issue("node")) as proxy:
        with pytest.raises(
            IndexUnwritable, match=r"is not accepted: .*; name the file of the certificate that"
        ):
            make(proxy.url)
        with pytest.raises(SettingsError, match=r"is not there; --ca names"):
            make(proxy.url, str(tmp_path / "nowhere.pem"))
        (tmp_path / "empty.pem").touch()
        with pytest.raises(SettingsError, match=r"cannot be read as a file of certificates"):
            make(proxy.url, str(tmp_path / "empty.pem"))
        assert opened(make(proxy.url, ca)) == ["boats", "harbours"]
    late, other = authority.issue("late", days=-1), authority.issue("other", hosts=["DNS:other.example.org"])
    for pair, words in (
        (late, r"has expired; have it renewed"),
        (other, r"is not accepted: .*not valid for '127\.0\.0\.1'"),
    ):
        with TlsProxy(opensearch_url, pair) as proxy, pytest.raises(IndexUnwritable, match=words):
            make(proxy.url, ca)
    with TlsProxy(opensearch_url, authority.issue("node"), clients=authority.certificate) as proxy:
        with pytest.raises(IndexUnwritable, match=r"no (secure connection to|cluster at)|no connection"):
            make(proxy.url, ca)
        client = authority.issue("client")
        monkeypatch.setenv("COOPSEARCH_OPENSEARCH_KEY", str(client.key))
        with pytest.raises(SettingsError, match=r"is of no use without its certificate"):
            make(proxy.url, ca)
        monkeypatch.setenv("COOPSEARCH_OPENSEARCH_CERT", str(client.certificate))
        assert opened(make(proxy.url, ca)) == ["boats", "harbours"]
    with pytest.raises(IndexUnwritable, match=r"it may speak http and not https"):
        make(opensearch_url.replace("http:", "https:"), ca)


def test_what_is_no_cluster_of_ours(make: Make, opensearch_url: str) -> None:
    """Another release, another program, an answer that is no JSON."""
    with TlsProxy(opensearch_url) as proxy:
        folder = make(proxy.url)

        def told(fault: Fault, kind: type[CoopsearchError], words: str) -> None:
            proxy.faults[:] = [fault]
            with pytest.raises(kind, match=words) as raised:
                opened(folder)
            one_line(raised.value)

        def of_release(number: str) -> Callable[[bytes], bytes]:
            return rewritten(lambda value: value["version"].update(number=number))

        told(
            Fault("GET /$", rewrite=of_release("1.3.20")),
            IndexOutdated,
            "is OpenSearch 1.3.20; this coopsearch",
        )
        told(
            Fault("GET /$", rewrite=of_release("9.0.0")),
            IndexOutdated,
            "is OpenSearch 9.0.0; .* with 2 and 3",
        )
        other = rewritten(lambda value: value["version"].pop("distribution"))
        told(Fault("GET /$", rewrite=other), IndexUnreadable, "is no OpenSearch")
        page = Fault("GET /$", status=200, body=b"<html>Welcome</html>", kind="text/html")
        told(page, IndexUnreadable, "is no OpenSearch: ")
        told(page.__class__("_search", status=200, body=b'{"took": 1'), IndexUnreadable, "is no OpenSearch: ")
        told(Fault("_search", status=200, body=b"[1, 2]"), IndexUnreadable, "is no OpenSearch: ")
        proxy.faults.clear()
        assert opened(folder) == ["boats", "harbours"]
        # What is no answer to a writer, either.
        for path in ("_doc/lock", "_create/state"):
            proxy.faults[:] = [Fault(path, status=200, body=b'{"version": {}}')]
            with pytest.raises(CoopsearchError, match=r"is no OpenSearch: ") as raised:
                make(proxy.url)
            one_line(raised.value)


def test_an_index_that_was_changed(make: Make, opensearch_url: str) -> None:
    """A mapping of another version, one changed by hand, a state that is gone or makes no sense."""
    with TlsProxy(opensearch_url) as proxy:
        folder = make(proxy.url)
        place = read_place(folder)

        def of_version(number: int) -> Callable[[bytes], bytes]:
            def change(value: Any) -> None:
                value[place.name]["mappings"]["_meta"]["coopsearch"]["version"] = number

            return rewritten(change)

        proxy.faults[:] = [Fault("_mapping", rewrite=of_version(0))]
        with pytest.raises(
            IndexOutdated, match=r"has mapping version 0, .*; run `coopsearch index --rebuild`"
        ):
            opened(folder)
        proxy.faults[:] = [Fault("_mapping", rewrite=of_version(99))]
        with pytest.raises(IndexOutdated, match=r"has mapping version 99, .*; update coopsearch"):
            opened(folder)
        foreign = rewritten(lambda value: value[place.name]["mappings"].pop("_meta"))
        proxy.faults[:] = [Fault("_mapping", rewrite=foreign)]
        with pytest.raises(IndexDamaged, match=r"is none of ours: the mapping"):
            opened(folder)
    proxy_less = f"/{place.name}/_mapping"
    state = request(opensearch_url, f"/{place.words}/_doc/state")["_source"]
    folder = make(opensearch_url)
    place = read_place(folder)
    proxy_less = f"/{place.name}/_mapping"
    request(opensearch_url, proxy_less, {"properties": {"mine": {"type": "keyword"}}}, method="PUT")
    with pytest.raises(
        IndexDamaged, match=r"than it was made with: the field mine of .*; run `coopsearch index"
    ):
        opened(folder)
    assert len(engine("opensearch").verify(folder).damages) == 1
    folder = make(opensearch_url)
    place = read_place(folder)
    state["value"]["generation"] = -1
    request(opensearch_url, f"/{place.words}/_doc/state", state, method="PUT")
    with pytest.raises(IndexDamaged, match=r"has a state that does not hold what one holds"):
        opened(folder)
    request(opensearch_url, f"/{place.words}/_doc/state", method="DELETE")
    with pytest.raises(IndexDamaged, match=r"has no state"):
        opened(folder)
    request(opensearch_url, f"/{place.name}", method="DELETE")
    with pytest.raises(IndexUnreadable, match=f"has no index {place.name}; give its address"):
        opened(folder)
    request(opensearch_url, f"/{place.name}", {}, method="PUT")


def test_a_small_file_that_was_changed(make: Make, opensearch_url: str) -> None:
    """It is read by a schema, with a checksum, like any page of an index."""
    folder = make(opensearch_url)
    page = folder / "opensearch.json"
    data = page.read_bytes()
    page.write_bytes(data.replace(b"127.0.0.1", b"127.0.0.2"))
    with pytest.raises(IndexDamaged, match=r"opensearch\.json differs from what was written"):
        opened(folder)
    page.unlink()
    (damage,) = engine("opensearch").verify(folder).damages
    assert "no index" in damage or "is missing" in damage
    page.write_bytes(data)
    assert opened(folder) == ["boats", "harbours"]


def test_a_lost_document_is_found(make: Make, opensearch_url: str) -> None:
    """A check counts the documents and unpacks each."""
    folder = make(opensearch_url)
    place = read_place(folder)
    assert not engine("opensearch").verify(folder).damages
    query = {"query": {"term": {"path": "a.txt"}}}
    request(opensearch_url, f"/{place.name}/_delete_by_query?refresh=true", query)
    (damage,) = engine("opensearch").verify(folder).damages
    assert "has 1 documents in the cluster instead of 2" in damage


def test_an_answer_of_some_shards_is_none(make: Make, opensearch_url: str) -> None:
    """Whatever a cluster says of itself, part of an answer is never given for all of it."""
    with TlsProxy(opensearch_url) as proxy:
        folder = make(proxy.url)
        with engine("opensearch").open(folder) as reader:
            boats = Group(schema.WORDS, (("boats", 1.0),))

            def change(value: Any) -> None:
                for one in value.get("responses", [value]):
                    one["_shards"].update(failed=1, successful=0, failures=[{"shard": 2, "reason": {}}])

            proxy.faults[:] = [Fault("_m?search", times=None, rewrite=rewritten(change))]
            with pytest.raises(
                IndexUnreadable, match=r"cannot answer as a whole: shard 2 of coopsearch-project0"
            ):
                reader.search(boats, 10)
            proxy.faults[:] = [Fault("_m?search", times=2, status=503), Fault("_m?search", status=429)]
            assert reader.search(boats, 10).total == 1


def test_a_slow_node(make: Make, opensearch_url: str) -> None:
    """What one request may take is bounded, and can be set."""
    with TlsProxy(opensearch_url) as proxy:
        folder = make(proxy.url, seconds=1.5)
        proxy.faults[:] = [Fault("_search", delay=4.0)]
        with pytest.raises(IndexUnreadable, match=r"did not answer in time; .* allow more with --timeout"):
            opened(folder)
