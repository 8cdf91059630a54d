"""What somebody on the same network may try, who has no account or has one."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.web.served import PATIENCE
from tests.web.team.shared import ANN, COOKIE, NUR, Team, TeamServed, basic, cookie_of, csrf_of


def test_session_fixation(ours: TeamServed) -> None:
    """A cookie that somebody put there before is no session after signing in, and one that was ends."""
    planted = {"cookie": f"{COOKIE}=chosen-by-somebody-else"}
    answer = ours.sign_in(*ANN, planted)
    assert cookie_of(answer) != planted["cookie"]
    assert ours.ask("GET", "/", headers=planted).status == 303
    mine = {"cookie": cookie_of(answer)}
    other = ours.sign_in(*NUR, mine)
    assert cookie_of(other) != mine["cookie"]
    assert ours.ask("GET", "/", headers=mine).status == 303
    assert "نور" in ours.ask("GET", "/", headers={"cookie": cookie_of(other)}).text


def test_the_cookie_of_another_process(ours: TeamServed, shared_team: Team, folder: Path) -> None:
    """A session is of one process: neither another service nor the same one later knows it."""
    with shared_team.serving(folder / "index_data", cwd=folder) as other:
        there = other.signed_in()
        assert other.ask("GET", "/", headers=there).status == 200
        assert ours.ask("GET", "/", headers=there).status == 303
        assert other.ask("GET", "/", headers=ours.signed_in()).status == 303
    with shared_team.serving(folder / "index_data", cwd=folder) as again:
        assert again.ask("GET", "/", headers=there).status == 303


@pytest.mark.parametrize(
    "named",
    [
        {"x-remote-user": "Ann"}, {"remote-user": "Ann"}, {"x-forwarded-user": "Ann"},
        {"x-authenticated-user": "Ann"}, {"cookie": f"{COOKIE}=Ann"}, {"cookie": f"{COOKIE}="},
        {"cookie": "coopsearch=Ann"}, {"authorization": "Bearer "}, {"authorization": "Negotiate Ann"},
        {"authorization": "Basic QW5uOg=="}, {"forwarded": "for=127.0.0.1"},
    ],
)  # fmt: skip
def test_a_name_in_a_header(ours: TeamServed, named: dict[str, str]) -> None:
    """No header that a proxy would set, and no half of what is asked for, says who somebody is."""
    assert ours.ask("GET", "/api/v1/health", headers=named).status == 401
    assert ours.ask("GET", "/", headers=named).status in {303, 401}


def test_two_names_in_a_request(ours: TeamServed) -> None:
    """A request with two names is of nobody, whichever of them is right."""
    for pair in ((ANN, ("x", "y")), (("x", "y"), ANN), (ANN, NUR)):
        lines = [f"Authorization: {basic(*one)['authorization']}" for one in pair]
        assert b" 401 " in _raw(ours, "GET /api/v1/health", *lines)
    smuggled = f"X: y\r\nAuthorization: {basic(*ANN)['authorization']}\r\n Authorization: x"
    assert b" 200 " not in _raw(ours, "GET /api/v1/health", smuggled)


def _raw(one: TeamServed, line: str, *headers: str) -> bytes:
    with _connected(one) as sock:
        head = [f"{line} HTTP/1.1", f"Host: localhost:{one.port}", "Connection: close", *headers, "", ""]
        sock.sendall("\r\n".join(head).encode())
        got = b""
        with suppress(ConnectionError):
            while part := sock.recv(65536):
                got += part
        return got.partition(b"\r\n")[0]


@contextmanager
def _connected(one: TeamServed) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", one.port), PATIENCE) as sock,
        one.trusted.wrap_socket(sock, server_hostname="localhost") as secured,
    ):
        yield secured


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://localhost:{port}"},
        {"sec-fetch-site": "cross-site"}, {"origin": ""},
    ],
)  # fmt: skip
def test_a_form_of_somebody_else(ours: TeamServed, headers: dict[str, str]) -> None:
    """No page of others signs anybody in, as somebody else say, and none asks in anybody's name."""
    named = {name: value.format(port=ours.port) for name, value in headers.items()}
    assert ours.sign_in(*ANN, named).status == 403
    assert ours.ask("GET", "/", headers={**ours.signed_in(), **named}).status == 403


def test_a_form_that_does_not_say_where_it_stands(ours: TeamServed) -> None:
    """A browser says with each form from which page it comes; what does not is refused."""
    form, kind = f"name=Ann&password={ANN[1]}", {"content-type": "application/x-www-form-urlencoded"}
    assert ours.ask("POST", "/sign-in", form, kind).status == 403


def test_a_browser_with_a_password(ours: TeamServed) -> None:
    """A password that a browser sends by itself, also from pages of others, lets nobody in."""
    for site in ("none", "same-origin", "cross-site"):
        assert ours.call("/api/v1/health", headers={"sec-fetch-site": site}).status in {401, 403}


