"""Who may ask a shared service: by signing in, or by a name and a password with each call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.served import Stream, soon
from tests.web.team.shared import ANN, COOKIE, NUR, Team, TeamServed, basic, cookie_of, csrf_of


def test_nothing_is_told_to_a_stranger(ours: TeamServed) -> None:
    """A page leads to where one signs in, and back; a call and a script's request are refused."""
    for path, to in (
        ("/", "/sign-in"),
        ("/document/x?q=a%20b", "/sign-in?next=%2Fdocument%2Fx%3Fq%3Da%2520b"),
    ):
        answer = ours.ask("GET", path)
        assert (answer.status, answer.headers["location"]) == (303, to)
        assert answer.body == b""
    for path in ("/api/v1/health", "/api/v1/search?q=boats", "/api/v1/nothing"):
        answer = ours.ask("GET", path)
        assert (answer.status, answer.headers["www-authenticate"][:5]) == (401, "Basic")
        assert b"boats" not in answer.body
    script = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
    for path in ("/results?q=boats", "/events", "/api/v1/health"):
        answer = ours.ask("GET", path, headers=script)
        # What is not Basic has no browser ask for a password in a window of its own.
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Session")


def test_signing_in_and_out(ours: TeamServed) -> None:
    """A name in any writing and its password begin a session, which ends when that is said."""
    answer = ours.sign_in(" ANN ", ANN[1], to="/?q=boats")
    assert (answer.status, answer.headers["location"]) == (303, "/?q=boats")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE.lower()}=")
    for part in ("secure", "httponly", "samesite=strict", "path=/"):
        assert f"; {part}" in cookie
    assert "domain" not in cookie
    browser = {"cookie": cookie_of(answer), "sec-fetch-site": "same-origin"}
    page = ours.ask("GET", "/?q=boats", headers=browser)
    assert page.status == 200
    assert "<bdi>Ann</bdi>" in page.text
    assert ours.ask("GET", "/api/v1/health", headers=browser).status == 200
    gone = ours.ask("POST", "/sign-out", f"csrf={csrf_of(page.text)}", {**browser, **ours.here})
    assert (gone.status, gone.headers["location"]) == (303, "/sign-in?out=1")
    assert "cache" in gone.headers["clear-site-data"]
    # The cookie is worth nothing any more, whoever kept it.
    assert ours.ask("GET", "/?q=boats", headers=browser).status == 303
    assert ours.ask("GET", "/api/v1/health", headers=browser).status == 401


@pytest.mark.parametrize(
    ("name", "password"),
    [(ANN[0], "several words for nur"), (ANN[0], ""), ("nobody", ANN[1]), ("", ""), ("Ann\u202e", ANN[1])],
)
def test_a_wrong_password(ours: TeamServed, name: str, password: str) -> None:
    """A wrong name and a wrong password are told in the same words, and begin nothing."""
    answer = ours.sign_in(name, password)
    assert answer.status == 401
    assert "The name or the password is wrong." in answer.text
    assert "set-cookie" not in answer.headers
    assert not password or password not in answer.text


