"""An index in a browser and over HTTP: on this machine alone, unless a team shares it.

    from coopsearch.search import open_index
    from coopsearch.search.web import serve

    with open_index() as index:
        serve(index, port=8765, ready=lambda place: print(place.url))

starlette, uvicorn and jinja2, which the extra ``web`` brings, are imported in this package alone, and nothing
but ``coopsearch serve`` imports it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coopsearch.search.serving.outside import Outside
    from coopsearch.search.web.running import Place, Shared, serve

__all__ = ["Outside", "Place", "Shared", "serve"]


def __getattr__(name: str) -> object:
    """Load a name when it is asked for."""
    if name == "Outside":
        from coopsearch.search.serving.outside import Outside

        return Outside
    if name in __all__:
        from coopsearch.search.web import running

        value: object = getattr(running, name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
