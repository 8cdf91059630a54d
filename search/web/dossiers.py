"""A dossier as a response: a file that is saved, and that nothing in a browser runs.

It is whole before its first byte is sent, and says how long it is: so a browser knows of one that came in
part.
"""

from __future__ import annotations

import threading
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.serving.asked import EXPORT
from coopsearch.search.serving.dossiers import Wanted, dossier_of
from coopsearch.search.web.endpoint import asked
from coopsearch.search.web.guard.headers import file_headers
from coopsearch.search.web.pages.results import link

#: What a dossier is asked for with that an answer is asked for with, too.
_ANSWER: Final = frozenset(EXPORT) - {"format", "limit", "title"}


async def dossier(request: Request) -> Response:
    """Give a dossier of an answer, as one file to be saved."""
    # An empty field of a form says nothing.
    given = [(name, value) for name, value in request.query_params.multi_items() if value]
    # Where it cannot be made, the page that says so leads back to the answer.
    request.state.back = link("/", [one for one in given if one[0] in _ANSWER])
    wanted = Wanted.of(given)
    given_up = threading.Event()
    try:
        data = await asked(request, lambda service: dossier_of(service, wanted, given_up))
    finally:
        # Where the browser went away, or too long a time passed, a thread reads files for nobody.
        given_up.set()
    return Response(data, media_type="application/octet-stream", headers=file_headers(wanted.name))
