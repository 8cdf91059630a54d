"""What goes wrong around a service that runs: its index, its disk, its readers, and its documents."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.locking.lock import locked
from tests.indexed import project
from tests.web.served import PATIENCE, TEXTS, Served, serving, soon
from tests.web.test_pages import look

posix = pytest.mark.skipif(os.name != "posix", reason="limits and names of the system")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")
_GIGABYTES: Final = 2 << 30


def descriptors(one: Served) -> int:
    """Return how many files and connections the service has open."""
    return sum(1 for _ in Path(f"/proc/{one.process.pid}/fd").iterdir())


def memory(one: Served) -> int:
    """Return the most memory that the service had, in kB."""
    text = Path(f"/proc/{one.process.pid}/status").read_text(encoding="ascii")
    return int(text.partition("VmHWM:")[2].split()[0])


@pytest.mark.parametrize("how", ["overwritten", "replaced", "removed"])
def test_a_damaged_index(command: Sequence[str], home: dict[str, str], top: Path, how: str) -> None:
    """Whatever becomes of the files of an index, it is said, nothing breaks, and a new index is asked."""
    index = top / "index_data"
    with serving(command, home, index, cwd=top) as one:
        assert one.get("/api/v1/search", q="boats").json["total"] == 2
        for path in sorted(index.rglob("*")):
            if not path.is_file():
                continue
            if how == "overwritten":
                with path.open("r+b") as stream:
                    stream.write(b"\xff" * path.stat().st_size)
            elif how == "replaced":
                (top / "new").write_bytes(b"no index")
                (top / "new").replace(path)
            else:
                path.unlink()
        for query in ("boats", "routes", "smug*", "réfugiés"):
            answer = one.get("/api/v1/search", q=query)
            assert answer.status in {200, 503}, answer.text
            assert one.get("/", q=query).status in {200, 503}
        told = one.get("/api/v1/health")
        assert told.status == 503 or told.json["status"] == "degraded"
        assert one.process.poll() is None
        shutil.rmtree(index)
        sync([top / "docs"], index)
        assert soon(lambda: one.get("/api/v1/health").status == 200)
        assert soon(lambda: one.get("/api/v1/health").json["status"] == "ok")
        assert one.get("/api/v1/search", q="boats").json["total"] == 2


def test_a_locked_index(served: Served, folder: Path) -> None:
    """While another process writes the index, questions are answered and marks are kept."""
    with locked(folder / "index_data"):
        hit = served.get("/api/v1/search", q="boats").json["hits"][0]
        assert served.send(f"/api/v1/documents/{hit['id']}/marks", {"add": ["seen"]}).status == 200
        assert served.get("/api/v1/health").json["status"] == "ok"


@posix
def test_a_full_disk(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """Where nothing can be written, that is said of a change, nothing is half kept, and questions go on."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    limited = ["bash", "-c", 'ulimit -f 0; exec "$@"', "-", *command]
    with serving(limited, home, top / "index_data", cwd=top) as one:
        hit = one.get("/api/v1/search", q="boats").json["hits"][0]
        document = f"/api/v1/documents/{hit['id']}"
        for path, value, method in (
            (f"{document}/marks", {"add": ["relevant"], "note": "Ask."}, "POST"),
            (f"{document}/cite", {"span": hit["span"], "query": "boats"}, "POST"),
            ("/api/v1/saved/boats", {"query": "boats"}, "PUT"),
        ):
            answer = one.send(path, value, method)
            assert (answer.status, answer.json["status"]) == (507, 507), answer.text
            assert len(answer.json["detail"]) > 10
        assert one.get("/api/v1/marks").json == {"documents": []}
        assert one.get("/api/v1/saved").json == {"searches": []}
        assert one.get("/api/v1/search", q="boats").json["total"] == 2
    with serving(command, home, top / "index_data", cwd=top) as one:
        assert one.send(f"{document}/marks", {"add": ["relevant"]}).status == 200


