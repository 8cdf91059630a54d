"""Addresses of files: printable, unique, and the way back."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coopsearch.search.indexdir.addresses import address, original

#: Bytes of names, with many of the parts that an escape is made of.
NAMES = st.lists(
    st.one_of(
        st.sampled_from([b"!", b".zip", b"21"]),
        st.sampled_from([b"\\", b"\\\\", b"x", b"\\xe9", b"\\udc80", b"e9", b"\xe9", b"\xc3\xa9", b"a"]),
        st.binary(min_size=1, max_size=3),
    ),
    max_size=8,
).map(b"".join)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"report.txt", "report.txt"),
        ("réfugiés/تقرير.txt", "réfugiés/تقرير.txt"),
        (rb"C:\temp\new", r"C:\temp\new"),
        (rb"\xyz", r"\xyz"),
        (b"caf\xe9.txt", r"caf\xe9.txt"),
        (rb"caf\xe9.txt", r"caf\\xe9.txt"),
        (b"a\\b\xff", r"a\\b\xff"),
        (rb"a\\b", r"a\\\\b"),
        (b"a.zip!b.txt", r"a.zip\x21b.txt"),
        (rb"a.zip\x21b.txt", r"a.zip\\x21b.txt"),
        (b"in/a.tar.7z!b!/c.eml!2", r"in/a.tar.7z\x21b!/c.eml\x212"),
        ("تقرير.zip!a", r"تقرير.zip\x21a"),
        (b"Urgent!.txt", "Urgent!.txt"),
        (b"version 1.2!.txt", "version 1.2!.txt"),
        ("a\ud800", r"a\ud800"),
        ("", ""),
    ],
)
def test_table(name: bytes | str, shown: str) -> None:
    """A name is its own address unless it is no UTF-8, or looks like an address that was escaped."""
    assert address(name) == shown
    assert original(shown) == os.fsdecode(name)


@given(NAMES)
@example(b"\\xe9")
@example(b"\xe9\\")
def test_round_trip(name: bytes) -> None:
    """An address is UTF-8 and leads back to the very bytes."""
    shown = address(name)
    shown.encode()
    assert os.fsencode(original(shown)) == name


@given(NAMES, NAMES)
@example(b"\xe9", rb"\xe9")
@example(rb"\\", b"\\")
def test_injective(one: bytes, other: bytes) -> None:
    """Two names have the same address only if they are the same."""
    assert (address(one) == address(other)) == (one == other)
