"""``coopsearch serve``: the index in a browser, and over HTTP for programs; of this machine, or of a team.

Reads the options, heeds signals and says where it is; ``search.web`` serves.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import expansion
from coopsearch.search.cli.answers.search_options import NamesOption, QueryLanguageOption, TranslateOption
from coopsearch.search.cli.app import Command, IndexesArgument, SkipOption, app
from coopsearch.search.cli.display.render import as_json
from coopsearch.search.cli.display.terminal import ADDRESS, safe
from coopsearch.search.cli.exits import Exit, fail, failed
from coopsearch.search.cli.heap import keep_one_heap
from coopsearch.search.cli.keeping.outside import outside
from coopsearch.search.cli.keeping.serving import following, index_now
from coopsearch.search.cli.signals import Ending
from coopsearch.search.errors import SettingsError

if TYPE_CHECKING:
    from coopsearch.search.web import Place

#: Leads a browser on. The link is not on its command line, which all users of the machine can read.
_LEADING: Final = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={}">\n'


@app.command(
    "serve",
    cls=Command,
    epilog="Examples: coopsearch serve --open; coopsearch serve reports/index_data --port 8765; coopsearch "
    "serve --socket /run/user/1000/reports.sock --read-only; coopsearch serve --listen 0.0.0.0:8443 "
    "--certificate team.pem --key team.key --accounts team.accounts. Without --listen it answers this "
    "machine alone. Ctrl-C, SIGTERM or SIGHUP ends it. Exit code: 0 when it was ended so, 2 for an error.",
)
def serve(
    index: IndexesArgument = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser, too.")] = False,
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="N",
            min=0,
            max=65535,
            help="Listen on this port of 127.0.0.1; 0 takes any free one.",
        ),
    ] = 0,
    socket: Annotated[
        str | None,
        typer.Option(
            "--socket",
            metavar="PATH",
            help="Listen on a socket at this path instead, which nobody but you can open; no token is needed "
            "there.",
        ),
    ] = None,
    socket_group: Annotated[
        str | None,
        typer.Option(
            "--socket-group",
            metavar="GROUP",
            help="With --socket: let this group of users open it, too, such as that of a proxy.",
        ),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen",
            metavar="ADDRESS[:PORT]",
            help="Share it in a team: listen on this address of the network, with TLS, for those who have an "
            "account. The port is 8443 if none is given. Nothing is kept there unless --shared-desk says so.",
        ),
    ] = None,
    certificate: Annotated[
        str | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            help="With --listen: the certificate in PEM, and those above it.",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="FILE", help="With --listen: its key in PEM, which nobody but you may read."
        ),
    ] = None,
    accounts: Annotated[
        str | None,
        typer.Option(
            "--accounts",
            metavar="FILE",
            help="With --listen: who may sign in. `coopsearch accounts` makes the file.",
        ),
    ] = None,
    host_name: Annotated[
        list[str] | None,
        typer.Option(
            "--host-name",
            metavar="NAME",
            help="A name by which browsers ask, beside those of the certificate, or that of a proxy before "
            "--socket; repeat it for several.",
        ),
    ] = None,
    shared_desk: Annotated[
        bool,
        typer.Option(
            "--shared-desk",
            help="With --listen: let all who sign in keep marks, notes, saved searches and citations, each "
            "under their own name.",
        ),
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Keep nothing: no marks, saved searches or citations.")
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Keep the index in step with its folders meanwhile, as `coopsearch watch` does.",
        ),
    ] = False,
    audit: Annotated[
        str | None,
        typer.Option(
            "--audit",
            metavar="FILE",
            help="Add a line of JSON to this file for each question and each opened document: who asked what "
            "and when. Nobody but you can read it.",
        ),
    ] = None,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    names: NamesOption = None,
    as_json_: Annotated[
        bool, typer.Option("--json", help="Print one JSON object with the address and the token.")
    ] = False,
    skip_unreadable: SkipOption = False,
) -> int:
    """Show the index in a browser, and answer programs over HTTP, on this machine or in a team."""
    _check(
        listen is not None,
        socket is not None,
        {"--port": port, "--open": open_, "--socket": socket},
        {"--certificate": certificate, "--key": key, "--accounts": accounts, "--shared-desk": shared_desk},
        {"--host-name": host_name, "--socket-group": socket_group},
    )
    if shared_desk and read_only:
        raise SettingsError("--shared-desk has people keep things, and --read-only nobody; give one of them")
    try:
        from coopsearch.search.web import Shared
        from coopsearch.search.web import serve as run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"starlette", "uvicorn", "jinja2", "h11", "anyio"}:
            raise
        raise SettingsError(
            f"coopsearch serve needs {error.name}, which is not installed; run "
            '`pip install "coopsearch[web]"`'
        ) from None
    shared = None
    if listen is not None:
        assert certificate is not None
        assert key is not None
        assert accounts is not None
        shared = Shared(listen, Path(certificate), Path(key), Path(accounts), shared_desk)
    stop = threading.Event()
    keep_one_heap()
    with (
        open_asked(
            index, skip_unreadable=skip_unreadable, expansion=expansion(translate, query_language, names)
        ) as opened,
        contextlib.ExitStack() as stack,
    ):

        def ready(place: Place) -> None:
            if as_json_:
                print(as_json(_value(place)), flush=True)
            else:
                print(*_lines(place, listen), sep="\n", flush=True)
            if open_:
                stack.enter_context(_browsing(place.url))

        with Ending(stop.set), following(opened.folders if watch else (), fail):
            run(
                opened,
                port=port,
                socket=socket,
                read_only=read_only,
                outside=outside()._replace(bring=index_now),
                audit=None if audit is None else Path(audit),
                shared=shared,
                hosts=host_name or (),
                socket_group=socket_group or "",
                ready=ready,
                stop=stop,
                failed=failed,
                say=fail,
            )
    return Exit.FOUND


def _value(place: Place) -> dict[str, Any]:
    return {
        "url": place.url,
        "base": place.base,
        "token": place.token,
        "socket": place.socket,
        "process": place.process,
    }


def _check(
    listens: bool,
    has_socket: bool,
    local: Mapping[str, object],
    team: Mapping[str, object],
    named: Mapping[str, object],
) -> None:
    """Raise SettingsError for options that do not go together, or of which one is missing."""
    given = [name for name, value in (local if listens else team).items() if value]
    if listens and given:
        raise SettingsError(f"--listen is a place of its own; leave {' and '.join(given)} out with it")
    if given:
        raise SettingsError(
            f"{given[0]} belongs to --listen, which shares the index in a team; give both, or leave it out"
        )
    if listens:
        for name, value in team.items():
            if not value and name != "--shared-desk":
                raise SettingsError(
                    f"--listen needs {name}: a network is served over TLS, to people with accounts; see "
                    "`coopsearch serve --help`"
                )
    if has_socket and (local["--port"] or local["--open"]):
        raise SettingsError("--socket is for programs; leave --port and --open out with it")
    if named["--host-name"] and not (listens or has_socket):
        raise SettingsError("--host-name belongs to --listen or --socket; leave it out")
    if named["--socket-group"] and not has_socket:
        raise SettingsError("--socket-group belongs to --socket; leave it out")


def _lines(place: Place, listen: str | None) -> list[str]:
    if listen is not None:
        return [
            place.url,
            f"It listens on {safe(listen, ADDRESS)} for those who have an account; Ctrl-C ends it.",
        ]
    if place.socket:
        return [f"answering at {safe(place.socket, ADDRESS)}; Ctrl-C ends it"]
    return [place.url, "That link opens the page for you alone; Ctrl-C ends it."]


@contextmanager
def _browsing(url: str) -> Iterator[None]:
    """Open a page in the browser, by a file that nobody else can read."""
    # Imported here: it looks for all browsers of the system.
    import webbrowser

    with tempfile.TemporaryDirectory(prefix="coopsearch-") as folder:
        page = Path(folder) / "open.html"
        page.write_text(_LEADING.format(url), encoding="ascii")
        if not webbrowser.open(page.as_uri()):
            print("no browser was found; open the link yourself", file=sys.stderr)
        yield