@linux
def test_ten_thousand_silent_connections(served: Served) -> None:
    """10,000 connections that say nothing take no memory for good, no descriptors, and nobody's turn."""
    before, open_before = memory(served), descriptors(served)
    for _ in range(20):
        with ExitStack() as stack:
            for _ in range(500):
                sock = stack.enter_context(socket.socket())
                # Those that the system does not take in at once are not waited for.
                sock.setblocking(False)
                sock.connect_ex(("127.0.0.1", served.port))
            assert served.get("/api/v1/health").json["status"] == "ok"
            assert descriptors(served) < open_before + 300
    assert memory(served) < before * 1.2 + 8_192
    assert soon(lambda: descriptors(served) <= open_before + 4)


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_an_original_behind_a_link(
    command: Sequence[str], home: dict[str, str], tmp_path: Path, what: str
) -> None:
    """A link that takes the place of a file, or of its folder, gives out nothing from elsewhere."""
    top, outside = tmp_path / "top", tmp_path / "outside"
    place = top / "docs" / "sub"
    for folder, text in ((place, "police at the harbour"), (outside, "a secret")):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(text)
    sync([top / "docs"], top / "index_data")
    with serving(command, home, top / "index_data", cwd=top) as one:
        name = one.get("/api/v1/search", q="police").json["hits"][0]["id"]
        address = f"/api/v1/documents/{name}/original"
        assert one.get(address).status == 200
        if what == "file":
            (place / "a.txt").unlink()
            (place / "a.txt").symlink_to(outside / "a.txt")
        else:
            place.rename(top / "moved")
            place.symlink_to(outside)
        answer = one.get(address)
        assert answer.status == 404
        assert b"secret" not in answer.body


@linux
def test_an_original_of_two_gigabytes(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """A file of 2 GB is sent in parts and costs no memory; readers who go leave nothing open."""
    os.truncate(top / "docs" / "en.md", _GIGABYTES)
    with serving(command, home, top / "index_data", cwd=top) as one:
        name = one.get("/api/v1/search", q="police").json["hits"][0]["id"]
        address = f"/api/v1/documents/{name}/original"
        before, open_before = memory(one), descriptors(one)
        for size in (1, 1 << 16, 1 << 24) * 3:
            connection = one.connection()
            connection.request("GET", address, headers=one.bearer)
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("content-length")) == (200, str(_GIGABYTES))
            assert len(answer.read(size)) == size
            connection.close()
        end = one.get(address, {"range": f"bytes={_GIGABYTES - 5}-"})
        assert (end.status, end.body) == (206, b"\0" * 5)
        assert memory(one) < before + 65_536
        assert soon(lambda: descriptors(one) <= open_before + 2)
        assert one.get("/api/v1/search", q="police").json["total"] == 1
        one.process.terminate()
        assert one.process.communicate(timeout=PATIENCE)[1] == ""


