"""The certificate of a shared service: looked at as a browser will, before anybody is let near.

A handshake is made in memory with a client that trusts this certificate and nothing else; what it refuses,
everybody would be shown. Does not depend on the web's libraries.
"""

from __future__ import annotations

import calendar
import os
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.accounts.kept import check_private
from coopsearch.search.errors import SettingsError

#: Days before its end at which that is said.
_SOON: Final = 14
_DAY: Final = 86_400
#: What a handshake says of times; see verify(1) of OpenSSL.
_NOT_YET: Final = 9
_EXPIRED: Final = 10


class Certificate(NamedTuple):
    """What TLS is spoken with, and for which names."""

    context: ssl.SSLContext
    names: tuple[str, ...]
    """The hosts that it names and a request can name: no patterns."""
    warning: str = ""
    """That it ends soon."""


def opened(certificate: Path, key: Path) -> Certificate:
    """Read a certificate (with those above it, as PEM) and its key.

    Raises SettingsError where one is missing or not what it should be, the key is readable to others or of
    another certificate, or the time of the certificate has not come or is over.
    """
    for path, what in ((certificate, "certificate"), (key, "key")):
        if not path.is_file():
            raise SettingsError(f"{path}: there is no such file; give a {what} in PEM with --{what}")
    try:
        check_private(os.stat(key), key, "the key")  # noqa: PTH116 - a link leads to it in many set-ups
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(certificate, key, password=_refuse(key))
    except ssl.SSLError as error:
        raise SettingsError(_told(error, certificate, key)) from None
    except OSError as error:
        raise SettingsError(
            f"{error.filename or certificate}: it cannot be read: {(error.strerror or str(error)).lower()}"
        ) from None
    found = _seen(context, certificate)
    names = tuple(
        value.strip().lower()
        for kind, value in found.get("subjectAltName", ())
        if kind in {"DNS", "IP Address"} and "*" not in value
    )
    left = (calendar.timegm(time.strptime(found["notAfter"], "%b %d %H:%M:%S %Y %Z")) - time.time()) / _DAY
    warning = f"{certificate}: the certificate ends on {found['notAfter']}; renew it" if left < _SOON else ""
    return Certificate(context, tuple(dict.fromkeys(names)), warning)


def _refuse(key: Path) -> Callable[[], str]:
    def ask() -> str:
        raise SettingsError(
            f"{key}: the key is locked by a password, for which nobody is there to be asked; unlock it with "
            "`openssl pkey`, and keep it for yourself with `chmod 600`"
        )

    return ask


def _told(error: ssl.SSLError, certificate: Path, key: Path) -> str:
    reason = (error.reason or str(error)).replace("_", " ").lower()
    if error.reason == "KEY_VALUES_MISMATCH":
        return (
            f"{key}: this is not the key of the certificate {certificate}; give the two that belong together"
        )
    return f"{certificate}, {key}: these are not a certificate and its key in PEM: {reason}; give others"


def _seen(context: ssl.SSLContext, certificate: Path) -> dict[str, Any]:
    """Return what a client is told of a certificate. Raises SettingsError where it refuses that."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    to, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        client.load_verify_locations(certificate)
        ends = (client.wrap_bio(back, to), context.wrap_bio(to, back, server_side=True))
        waiting = list(ends)
        while waiting:
            for one in list(waiting):
                try:
                    one.do_handshake()
                except ssl.SSLWantReadError:
                    continue
                waiting.remove(one)
        return dict(ends[0].getpeercert() or {})
    except ssl.SSLCertVerificationError as error:
        why = {_NOT_YET: "its time has not come yet", _EXPIRED: "it has expired"}.get(
            error.verify_code, error.verify_message
        )
        raise SettingsError(
            f"{certificate}: browsers would refuse this certificate: {why}; give another"
        ) from None
    except ssl.SSLError as error:
        raise SettingsError(_told(error, certificate, certificate)) from None
