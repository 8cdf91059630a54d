"""Who may ask, and from where."""

from __future__ import annotations

import pytest

from tests.web.served import Served


def test_nothing_is_told_without_a_key(served: Served) -> None:
    """Neither a page nor a call answers who shows no key, or another."""
    for path in ("/", "/results?q=boats", "/api/v1/health", "/nothing"):
        for headers in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {served.token}"}):
            answer = served.ask("GET", path, headers=headers)
            assert answer.status == 401
            assert b"boats" not in answer.body
            assert answer.headers["www-authenticate"] == "Bearer"
    assert served.ask("GET", "/open?token=x").status == 401
    assert "set-cookie" not in served.ask("GET", "/open").headers


def test_a_token_opens_the_calls_and_a_link_the_pages(served: Served) -> None:
    """A program sends the token; a browser opens the link once, and has a cookie from then on."""
    assert served.get("/api/v1/health").json["status"] == "ok"
    opened = served.ask("GET", f"/open?token={served.token}")
    assert opened.status == 200
    assert opened.headers["referrer-policy"] == "no-referrer"
    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert served.token not in opened.headers["set-cookie"]
    assert "17 boats" in served.ask("GET", "/?q=police", headers=served.browser).text.replace(
        "<mark>", ""
    ).replace("</mark>", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:1"},
        {"host": "evil.127.0.0.1:{port}"},
        {"host": ""},
    ],
)
def test_another_host(served: Served, headers: dict[str, str]) -> None:
    """A name of somebody else's that leads to this machine is not answered, whatever key is shown."""
    named = {name: value.format(port=served.port) for name, value in headers.items()}
    assert served.ask("GET", "/api/v1/health", headers={**served.bearer, **named}).status in {400, 421}


def test_our_hosts(served: Served) -> None:
    """It goes by the address and by the name of this machine."""
    for host in (f"127.0.0.1:{served.port}", f"localhost:{served.port}", f"LOCALHOST:{served.port}"):
        assert served.get("/api/v1/health", headers={"host": host}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://127.0.0.1:{port}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_origin(served: Served, headers: dict[str, str]) -> None:
    """A page from elsewhere cannot ask with the cookie, were it sent along; one on another port neither."""
    named = {name: value.format(port=served.port) for name, value in headers.items()}
    assert served.ask("GET", "/api/v1/health", headers={**served.browser, **named}).status == 403


def test_what_every_answer_says(served: Served) -> None:
    """Answers and refusals alike say what a page may load, and that nobody may hold or guess at them."""
    for path, headers in (
        ("/", served.browser),
        ("/", {}),
        ("/api/v1/health", served.bearer),
        ("/static/app.js", {}),
    ):
        answer = served.ask("GET", path, headers=headers)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers


def test_no_other_file_is_given_out(served: Served) -> None:
    """Of our own files those are given out that pages load, by whatever path one asks."""
    for path in (
        "/static/../application.py", "/static/%2e%2e/application.py", "/static/..%2fapplication.py",
        "/static/",
        "/static//etc/passwd", "/static/search.html", "//static/app.js", "/etc/passwd",
    ):  # fmt: skip
        assert served.get(path).status in {404, 400}


OTHERS = [
    'theme={"a":1}', 'view={"x": "y, z"}', "a[b]=1", "a@b=c", "a/b=1", 'x="y', "été=1", "no sign", "=x",
    "path=/", "$Version=1", ";;", "\t", "NAME=old", "NAME=",
]  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_cookies_of_others(served: Served, other: str) -> None:
    """What services on other ports of this machine have set, in whatever form, shuts nobody out."""
    name, _, ours = served.browser["cookie"].partition("=")
    other = other.replace("NAME", name)
    for cookie in (f"{other}; {name}={ours}", f"{name}={ours}; {other}", f"{other};{name}={ours} ;{other}"):
        headers = {**served.browser, "cookie": cookie.encode().decode("latin-1")}
        assert served.ask("GET", "/", headers=headers).status == 200, cookie
    for cookie in (other, f"{name}x={ours}", f"{name} x={ours}", f"{name}={ours}x", f"{name.upper()}={ours}"):
        headers = {**served.browser, "cookie": cookie.encode().decode("latin-1")}
        assert served.ask("GET", "/", headers=headers).status == 401, cookie


def test_text_of_documents_is_not_markup(served: Served) -> None:
    """What a title and a text say as markup is seen as text, and what turns the direction is seen."""
    page = served.ask("GET", "/?q=smuggling+routes", headers=served.browser).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page


def test_a_script_gets_its_problem_as_json(served: Served) -> None:
    """A button that could not keep something says why: its answer is JSON, as every answer to it."""
    form = {**served.browser, **served.origin, "content-type": "application/x-www-form-urlencoded"}
    form["accept"] = "application/json"
    for path, headers, status in (
        ("/mark/x", form, 403),
        ("/mark/x", {**form, "cookie": ""}, 401),
        ("/mark/x", {**form, "origin": "http://evil.example"}, 403),
        ("/nothing", form, 404),
    ):
        answer = served.ask("POST", path, "tag=relevant", headers)
        assert (answer.status, answer.json["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
    assert "<h1>" in served.ask("POST", "/mark/x", "tag=relevant", {**form, "accept": "text/html"}).text


def test_an_address_with_another_end_is_none(served: Served) -> None:
    """Nothing leads on to the same address without its slash: behind a proxy that would be without TLS."""
    for path in ("/help/", "/api/v1/health/", "/static/app.css/", "//help"):
        answer = served.get(path)
        assert answer.status == 404
        assert "location" not in answer.headers


def test_errors_are_problems(served: Served) -> None:
    """An error of a call is a problem of RFC 9457; of a page it is a page."""
    answer = served.get("/api/v1/nothing")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json["status"] == 404
    assert answer.json["type"] == "urn:coopsearch:problem:address"
    page = served.ask("GET", "/nothing", headers=served.browser)
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert served.ask("DELETE", "/", headers={**served.browser, **served.origin}).status == 405
