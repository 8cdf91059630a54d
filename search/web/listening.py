"""Where a service listens: a port of this machine's loopback, or a socket in the file system.

Nothing here listens on a network; ``team.network`` does, for who asked for it. Does not depend on the web's
libraries.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError

LOOPBACK: Final = "127.0.0.1"
LAST_PORT: Final = 65535
#: The ports that addresses need not name.
_HTTP: Final = 80
_HTTPS: Final = 443
#: The letter by which the table of connections says that one listens.
_LISTENS: Final = "0A"


class Listening(NamedTuple):
    """A socket that listens, and how it is named."""

    sock: socket.socket
    port: int = 0
    path: Path | None = None
    names: tuple[str, ...] = (LOOPBACK, "localhost")
    """The hosts by which it goes, without a port unless that is another one than it listens on."""
    is_secure: bool = False
    """Whether it speaks TLS."""
    outside: tuple[str, ...] = ()
    """The hosts by which a proxy before it goes, which speaks TLS."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts by which a request may name it."""
        return (*self._own, *self.outside)

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of its pages, as browsers name them."""
        own = (f"{self._scheme}://{host}" for host in self._own)
        return (*own, *(f"https://{host}" for host in self.outside))

    @property
    def base(self) -> str:
        """The beginning of all its addresses."""
        if self.path is not None:
            return "http://localhost"
        return f"{self._scheme}://{self._own[0]}"

    @property
    def _scheme(self) -> str:
        return "https" if self.is_secure else "http"

    @property
    def _own(self) -> tuple[str, ...]:
        if self.path is not None:
            return self.names
        # A browser leaves the usual port of a scheme out.
        usual = _HTTPS if self.is_secure else _HTTP
        ported = (one if re.search(r":\d+$", one) else f"{one}:{self.port}" for one in self.names)
        return tuple(one.removesuffix(f":{usual}") for one in ported)


@contextmanager
def listening(
    port: int = 0, path: str | None = None, *, group: str = "", outside: tuple[str, ...] = ()
) -> Iterator[Listening]:
    """Listen on a port of the loopback, any free one for 0, or on a socket at a path; close it at the end.

    ``group`` is a group of users that may open the socket, too, and ``outside`` the hosts by which a proxy
    before it goes. Raises SettingsError where another listens there already, and says who does.
    """
    with contextlib.ExitStack() as stack:
        if path is not None:
            yield stack.enter_context(_socket_at(Path(path), group))._replace(outside=outside)
            return
        if not 0 <= port <= LAST_PORT:
            raise SettingsError(
                f"there is no port {port}; give one from 1 to {LAST_PORT}, or 0 for any free one"
            )
        # Named TCP, so that asyncio has each part of an answer sent at once, and not 40 ms later.
        sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP))
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((LOOPBACK, port))
            sock.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SettingsError(f"port {port} is in use by {holder(port)}; give another --port") from None
            raise SettingsError(
                f"port {port} cannot be used: {(error.strerror or str(error)).lower()}; give another --port"
            ) from None
        yield Listening(sock, sock.getsockname()[1])


@contextmanager
def _socket_at(path: Path, group: str) -> Iterator[Listening]:
    if not hasattr(socket, "AF_UNIX"):
        raise SettingsError("this system has no sockets in the file system; use --port")
    number = _group(group) if group else -1
    path = path.absolute()
    _make_room(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        before = os.umask(0o177)
        try:
            sock.bind(str(path))
            made = path.lstat()
            if number >= 0:
                _give(path, number, group)
            sock.listen()
        except OSError as error:
            what = "the path is too long" if "too long" in str(error) else error.strerror or str(error)
            raise SettingsError(
                f"{path}: no socket can be made there: {what.lower()}; give another --socket"
            ) from None
        finally:
            os.umask(before)
        try:
            yield Listening(sock, path=path)
        finally:
            with contextlib.suppress(OSError):
                # Another may have taken its place meanwhile.
                if path.lstat().st_ino == made.st_ino:
                    path.unlink()


def _group(name: str) -> int:
    """Return the number of a group. Raises SettingsError where there is none."""
    # Imported here: Windows has no groups of that kind.
    import grp

    try:
        return grp.getgrnam(name).gr_gid
    except (KeyError, ValueError):
        raise SettingsError(f"there is no group {name!r:.80}; give another --socket-group") from None


def _give(path: Path, number: int, group: str) -> None:
    """Let a group open a socket. Raises SettingsError where its user may not give it away."""
    try:
        os.chown(path, -1, number)
        path.chmod(0o660)
    except OSError:
        path.unlink()
        raise SettingsError(
            f"{path}: you cannot give a socket to the group {group}, as you are not in it; become a member "
            "(`id -Gn` shows your groups), or give another --socket-group"
        ) from None


def _make_room(path: Path) -> None:
    """Remove the socket of a service that is gone. Raises SettingsError for one that is there, or a file."""
    try:
        found = path.lstat()
    except OSError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise SettingsError(f"{path} is there already and is not a socket; give another --socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(1.0)
        try:
            trial.connect(str(path))
        except ConnectionRefusedError:
            pass
        except OSError as error:
            raise SettingsError(
                f"{path} is in use ({error.strerror or error}); give another --socket"
            ) from None
        else:
            raise SettingsError(f"{path} is in use by {_peer(trial)}; give another --socket")
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def _peer(sock: socket.socket) -> str:
    if sys.platform != "linux":
        return "another process"
    number, _, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return _process(number)


def holder(port: int) -> str:
    """Say which process listens on a port, as far as the system tells."""
    inodes = {inode for inode, at in _listening() if at == port}
    for process in _numbers():
        with contextlib.suppress(OSError):
            for handle in Path(f"/proc/{process}/fd").iterdir():
                with contextlib.suppress(OSError):
                    # The name of a link to a socket is not a path.
                    if os.readlink(handle).removeprefix("socket:[").rstrip("]") in inodes:  # noqa: PTH115
                        return _process(process)
    return "another process"


def _listening() -> Iterator[tuple[str, int]]:
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == _LISTENS:
                    yield rest[5], int(local.rpartition(":")[2], 16)


def _numbers() -> list[int]:
    try:
        return sorted(int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit())
    except OSError:
        return []


def _process(number: int) -> str:
    """Return how a process is called: its number and the program that it runs."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return f"process {number}"
    if any(word.endswith(b"coopsearch") for word in words) and b"serve" in words:
        return f"process {number} (coopsearch serve)"
    name = os.fsdecode(words[0]).rpartition("/")[2]
    return f"process {number} ({name})" if name else f"process {number}"
