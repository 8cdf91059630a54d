"""Who asks a cluster: from the environment, else from a netrc file that nobody else can read. Never written.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

import netrc
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from coopsearch.search.errors import SettingsError

USER: Final = "COOPSEARCH_OPENSEARCH_USER"
PASSWORD: Final = "COOPSEARCH_OPENSEARCH_PASSWORD"  # noqa: S105 - the name of a variable
CERTIFICATE: Final = "COOPSEARCH_OPENSEARCH_CERT"
KEY: Final = "COOPSEARCH_OPENSEARCH_KEY"
NETRC: Final = "COOPSEARCH_OPENSEARCH_NETRC"


class Credentials(NamedTuple):
    """What a cluster is shown; empty where there is none."""

    user: str = ""
    password: str = ""
    certificate: str = ""
    key: str = ""
    source: str = ""
    """Where the name is from, for messages."""


def credentials_for(urls: Sequence[str], environment: Mapping[str, str] | None = None) -> Credentials:
    """Return who asks a cluster of some addresses.

    Raises SettingsError for half a pair, a file that others can read, and one that has not the same name and
    password for the host of each address: what is for one host is sent to no other.
    """
    given = os.environ if environment is None else environment
    certificate, key = given.get(CERTIFICATE, ""), given.get(KEY, "")
    if key and not certificate:
        raise SettingsError(
            f"{KEY} is set and {CERTIFICATE} is not; a key is of no use without its certificate"
        )
    for name, path in ((CERTIFICATE, certificate), (KEY, key)):
        if path and not Path(path).is_file():
            raise SettingsError(f"{path} is not there, which {name} names; correct the variable")
    user, password = given.get(USER, ""), given.get(PASSWORD, "")
    if bool(user) != bool(password):
        one, other = (USER, PASSWORD) if user else (PASSWORD, USER)
        raise SettingsError(f"{one} is set and {other} is not; set both or neither")
    if user:
        return Credentials(user, password, certificate, key, USER)
    source = given.get(NETRC, "")
    file = Path(source or os.path.expanduser("~/.netrc"))  # noqa: PTH111 - without a home it is a name
    pairs = {urlsplit(url).hostname or "": _from_file(file, url, named=bool(source)) for url in urls}
    if len(set(pairs.values())) > 1:
        raise SettingsError(
            f"{file} does not have the same name and password for all hosts of the cluster: "
            f"{', '.join(pairs)}; give each an entry, or set {USER} and {PASSWORD}"
        )
    user, password = next(iter(pairs.values()))
    return Credentials(user, password, certificate, key, source or ("~/.netrc" if user else ""))


def _from_file(path: Path, url: str, *, named: bool) -> tuple[str, str]:
    try:
        status = path.stat()
        found = netrc.netrc(path).authenticators(urlsplit(url).hostname or "")
    except FileNotFoundError:
        if named:
            raise SettingsError(f"{path} is not there, which {NETRC} names; correct the variable") from None
        return "", ""
    except (OSError, ValueError, netrc.NetrcParseError) as error:
        if not named and isinstance(error, OSError):
            return "", ""
        raise SettingsError(f"{path} cannot be read as a netrc file: {error}; correct it") from None
    if found is None or not found[0]:
        return "", ""
    if os.name == "posix" and (
        stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid not in {os.geteuid(), 0}
    ):
        raise SettingsError(
            f"{path} holds a password that others can read; run `chmod 600 {path}` and see that it is yours"
        )
    return found[0], found[2] or ""
