"""Where a shared service listens, and the names by which a request may call it.

An address is one of this machine, in digits: no name is looked up. Does not depend on the web's libraries.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError
from coopsearch.search.web.listening import LAST_PORT, Listening, holder

#: The port where none is given: above those that need rights.
PORT: Final = 8443
_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_LONGEST: Final = 253


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    @property
    def shown(self) -> str:
        """The address as it is written."""
        return f"{bracketed(self.host)}:{self.port}"


def parsed(text: str) -> Address:
    """Read ``ADDRESS[:PORT]``. Raises SettingsError for what is not one."""
    wrong = SettingsError(
        f"--listen takes an address of this machine in digits, as 0.0.0.0:{PORT}, 192.0.2.7 or [::]:{PORT}, "
        f"and not {text!r:.80}"
    )
    host, port = text.strip(), ""
    if host.startswith("["):
        host, closed, rest = host[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise wrong
        port = rest
    elif host.count(":") == 1:
        host, _, number = host.partition(":")
        port = f":{number}"
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        raise wrong from None
    if not port:
        return Address(str(found), PORT)
    number = port[1:]
    if not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) <= LAST_PORT):  # noqa: PLR2004
        raise wrong
    return Address(str(found), int(number))


def checked_hosts(given: Iterable[str]) -> tuple[str, ...]:
    """Return names by which a service is called, with a port where one was given. Raises SettingsError."""
    found = []
    for text in given:
        host, _, port = text.strip().rpartition(":") if re.search(r":\d+$", text) else (text.strip(), "", "")
        try:
            name = host.encode("idna").decode("ascii").lower().removesuffix(".")
        except UnicodeError:
            name = ""
        if not _NAME.fullmatch(name) or len(name) > _LONGEST or (port and int(port) > LAST_PORT):
            raise SettingsError(
                f"--host-name takes the name by which browsers ask, as search.example.org, and "
                f"not {text!r:.80}"
            )
        found.append(f"{name}:{port}" if port else name)
    return tuple(found)


def bracketed(host: str) -> str:
    """Return a host as addresses of the web have it."""
    return f"[{host}]" if ":" in host else host


@contextmanager
def shared(address: Address, names: tuple[str, ...]) -> Iterator[Listening]:
    """Listen on an address of the network, for requests that call it by one of some names.

    Raises SettingsError where the address is not one of this machine, or another listens there already.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise SettingsError(f"{address.shown} cannot be listened on: {_reason(error)}") from None
    with sock:
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # What is said to listen on addresses of IPv6 does not listen on others beside.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            sock.bind((address.host, address.port))
            sock.listen()
        except OSError as error:
            raise SettingsError(_told(error, address)) from None
        port = sock.getsockname()[1]
        yield Listening(sock, port, names=tuple(map(_called, names)), is_secure=True)


def _called(name: str) -> str:
    try:
        return bracketed(str(ipaddress.ip_address(name)))
    except ValueError:
        return name


def _told(error: OSError, address: Address) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {address.port} is in use by {holder(address.port)}; give --listen another"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address.host} is not an address of this machine; give --listen another, or 0.0.0.0"
    if error.errno == errno.EACCES:
        return f"port {address.port} needs rights of the system; give --listen one above 1023"
    return f"{address.shown} cannot be listened on: {_reason(error)}; give --listen another address"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
