"""A dossier as a response: a file that is saved, and that nothing in a browser runs.

It is whole before its first byte is sent, and says how long it is: so a browser knows of one that came in
part.
"""

from __future__ import annotations

import threading
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.serving.dossiers import Wanted, dossier_of
from coopsearch.search.web.endpoint import asked
from coopsearch.search.web.guard.headers import SANDBOX


async def dossier(request: Request) -> Response:
    """Give a dossier of an answer, as one file to be saved."""
    # An empty field of a form says nothing.
    wanted = Wanted.of([(name, value) for name, value in request.query_params.multi_items() if value])
    given_up = threading.Event()
    try:
        data = await asked(request, lambda service: dossier_of(service, wanted, given_up))
    finally:
        # Where the browser went away, or too long a time passed, a thread reads files for nobody.
        given_up.set()
    plain = "".join(sign if sign.isascii() else "_" for sign in wanted.name)
    full = quote(wanted.name.encode("utf-8", "replace"), safe="")
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}",
            "cache-control": "private, no-store",
            "content-security-policy": SANDBOX,
        },
    )
