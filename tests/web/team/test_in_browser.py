"""Signing in and out as a person does, in a real browser, without a script and with pages that have some."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.browser.chromium import Browser, browsing, program
from tests.web.team.shared import ANN, TeamServed


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that does not know who vouches for the certificate, and asks all the same."""
    if program() is None:
        pytest.skip("there is no Chromium")
    with browsing(tmp_path_factory.mktemp("chromium")) as one:
        one.call("Security.setIgnoreCertificateErrors", ignore=True)
        yield one


@pytest.mark.parametrize(
    ("language", "title", "direction"),
    [("en", "Sign in", "ltr"), ("fr", "Connexion", "ltr"), ("ar", "تسجيل الدخول", "rtl")],
)
def test_a_person(chromium: Browser, ours: TeamServed, language: str, title: str, direction: str) -> None:
    """One signs in by keys alone, lands where one wanted to go, and signs out; on a telephone, too."""
    base = str(ours.place["base"])
    chromium.faults.clear()
    chromium.look(360)
    chromium.call("Emulation.setUserAgentOverride", userAgent="tests", acceptLanguage=language)
    chromium.open(f"{base}/?q=boats")
    assert chromium.run("document.querySelector('h1').innerText") == title
    assert chromium.run("getComputedStyle(document.body).direction") == direction
    assert chromium.run("document.documentElement.scrollWidth") <= 360
    chromium.wait("document.activeElement.id === 'name'")
    roles = {one["role"]["value"]: one["name"]["value"] for one in chromium.tree() if one["name"]["value"]}
    assert roles["button"]
    chromium.press(*"ann", "Tab", *"wrong", "Enter")
    chromium.wait("document.querySelector('[role=alert]')")
    assert chromium.run("document.querySelector('#name').value") == "ann"
    assert chromium.run("document.activeElement.id") == "password"
    # The browser itself notes that the answer was 401.
    chromium.faults = [one for one in chromium.faults if "401" not in one]
    chromium.press(*ANN[1], "Enter")
    chromium.wait("location.search === '?q=boats' && document.querySelector('.js form.who bdi')")
    assert chromium.run("document.querySelectorAll('.hit').length") == 2
    assert chromium.run("document.documentElement.scrollWidth") <= 360
    assert chromium.run("document.cookie") == ""
    chromium.run("document.querySelector('form.who button').click()")
    chromium.wait("location.pathname === '/sign-in' && document.querySelector('[role=status]')")
    chromium.open(f"{base}/?q=boats")
    assert chromium.run("location.pathname") == "/sign-in"
    elsewhere = [one for one in chromium.faults if not one.startswith(f"asked elsewhere: {base}/")]
    assert elsewhere == []


def test_a_page_whose_session_ended(chromium: Browser, ours: TeamServed) -> None:
    """A page that is still open leads to where one signs in with the next letter that is typed."""
    base = str(ours.place["base"])
    chromium.look(1440)
    chromium.open(f"{base}/sign-in")
    chromium.wait("document.readyState === 'complete' && document.activeElement.id === 'name'")
    chromium.press(*"ann", "Tab")
    chromium.wait("document.activeElement.id === 'password'")
    chromium.press(*ANN[1])
    assert chromium.run("document.activeElement.value") == ANN[1]
    chromium.press("Enter")
    chromium.wait("location.pathname === '/' && document.querySelector('.js form.who')")
    csrf = chromium.run("document.querySelector('meta[name=csrf]').content")
    chromium.run(
        f"fetch('/sign-out', {{method: 'POST', redirect: 'manual', headers: {{'x-csrf-token': '{csrf}', "
        "'content-type': 'application/x-www-form-urlencoded'}}).then(() => true)"
    )
    chromium.wait("document.activeElement.id === 'q'")
    chromium.press(*"boats")
    chromium.wait("location.pathname === '/sign-in'")