def test_readers_of_an_export_who_go(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """A browser that is closed while citations are sent breaks nothing, and is not told of."""
    top = project(tmp_path, {**TEXTS, "long.txt": "The gnus came by night. " * 3_000})
    with serving(command, home, top / "index_data", cwd=top) as one:
        name = one.get("/api/v1/search", q="gnus").json["hits"][0]["id"]
        for number in range(12):
            value = {"quote": " ".join(["The gnus came by night."] * 300), "note": f"{number}"}
            assert one.send(f"/api/v1/documents/{name}/cite", value).status == 200
        for style in ("text", "markdown", "bibtex", "csl-json"):
            for size in (1, 1_000):
                connection = one.connection()
                connection.request("GET", f"/citations?style={style}", headers=one.browser)
                connection.getresponse().read(size)
                connection.close()
        assert len(one.get("/api/v1/citations").json["citations"]) == 12
        one.process.terminate()
        assert one.process.communicate(timeout=PATIENCE)[1] == ""


@posix
def test_markup_everywhere_in_a_document(
    command: Sequence[str], home: dict[str, str], tmp_path: Path
) -> None:
    """Markup in names, titles, headers, headings, attachments and notes is text on each page."""
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    texts = {
        "<img src=x onerror=alert(1)>.txt": f"A quokka. {bad}",
        '"><svg onload=alert(1)>.md': f"# {bad}\n\nA quokka, {bad}.\n\n## javascript:alert(1)\n\nMore.\n",
        "mail.eml": f'From: "{bad}" <a@example.org>\nTo: {bad} <b@example.org>\nSubject: quokka {bad}\n'
        f"X-Mailer: {bad}\n\nA quokka: {bad}.\n",
        "page.html": "<html><head><title>quokka &lt;script&gt;alert(1)&lt;/script&gt;</title>"
        f"<meta name=author content='{bad.replace('=', '&#61;')}'></head><body>A quokka.{bad}</body></html>",
    }
    top = project(tmp_path, texts)
    with serving(command, home, top / "index_data", cwd=top) as one:
        hits = one.get("/api/v1/search", q="quokka").json["hits"]
        assert len(hits) == len(texts)
        paths = ["/?q=quokka", "/coverage?state=indexed", "/?q=%3Cscript%3Ealert(1)%3C/script%3E+quokka"]
        for hit in hits:
            value = {"add": ["relevant"], "note": bad, "query": bad}
            assert one.send(f"/api/v1/documents/{hit['id']}/marks", value).status == 200
            cited = {"span": hit["span"], "query": "quokka", "note": bad}
            assert one.send(f"/api/v1/documents/{hit['id']}/cite", cited).status == 200
            paths += [f"/document/{hit['id']}?q=quokka", f"/similar/{hit['id']}"]
            original = one.get(f"/original/{hit['id']}")
            assert original.headers["content-type"] == "application/octet-stream"
            assert original.headers["content-disposition"].startswith("attachment;")
            assert "sandbox" in original.headers["content-security-policy"]
        assert one.send("/api/v1/saved/quokkas", {"query": f'"{bad}" quokka'}, "PUT").status == 200
        for path in (*paths, "/marks", "/citations", "/saved"):
            # It fails for an element, an attribute or a script that is none of ours.
            look(one, path)


def _said(served: Served, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as sock:
        got = b""
        with suppress(ConnectionError):
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            while part := sock.recv(1 << 16):
                got += part
        return got


#: The beginning of a change.
_POST: Final = b"POST /api/v1/news HTTP/1.1\r\nHEAD"
#: What one server may take for a request and another for two. HEAD stands for lines that would be answered.
SMUGGLED: Final = {
    "length and chunks": _POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nNEXT",
    "chunks and length": _POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nNEXT",
    "two lengths": _POST + b"Content-Length: 0\r\nContent-Length: 400\r\n\r\nNEXT",
    "a list of lengths": _POST + b"Content-Length: 0, 400\r\n\r\nNEXT",
    "a signed length": _POST + b"Content-Length: +0\r\n\r\nNEXT",
    "a length of other digits": _POST + b"Content-Length: 0x0\r\n\r\nNEXT",
    "a folded encoding": _POST + b"Transfer-Encoding:\r\n chunked\r\n"
    b"Content-Length: 400\r\n\r\n0\r\n\r\nNEXT",
    "another encoding": _POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\nNEXT",
    "an encoding twice": _POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\nNEXT",
    "a tab in a name": _POST + b"Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\nNEXT",
    "a carriage return within": _POST + b"X: a\rTransfer-Encoding: chunked\r\n"
    b"Content-Length: 9999\r\n\r\nNEXT",
    "a zero byte": _POST + b"X: a\0b\r\nContent-Length: 9999\r\n\r\nNEXT",
    "a chunk of a bad length": _POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\nNEXT",
    "a chunk with more than it says": _POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\nNEXT",
    "a chunk that never ends": _POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nNEXT",
    "bytes in an address": b"GET /api/v1/search?q=\xff\xfe HTTP/1.1\r\nHEAD\r\nNEXT",
    "two hosts": b"GET /api/v1/health HTTP/1.1\r\nHEADHost: evil.example\r\n\r\nNEXT",
    "a host in the address": b"GET http://evil.example/api/v1/health HTTP/1.1\r\nHEAD\r\n",
}


@pytest.mark.parametrize("how", SMUGGLED)
def test_no_request_is_smuggled(served: Served, how: str) -> None:
    """A request that can be read in two ways is refused, and nothing behind it is answered."""
    head = f"Host: 127.0.0.1:{served.port}\r\nAuthorization: Bearer {served.token}\r\n"
    head += "Content-Type: application/json\r\n"
    behind = f"GET /api/v1/openapi.json HTTP/1.1\r\n{head}\r\n"
    got = _said(served, SMUGGLED[how].replace(b"HEAD", head.encode()).replace(b"NEXT", behind.encode()))
    assert b'"openapi"' not in got
    assert got.count(b"HTTP/1.1 ") <= 1
    assert b"HTTP/1.1 2" not in got
    assert served.get("/api/v1/health").status == 200


@pytest.mark.parametrize("fold", ["\r\n ", "\n", "\r\n\t"])
def test_lines_that_are_ended_otherwise(served: Served, fold: str) -> None:
    """Lines that end with a line feed alone, or that go on, are read as the standard allows."""
    lines = [
        "GET /api/v1/health HTTP/1.1",
        f"Host: 127.0.0.1:{served.port}",
        f"X-Folded: a{fold if fold != chr(10) else ''}b",
        f"Authorization: Bearer {served.token}",
        "",
        "",
    ]
    got = _said(served, ("\n" if fold == "\n" else "\r\n").join(lines).encode())
    assert got.count(b"HTTP/1.1 ") <= 1
    assert got == b"" or got.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))


def test_a_body_that_is_not_utf8(served: Served) -> None:
    """A body of other bytes is refused; so is a form."""
    kind = {**served.bearer, "content-type": "application/json"}
    for body in (b'{"names": ["\xff"]}', b"\xff\xfe{\0}\0", b'{"names": ["\xed\xa0\x80"]}'):
        assert served.ask("POST", "/api/v1/news", body, kind).status in {400, 404}
    form = {**served.browser, **served.origin, "content-type": "application/x-www-form-urlencoded"}
    assert served.ask("POST", "/save", b"name=\xff&q=a", form).status in {400, 403}
