"""Places of the network: what one person has of it, by an address. Does not depend on the web's libraries."""

from __future__ import annotations

import ipaddress


def place_of(address: str) -> str:
    """Return what is one place of the network: an address, or of IPv6 the 64 bits that one person has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
