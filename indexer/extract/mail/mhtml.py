"""Pages saved with all they show (MHTML): the page of them. A mail without a reader, by its form.

Finds the part that is the page; ``text.html`` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.mail.body import page_bytes
from coopsearch.indexer.extract.mail.eml import mail_bytes, parsed
from coopsearch.indexer.extract.mail.headers import header_text
from coopsearch.indexer.extract.text import html
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document


def extract(source: Source) -> Iterator[Document]:
    """Yield the document that a saved page is. Raises ExtractionError if there is no page in it."""
    message, deep = parsed(mail_bytes(source))
    pages = [] if deep else [one for one in message.walk() if one.get_content_type() == "text/html"]
    if not pages:
        raise ExtractionError("damaged: there is no page in it")
    page = page_bytes(pages[0])
    for document in html.extract(replace(source, data=page)):
        subject = header_text(message, "subject")
        yield document._replace(type="mhtml", title=subject or document.title)
