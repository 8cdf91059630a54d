"""Certificates for tests, made by the `openssl` command: an authority, and what it vouches for."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

PROGRAM: Final = shutil.which("openssl")
_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_AUTHORITY: Final = """\
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""
_LEAF: Final = """\
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


class Pair(NamedTuple):
    """Files of a certificate and of its key."""

    certificate: Path
    key: Path


class Authority:
    """Vouches for servers and clients; who trusts it loads `certificate`."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder: Final = folder
        self._pair: Final = Pair(folder / f"{name}.pem", folder / f"{name}.key")
        self._make(self._pair, name, _AUTHORITY, ["-signkey", str(self._pair.key), "-days", "2"])
        self.certificate: Final = self._pair.certificate

    def issue(
        self, name: str, *, hosts: Sequence[str] = ("IP:127.0.0.1", "DNS:localhost"), days: int = 2
    ) -> Pair:
        """Return a certificate of a name for some hosts, that can be a server's and a client's.

        With -1 for `days` it has run out.
        """
        made = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        signed = ["-CA", str(self._pair.certificate), "-CAkey", str(self._pair.key), "-CAcreateserial"]
        names = f"subjectAltName = {', '.join(hosts)}\n"
        self._make(made, name, _LEAF + names, [*signed, "-days", str(days)])
        return made

    def _make(self, made: Pair, name: str, extensions: str, signing: Sequence[str]) -> None:
        asked, said = made.key.with_suffix(".csr"), made.key.with_suffix(".cnf")
        # What the settings of the machine would put in has no say.
        said.write_text(
            f"[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = {name}\n[ext]\n{extensions}",
            encoding="ascii",
        )
        _openssl("req", "-new", *_KEY, "-config", said, "-keyout", made.key, "-out", asked)
        _openssl(
            *("x509", "-req", "-sha256", *signing, "-extensions", "ext"),
            *("-in", asked, "-extfile", said, "-out", made.certificate),
        )


def _openssl(*arguments: str | Path) -> None:
    assert PROGRAM, "the fixture `authority` skips where openssl is missing"
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
