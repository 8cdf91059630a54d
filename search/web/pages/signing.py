"""The page where somebody signs in to a shared service, in the language of the browser, and the end of that.

A form that does without JavaScript. Whoever signs in gets a new session, whatever the browser showed before.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coopsearch.search.web.endpoint import fields_of, form_of
from coopsearch.search.web.guard.access import SIGN_IN
from coopsearch.search.web.guard.recording import asker
from coopsearch.search.web.pages.local import local
from coopsearch.search.web.pages.rendering import page
from coopsearch.search.web.team.door import COOKIE, TeamDoor, address_of
from coopsearch.search.web.team.people import Wait

#: What the page says, by language.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Sign in",
        "name": "Name",
        "password": "Password",
        "send": "Sign in",
        "wrong": "The name or the password is wrong.",
        "wait": "There were too many tries. Wait {seconds} s and try again.",
        "closed": "Nobody can sign in now. Whoever runs this service is told why.",
        "out": "You have signed out.",
    },
    "fr": {
        "title": "Connexion",
        "name": "Nom",
        "password": "Mot de passe",
        "send": "Se connecter",
        "wrong": "Le nom ou le mot de passe est incorrect.",
        "wait": "Trop de tentatives. Attendez {seconds} s, puis réessayez.",
        "closed": "Personne ne peut se connecter pour le moment. La personne qui gère ce service en connaît "
        "la raison.",
        "out": "Vous êtes déconnecté.",
    },
    "ar": {
        "title": "تسجيل الدخول",
        "name": "الاسم",
        "password": "كلمة المرور",
        "send": "دخول",
        "wrong": "الاسم أو كلمة المرور غير صحيحة.",
        "wait": "محاولات كثيرة جدًا. انتظر {seconds} ثانية ثم أعد المحاولة.",
        "closed": "لا يمكن لأحد تسجيل الدخول الآن. المسؤول عن هذه الخدمة يعرف السبب.",
        "out": "تم تسجيل خروجك.",
    },
}
#: Languages of a browser that are looked at.
_MOST: Final = 20


async def form(request: Request) -> Response:
    """Show where one signs in; whoever is signed in already goes on."""
    door = _door(request)
    wanted = local(request.query_params.get("next", ""), "/")
    if door.session_of(request.headers) is not None:
        return RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
    said = "out" if "out" in request.query_params else ""
    return _shown(request, HTTPStatus.OK, wanted, said=said)


async def sign_in(request: Request) -> Response:
    """Begin a session for a name and its password."""
    door = _door(request)
    fields = await fields_of(request)
    name, password, wanted = (fields.get(one, [""])[0] for one in ("name", "password", "next"))
    wanted = local(wanted, "/")
    door.people.current()
    if door.people.trouble:
        return _shown(request, HTTPStatus.SERVICE_UNAVAILABLE, wanted, name, fault="closed")
    found = await door.people.check(name, password, address_of(request.scope))
    if isinstance(found, Wait):
        response = _shown(
            request, HTTPStatus.TOO_MANY_REQUESTS, wanted, name, fault="wait", seconds=found.seconds
        )
        response.headers["retry-after"] = str(found.seconds)
        return response
    if found is None:
        _record(request, door.people.known_as(name), HTTPStatus.UNAUTHORIZED)
        response = _shown(request, HTTPStatus.UNAUTHORIZED, wanted, name, fault="wrong")
        response.headers["www-authenticate"] = "Session"
        return response
    door.sessions.end(door.key_of(request.headers))
    response = RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        COOKIE, door.sessions.begin(found), secure=True, httponly=True, samesite="strict", path="/"
    )
    _record(request, found.name, HTTPStatus.SEE_OTHER)
    return response


async def sign_out(request: Request) -> Response:
    """End the session of whoever asks."""
    door = _door(request)
    await form_of(request, keeps=False)
    door.sessions.end(door.key_of(request.headers))
    response = RedirectResponse(f"{SIGN_IN}?out=1", HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
    # What was shown must not come back by the key that goes back.
    response.headers["clear-site-data"] = '"cache"'
    return response


def _door(request: Request) -> TeamDoor:
    door: TeamDoor = request.app.state.door
    return door


def _record(request: Request, name: str, status: int) -> None:
    """Write down that somebody who has an account signed in, or tried to: other names may be passwords."""
    record = request.app.state.record
    if record is not None and name:
        told = {**asker(request.scope, "password", name), "method": "POST", "what": "sign-in"}
        record({**told, "status": int(status)})


def _shown(
    request: Request,
    status: int,
    wanted: str,
    name: str = "",
    *,
    fault: str = "",
    said: str = "",
    seconds: int = 0,
) -> Response:
    language = spoken(request.headers.get("accept-language", ""))
    words = WORDS[language]
    values: dict[str, Any] = {
        "language": language,
        "words": words,
        "next": wanted,
        "name": name[:200],
        "fault": words[fault].format(seconds=f"{seconds:,}") if fault else "",
        "said": words[said] if said else "",
    }
    response = page(request, "sign_in.html", status, **values)
    response.headers["vary"] = "accept-language, cookie"
    return response


def spoken(accepted: str) -> str:
    """Return the language of the page for what a browser says of languages, English for others."""
    ranked = []
    for number, one in enumerate(accepted.lower().split(",")[:_MOST]):
        tag, _, weight = one.strip().partition(";q=")
        try:
            worth = float(weight or "1")
        except ValueError:
            continue
        ranked.append((-worth, number, tag.partition("-")[0].strip()))
    for worth, _, language in sorted(ranked):
        if language in WORDS and worth < 0:
            return language
    return "en"
