"""Connections with TLS within bounds: also as long as the other end has not said who it speaks to.

uvicorn would leave the handshake to asyncio, which keeps a connection that says nothing for a minute, and as
many of them as the system has descriptors. Here each counts among all connections from its first moment.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

from coopsearch.search.web.guard.connections import BoundedConnection

#: Seconds that a handshake may take, and the farewell at the end.
HANDSHAKE: Final = 10.0
_FAREWELL: Final = 2.0


class SecuredConnection(BoundedConnection):
    """A connection over which nothing is read that is not encrypted."""

    #: What TLS is spoken with.
    context: ssl.SSLContext

    _shaking: asyncio.Task[None] | None = None
    is_open = False
    """Whether the handshake is done."""
    _is_lost = False
    _early: bytes = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with the handshake."""
        if self.enter(transport):
            self._shaking = asyncio.ensure_future(self._shake(transport))

    async def _shake(self, transport: asyncio.Transport) -> None:
        try:
            secured = await self.loop.start_tls(
                transport,
                self,
                self.context,
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE,
                ssl_shutdown_timeout=_FAREWELL,
            )
        except (OSError, ssl.SSLError):
            # It spoke something else, too slowly, or went away. Who would have to be told is not there.
            self.drop()
            return
        finally:
            self._shaking = None
        if secured is None or self._is_lost or self not in self.every:
            transport.abort()
            self.every.pop(self, None)
            return
        self.is_open = True
        self.begin(secured)
        if early := self._early:
            self._early = b""
            self.data_received(early)

    def data_received(self, data: bytes) -> None:
        """Take what arrived; the first may do so together with the end of the handshake."""
        if self.is_open:
            super().data_received(data)
        else:
            self._early += data

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._is_lost = True
        if self.is_open:
            super().connection_lost(exc)
        else:
            self.every.pop(self, None)

    def eof_received(self) -> None:
        """Let the connection close."""

    def pause_writing(self) -> None:
        """Wait for the other end to read."""
        if self.is_open:
            super().pause_writing()

    def resume_writing(self) -> None:
        """Go on: something was read."""
        if self.is_open:
            super().resume_writing()


def secured(context: ssl.SSLContext) -> type[SecuredConnection]:
    """Return connections that speak TLS with a certificate."""
    return type("Secured", (SecuredConnection,), {"context": context})


def end_handshakes() -> None:
    """Drop the connections that have not said who they speak to."""
    for one in list(BoundedConnection.every):
        if isinstance(one, SecuredConnection) and not one.is_open:
            one.drop()
