"""Addresses to which a form may lead: those of this service. Does not depend on the web's libraries."""

from __future__ import annotations


def local(address: str, usual: str) -> str:
    """Return an address of ours, or the usual one in place of any other."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else usual