def test_signing_somebody_out(ours: TeamServed) -> None:
    """Only the person's own pages end a session."""
    ann = ours.signed_in()
    nurs = csrf_of(ours.ask("GET", "/", headers=ours.signed_in(NUR)).text)
    for body in ("", "csrf=", f"csrf={nurs}"):
        assert ours.ask("POST", "/sign-out", body, {**ann, **ours.here}).status == 403
    assert ours.ask("GET", "/sign-out", headers=ann).status == 405
    assert ours.ask("GET", "/", headers=ann).status == 200


def test_other_hosts(ours: TeamServed) -> None:
    """A request names the service by a name of its certificate and its port."""
    for host in ("evil.example", f"evil.example:{ours.port}", "localhost", f"localhost.:{ours.port}"):
        assert ours.call("/api/v1/health", headers={"host": host}).status == 421
    assert ours.call("/api/v1/health", headers={"host": f"127.0.0.1:{ours.port}"}).status == 200


def test_what_every_answer_says(ours: TeamServed) -> None:
    """Answers and refusals have the headers of every service, and have browsers come over TLS alone."""
    for path, headers in (("/", {}), ("/", ours.signed_in()), ("/sign-in", {}), ("/api/v1/health", {})):
        answer = ours.ask("GET", path, headers=headers)
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert "public" not in answer.headers["cache-control"]


def test_a_thousand_bad_sign_ins(shared_team: Team, folder: Path) -> None:
    """A thousand guesses are a handful of tries, and who is signed in searches meanwhile."""
    with shared_team.serving(folder / "index_data", cwd=folder) as one:
        ann, slowest = one.signed_in(), 0.0
        answers: list[int] = []

        def guess(number: int) -> None:
            answers.extend(one.sign_in(NUR[0], f"a wrong guess {at}").status for at in range(number, 1000, 8))

        threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            began = time.monotonic()
            assert one.ask("GET", "/?q=boats", headers=ann).status == 200
            slowest = max(slowest, time.monotonic() - began)
        assert slowest < PATIENCE / 3
        assert len(answers) == 1000
        assert set(answers) <= {401, 429}
        # Each further try waits twice as long; who guesses for a minute has a dozen.
        assert answers.count(401) <= 12
        refused = one.sign_in(*NUR)
        assert refused.status == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "try again" in refused.text
        told = one.call("/api/v1/health", NUR)
        assert (told.status, told.json["type"]) == (429, "urn:coopsearch:problem:too-often")
        assert int(told.headers["retry-after"]) > 0
        # Whoever signed in from there before is not held up by guesses at other names.
        assert one.sign_in(*ANN).status == 303


def test_silent_connections_give_way(ours: TeamServed) -> None:
    """Hundreds of connections that do not even begin with TLS keep nobody from being answered."""
    with ExitStack() as stack:
        for number in range(400):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", ours.port), PATIENCE))
            if number % 4 == 0:
                with suppress(OSError):
                    sock.sendall(b"\x16\x03\x01\x02\x00\x01"[: 1 + number % 6])
        began = time.monotonic()
        assert ours.call("/api/v1/health").status == 200
        assert time.monotonic() - began < PATIENCE / 2
        half = stack.enter_context(_connected(ours))
        half.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n")
        assert ours.call("/api/v1/health").status == 200
        handles = Path(f"/proc/{ours.process.pid}/fd")
        if handles.exists():
            assert len(list(handles.iterdir())) < 250


def test_slow_bodies_give_way(ours: TeamServed) -> None:
    """Forms of which the rest never comes take no place that somebody else needs."""
    head = f"POST /sign-in HTTP/1.1\r\nHost: localhost:{ours.port}\r\nOrigin: {ours.place['base']}\r\n"
    with ExitStack() as stack:
        for _ in range(150):
            sock = stack.enter_context(_connected(ours))
            sock.sendall(f"{head}Content-Length: 99\r\n\r\nname=".encode())
        assert ours.call("/api/v1/health").status == 200


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x00" * 100,
        b"\x16\x03\x01\xff\xff" + b"x" * 70_000,
        b"SSH-2.0-x\r\n",
    ],
)
def test_what_is_not_tls(ours: TeamServed, said: bytes) -> None:
    """Whatever else is said than TLS is told nothing, and ends the connection alone."""
    with socket.create_connection(("127.0.0.1", ours.port), PATIENCE) as sock:
        got = b""
        with suppress(ConnectionError):
            sock.sendall(said)
            while part := sock.recv(4096):
                got += part
    assert b"HTTP" not in got
    assert ours.call("/api/v1/health").status == 200


def test_old_tls(ours: TeamServed) -> None:
    """What is older than TLS 1.2 is not spoken."""
    assert b" 303 " in _raw(ours, "GET /")
    old = ssl.create_default_context()
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", ours.port), PATIENCE) as sock,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        old.wrap_socket(sock)


def test_it_ends_with_handshakes_under_way(shared_team: Team, folder: Path) -> None:
    """A signal ends the service in good order and without a word, whoever has only just called."""
    with ExitStack() as stack, shared_team.serving(folder / "index_data", cwd=folder) as one:
        for _ in range(5):
            stack.enter_context(socket.create_connection(("127.0.0.1", one.port), PATIENCE))
        stack.enter_context(_connected(one))
        began = time.monotonic()
        one.process.terminate()
        assert one.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < 8
        assert one.process.stderr is not None
        assert one.process.stderr.read() == ""
