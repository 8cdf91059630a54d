"""The file of a document, given out so that nothing in it runs in the browser.

It is found by the id of its document: no path is ever taken from a request.
"""

from __future__ import annotations

import os
import stat
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from coopsearch.search.desk.marks import address_in
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.addresses import original as path_of
from coopsearch.search.indexdir.meta import read_meta
from coopsearch.search.serving.problems import Refused
from coopsearch.search.serving.service import Service
from coopsearch.search.web.endpoint import asked
from coopsearch.search.web.guard.headers import file_headers

#: All that a browser is told of a file but of a PDF: it is to be saved, and is not for it to read.
_ANY = "application/octet-stream"
_PDF = "application/pdf"
#: With what a file begins that is shown as a PDF.
_MAGIC = b"%PDF-"


async def original(request: Request, name: str, *, show: bool = False) -> Response:
    """Return the file of the document of an id, to be saved; with ``show`` a PDF is shown.

    Raises Refused for a document without a file, and for one whose file is gone.
    """
    path, is_pdf = await asked(request, lambda service: _found(service, name))
    shown = show and is_pdf
    headers = file_headers(path.name, "inline" if shown else "attachment")
    if shown:
        # The viewer of the browser is a page of its own, which holds the file.
        headers["x-frame-options"] = "SAMEORIGIN"
    return FileResponse(path, media_type=_PDF if shown else _ANY, headers=headers)


def _found(service: Service, name: str) -> tuple[Path, bool]:
    index, address = service.located(name)
    document = index.document(address)
    if is_added(document.file):
        raise Refused(HTTPStatus.NOT_FOUND, "no-file", "a script added this document; it has no file")
    folder = index.folder
    path = folder.parent / path_of(address_in(folder, document.file))
    _check_within(folder, path)
    try:
        # Opened once here, so that what is no file (a pipe, a device) is never waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise Refused(HTTPStatus.NOT_FOUND, "no-file", "what lies there now is not a file")
            return path, stream.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise Refused(
            HTTPStatus.NOT_FOUND,
            "no-file",
            f"the file cannot be read: {(error.strerror or str(error)).lower()}; its text is in the index",
        ) from None


def _check_within(folder: Path, path: Path) -> None:
    """Raise Refused where an address leads out of the sources: nothing that lies there was ever indexed.

    That is a link which took the place of a file or a folder, or an address in an index from somebody else,
    which has no sources here: its files lie beside it.
    """
    real = os.path.realpath(path)
    tops = [os.path.realpath(folder.parent / source) for source in read_meta(folder).sources or (".",)]
    if not any(os.path.commonpath((real, top)) == top for top in tops):
        raise Refused(
            HTTPStatus.NOT_FOUND,
            "no-file",
            "its address leads out of the folders of the index; its text is in the index",
        )