@pytest.mark.parametrize(
    ("accepted", "language", "direction", "said"),
    [
        ("", "en", "ltr", "Password"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr", "ltr", "Mot de passe"),
        ("de, ar;q=0.5, en;q=0.4", "ar", "rtl", "كلمة المرور"),
        ("fr;q=0, en", "en", "ltr", "Password"),
        ("x" * 5000, "en", "ltr", "Password"),
        (";q=;;,,;q=nan", "en", "ltr", "Password"),
    ],
)
def test_languages(ours: TeamServed, accepted: str, language: str, direction: str, said: str) -> None:
    """The page speaks the language of the browser, needs no script, and labels each field."""
    page = ours.ask("GET", "/sign-in", headers={"accept-language": accepted}).text
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert said in page
    assert "<script" not in page
    assert page.count("<label for=") == page.count(" required") == 2


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_no_way_elsewhere(ours: TeamServed, to: str) -> None:
    """Whoever signs in goes on to a page of ours, whatever the link says that led there."""
    assert ours.sign_in(*ANN, to=to).headers["location"] == "/"


def test_a_program(ours: TeamServed) -> None:
    """A program sends its name and password with each call, in UTF-8; pages are not for it."""
    assert ours.call("/api/v1/health").json["read_only"] is True
    assert ours.call("/api/v1/search?q=boats", NUR).json["hits"]
    wrong = ours.call("/api/v1/health", (NUR[0], "something wrong"))
    assert (wrong.status, wrong.json["type"]) == (401, "urn:coopsearch:problem:account")
    for path in ("/", "/results?q=boats", "/sign-out"):
        assert ours.call(path).status == 401
    for given in ("Basic", "Basic %%%", "Basic bm9jb2xvbg==", "Bearer x", "Basic /w=="):
        assert ours.ask("GET", "/api/v1/health", headers={"authorization": given}).status == 401


def test_the_link_of_one_machine_does_not_work(ours: TeamServed) -> None:
    """There is no token, and no link that opens the page."""
    assert (ours.place["token"], ours.place["url"]) == ("", f"{ours.place['base']}/")
    for path in ("/open", "/open?token=", "/open?token=x"):
        assert ours.ask("GET", path).status == 303
        answer = ours.ask("GET", path, headers=ours.signed_in())
        assert (answer.status, "set-cookie" in answer.headers) == (404, False)


def test_a_service_of_one_machine_knows_no_accounts(served: Any) -> None:
    """Where nobody listens on a network nobody signs in."""
    assert served.ask("GET", "/sign-in", headers=served.browser).status == 404
    assert "Sign out" not in served.get("/").text
    assert "strict-transport-security" not in served.get("/").headers


def test_an_account_that_changes(team: Team, folder: Path) -> None:
    """Who is removed, or has another password, is signed out at once; others stay."""
    with team.serving(folder / "index_data", cwd=folder) as one:
        ann, nur = one.signed_in(ANN), one.signed_in(NUR)
        assert one.call("/api/v1/health").status == 200
        team.keep("password", ANN[0], "other words for ann")
        assert one.ask("GET", "/", headers=ann).status == 303
        assert one.call("/api/v1/health").status == 401
        assert one.ask("GET", "/", headers=nur).status == 200
        assert one.call("/api/v1/health", (ANN[0], "other words for ann")).status == 200
        team.keep("remove", NUR[0])
        assert one.ask("GET", "/", headers=nur).status == 303
        team.keep("add", *NUR)
        assert one.ask("GET", "/", headers=nur).status == 303


def test_accounts_that_are_damaged_meanwhile(team: Team, folder: Path) -> None:
    """A file that cannot be trusted any more lets nobody in, which the terminal says once."""
    with team.serving(folder / "index_data", cwd=folder) as one:
        ann, good = one.signed_in(), team.accounts.read_bytes()
        team.accounts.chmod(0o644)
        for _ in range(3):
            assert one.ask("GET", "/", headers=ann).status == 303
            assert one.call("/api/v1/health").status == 401
        assert one.sign_in(*NUR).status == 503
        team.accounts.chmod(0o600)
        team.accounts.write_bytes(good[:-10])
        assert one.sign_in(*NUR).status == 503
        team.accounts.write_bytes(good)
        assert one.sign_in(*NUR).status == 303
        one.process.terminate()
        _, err = one.process.communicate(timeout=30)
    assert [("chmod 600" in line, "cut off" in line, "again" in line) for line in err.splitlines()] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip


def test_an_open_page_is_told_nothing_more(team: Team, folder: Path) -> None:
    """A page that listens is told nothing after its session has ended."""
    with team.serving(folder / "index_data", cwd=folder) as one:
        stream = Stream(one, one.signed_in())
        assert stream.next("index")[1]["documents"] == 5
        team.keep("remove", ANN[0])
        with pytest.raises(EOFError):
            stream.next("never")
        stream.close()


def test_who_may_write(team: Team, top: Path) -> None:
    """Nothing is kept by those who sign in; with --shared-desk it is, under the name of each of them."""
    index = top / "index_data"
    note = {"add": ["relevant"], "note": "Ask."}
    with team.serving(index, cwd=top) as one:
        name = one.call("/api/v1/search?q=boats").json["hits"][0]["id"]
        assert _marks(one, name, note).status == 403
        assert not (index / "desk.sqlite3").exists()
    with team.serving(index, "--shared-desk", cwd=top) as one:
        told = _marks(one, name, note).json
        assert (
            {mark["who"] for mark in told["marks"]} == {NUR[0]} == {found["who"] for found in told["notes"]}
        )
        ann = one.signed_in()
        page = one.ask("GET", f"/document/{name}", headers=ann).text
        body = f"csrf={csrf_of(page)}&tag=seen"
        assert one.ask("POST", f"/mark/{name}", body, {**ann, **one.here}).status == 303
        marks = one.call(f"/api/v1/documents/{name}/marks").json["marks"]
        assert {(mark["who"], mark["tag"]) for mark in marks} >= {(NUR[0], "relevant"), (ANN[0], "seen")}
        # The key of one person's pages does nothing for another.
        assert one.ask("POST", f"/mark/{name}", body, {**one.signed_in(NUR), **one.here}).status == 403
        # The folders are the owner's.
        assert one.ask("POST", "/indexing", body, {**ann, **one.here}).status == 403


def _marks(one: TeamServed, name: str, value: Any) -> Any:
    headers = {**basic(*NUR), "content-type": "application/json"}
    return one.ask("POST", f"/api/v1/documents/{name}/marks", json.dumps(value), headers)


def test_the_audit_names_the_person(team: Team, folder: Path, tmp_path: Path) -> None:
    """The log says who asked, signed in, or failed to; a name that nobody has may be a password."""
    log = tmp_path / "audit"
    with team.serving(folder / "index_data", "--audit", log, cwd=folder) as one:
        one.sign_in(ANN[0], "something wrong")
        one.sign_in("my secret password", "Ann")
        ann = one.signed_in()
        page = one.ask("GET", "/?q=boats", headers=ann).text
        one.ask("POST", "/sign-out", f"csrf={csrf_of(page)}", {**ann, **one.here})
        one.call("/api/v1/search?q=routes", NUR, {"x-remote-user": "Ann", "x-forwarded-for": "192.0.2.1"})
        lines = soon(lambda: (text := log.read_text().splitlines()) and len(text) == 5 and text)
    found = [json.loads(line) for line in lines]
    assert [(one["who"], one["by"], one["what"], one["status"], one["from"]) for one in found] == [
        ("Ann", "password", "sign-in", 401, "127.0.0.1"),
        ("Ann", "password", "sign-in", 303, "127.0.0.1"),
        ("Ann", "cookie", "search", 200, "127.0.0.1"),
        ("Ann", "cookie", "sign-out", 303, "127.0.0.1"),
        (NUR[0], "password", "search", 200, "127.0.0.1"),
    ]
    assert "secret" not in log.read_text()
    assert ANN[1] not in log.read_text()


def test_what_the_description_says(ours: TeamServed, repo: Path) -> None:
    """The description names each way to show who asks, and each of them is taken or refused as it says."""
    text = (repo / "search" / "web" / "api" / "openapi.json").read_text(encoding="utf-8")
    described = json.loads(text)
    assert ours.call("/api/v1/openapi.json").json == described
    schemes = described["components"]["securitySchemes"]
    assert {name for one in described["security"] for name in one} == set(schemes)
    assert (schemes["account"]["type"], schemes["account"]["scheme"]) == ("http", "basic")
    assert ours.call("/api/v1/health").status == 200
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", COOKIE)
    assert ours.signed_in()["cookie"].startswith(f"{schemes['session']['name']}=")
    assert schemes["token"]["scheme"] == "bearer"
