"""How often a password is tried, for whom, and what is remembered of that."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.accounts import kept, passwords
from coopsearch.search.accounts.kept import Account
from coopsearch.search.web.guard.places import place_of
from coopsearch.search.web.team import sessions, throttle
from coopsearch.search.web.team.people import People, Wait
from coopsearch.search.web.team.sessions import Sessions
from coopsearch.search.web.team.throttle import Throttle
from tests.web.team.shared import ANN

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return what time it is."""
        return self.now


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[tuple[passwords.Parameters, str]]:
    """What scrypt is asked for: with which parameters, in which thread. It is done, too."""
    real, found = passwords.derive, []

    def derive(password: str, parameters: passwords.Parameters, salt: bytes) -> bytes:
        found.append((parameters, threading.current_thread().name))
        return real(password, parameters, salt)

    monkeypatch.setattr(passwords, "derive", derive)
    return found


@pytest.fixture
def people(tmp_path: Path) -> People:
    """One who may sign in."""
    kept.add(tmp_path / "team.accounts", *ANN)
    return People(tmp_path / "team.accounts")


def done(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what work in an event loop of its own makes."""
    return asyncio.run(work)


@pytest.mark.parametrize(
    ("name", "password"),
    [(ANN[0], "wrong"), ("nobody", "wrong"), ("nobody", ANN[1]), ("", ""), ("\u202e", "x"), ("x" * 9999, "x"),
        (ANN[0], "x" * 99_999), ("Ann", "\ud800")],
)  # fmt: skip
def test_an_unknown_name_costs_as_much(people: People, tries: list[Any], name: str, password: str) -> None:
    """Whatever is wrong, scrypt is asked once, with the same parameters, in the same thread."""
    tries.clear()
    assert done(people.check(name, password, HERE)) is None
    assert [(one, thread.rpartition("_")[0]) for one, thread in tries] == [
        (passwords.Parameters(), "password")
    ]
    assert done(people.check(*ANN, THERE)).name == ANN[0]
    assert len(tries) == 2


def test_what_was_right_is_remembered(people: People, tries: list[Any], tmp_path: Path) -> None:
    """A program's password is tried once, also where it comes many times at once, until it is changed."""

    async def many() -> list[Any]:
        return await asyncio.gather(*(people.check(*ANN, HERE) for _ in range(8)))

    tries.clear()
    assert {one.name for one in done(many())} == {ANN[0]}
    assert len(tries) == 1
    assert done(people.check(*ANN, THERE)).name == ANN[0]
    assert len(tries) == 1
    kept.change(tmp_path / "team.accounts", ANN[0], "other words for ann")
    tries.clear()
    assert done(people.check(*ANN, HERE)) is None
    assert len(tries) == 1


def test_a_flood(people: People, tries: list[Any]) -> None:
    """Of many guesses at once a few are tried, one at a time, and no more wait than there is room for."""

    async def many() -> list[Any]:
        guesses = (people.check(f"name {at}", "wrong", f"192.0.2.{at % 100}") for at in range(300))
        return await asyncio.gather(*guesses)

    tries.clear()
    found = done(many())
    assert len(tries) == sum(one is None for one in found) == 32
    assert {one for one in found if one is not None} == {Wait(1)}
    assert len({thread for _, thread in tries}) == 1
    assert not people._waiting


def test_who_goes_away_is_counted(people: People, tries: list[Any]) -> None:
    """A guess whose sender does not wait for the answer is one all the same."""

    async def guess() -> None:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(people.check(ANN[0], "wrong", HERE), 0.001)
            await asyncio.gather(*people._judging)

    tries.clear()
    done(guess())
    assert len(tries) == 5
    assert isinstance(done(people.check(*ANN, HERE)), Wait)
    assert len(tries) == 5


def test_waiting_longer_each_time() -> None:
    """Five wrong passwords are free; each further one waits twice as long, up to a quarter of an hour."""
    clock = Clock()
    found = Throttle(clock)
    waits = []
    for _ in range(20):
        waits.append(found.wait("ann", HERE))
        clock.now += waits[-1]
        found.failed("ann", HERE)
    assert waits == [0] * 5 + [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] + [900] * 5
    clock.now += 900 + 3600
    found.failed("ann", HERE)
    assert found.wait("ann", HERE) == 0


def test_one_address_and_many_names() -> None:
    """Who tries one password with every name is held up, too, and a right one of theirs changes nothing."""
    found = Throttle(Clock())
    for number in range(30):
        assert found.wait(f"name {number}", HERE) == 0
        found.failed(f"name {number}", HERE)
        found.passed("mallory", HERE)
    assert found.wait("another", HERE) > 0
    assert found.wait("another", THERE) == 0
    assert found.wait("mallory", HERE) == 0


def test_many_addresses_and_one_name() -> None:
    """Guesses from everywhere hold a name up for a while, but not where its owner signed in before."""
    found = Throttle(Clock())
    found.passed("ann", HERE)
    for number in range(200):
        found.failed("ann", f"198.51.100.{number}")
    assert 0 < found.wait("ann", "203.0.113.1") <= 30
    assert found.wait("ann", HERE) == 0
    assert found.wait("bob", "203.0.113.1") == 0


def test_memory_is_bounded() -> None:
    """However many names and addresses there are, so many are remembered; who waits longest stays."""
    clock = Clock()
    found = Throttle(clock)
    for _ in range(12):
        found.failed("ann", HERE)
    for number in range(throttle.MOST + 500):
        found.failed(f"name {number}", f"2001:db8:{number:x}::1")
        found.passed(f"name {number}", f"2001:db8:{number:x}::1")
    assert found.remembered <= 4 * throttle.MOST
    assert found.wait("ann", HERE) > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False), ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True), ("", "", True), ("x", "y", False),
    ],
)  # fmt: skip
def test_places(one: str, other: str, same: bool) -> None:
    """A place is an address of the old kind, and of the new one what a household has."""
    assert (place_of(one) == place_of(other)) is same


