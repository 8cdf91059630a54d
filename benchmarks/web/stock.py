"""tantivy behind a starlette of its own, to be asked as our service is. Does not depend on coopsearch.

Run as `python3 -m benchmarks.web.stock CORPUS FOLDER`: it indexes the passages, prints where it answers, and
answers `/search?q=` with ten hits as JSON, each with its title and a marked snippet, until it is ended.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

from benchmarks.data import documents
from benchmarks.peers.base import LIMIT
from benchmarks.peers.tantivy_peer import FIELDS, SNIPPET, Tantivy


def main(arguments: list[str]) -> int:
    """Index, and answer."""
    import uvicorn

    corpus, folder = map(Path, arguments)
    folder.mkdir()
    Tantivy().index(corpus, folder, 2)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", sum(1 for _ in documents(corpus)), flush=True)
        # The loop and the parser that ours has, so that the engines are all that differs.
        config = uvicorn.Config(_application(folder), log_config=None, loop="asyncio", http="h11")
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _application(folder: Path) -> Any:
    """Return an application that searches."""
    import tantivy
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()

    def searched(text: str) -> dict[str, Any]:
        parsed = index.parse_query(text, FIELDS)
        make = tantivy.SnippetGenerator.create(searcher, parsed, index.schema, "text")
        make.set_max_num_chars(SNIPPET)
        found = searcher.search(parsed, LIMIT, count=True)
        hits = []
        for score, address in found.hits:
            document = searcher.doc(address)
            snippet = make.snippet_from_doc(document).to_html()
            hits.append(
                {
                    "path": document["path"][0],
                    "title": document["title"][0],
                    "score": score,
                    "snippet": snippet,
                }
            )
        return {"total": found.count, "hits": hits}

    async def search(request: Request) -> JSONResponse:
        return JSONResponse(await run_in_threadpool(searched, request.query_params["q"]))

    return Starlette(routes=[Route("/search", search)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