def account(name: str) -> Account:
    """Return an account that nobody can use."""
    return Account(name, passwords.decoy(passwords.Parameters()))


def test_sessions_end() -> None:
    """A session ends an hour after the last question, and after half a day in any case."""
    clock = Clock()
    found = Sessions(lambda one: True, clock)
    idle, used, ended = (found.begin(account(name)) for name in "abc")
    session = found.find(ended)
    assert session is not None
    found.end(ended)
    assert not found.lasts(session)
    assert found.find(ended) is None
    for _ in range(13):
        clock.now += sessions.IDLE - 1
        assert found.find(idle, used=False) is None or clock.now < 1000 + sessions.IDLE
        if clock.now < 1000 + sessions.LONGEST:
            assert found.find(used) is not None
    assert found.find(used) is None
    assert found.find("") is None
    assert len(found) == 0


def test_sessions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person has so many sessions, and all have so many: the oldest give way."""
    clock = Clock()
    found = Sessions(lambda one: True, clock)
    keys = [found.begin(account("ann")) for _ in range(sessions.MOST_OF_ONE + 3)]
    assert [found.find(key) is not None for key in keys] == [False] * 3 + [True] * sessions.MOST_OF_ONE
    monkeypatch.setattr(sessions, "MOST", 20)
    for number in range(50):
        clock.now += 1
        found.begin(account(f"name {number}"))
    assert len(found) <= 20


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("begin end change wait".split())), max_size=40)
)
def test_sessions_against_a_model(steps: list[tuple[str, str]]) -> None:
    """Whatever happens in whatever order, a session is there as long as the rules say, and no longer."""
    clock, current = Clock(), {name: account(name) for name in "abc"}
    found = Sessions(lambda one: current[one.name] is one, clock)
    model: dict[str, tuple[str, Account, float]] = {}
    for name, what in steps:
        if what == "begin":
            model[found.begin(current[name])] = name, current[name], clock.now
        elif what == "change":
            current[name] = account(name)
        elif what == "wait":
            clock.now += 1500
        else:
            for key in [key for key, one in model.items() if one[0] == name]:
                found.end(key)
                del model[key]
        for key, (of, one, used) in [*model.items()]:
            lasts = current[of] is one and clock.now - used < sessions.IDLE
            mine = [other for other, (person, *_) in model.items() if person == of]
            if len(mine) <= sessions.MOST_OF_ONE:
                assert (found.find(key, used=False) is not None) is lasts
            if not lasts:
                del model[key]
