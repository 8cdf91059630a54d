"""``coopsearch copy-index TARGET``: the same index for another engine, without its sources.

Reads the options and says what was written; the indexer writes.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.app import Command, IndexOption, ResultOption, WaitOption, app
from coopsearch.search.cli.display.render import as_json, counted
from coopsearch.search.cli.display.terminal import ADDRESS, safe, shown_path, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.keeping.cluster_options import (
    CaOption,
    EngineOption,
    ReplicasOption,
    ShardsOption,
    TimeoutOption,
    UrlOption,
    cluster_of,
)
from coopsearch.search.cli.keeping.index_command import notice, shown
from coopsearch.search.cli.signals import Ending

if TYPE_CHECKING:
    from coopsearch.indexer import Progress


@app.command(
    "copy-index",
    cls=Command,
    epilog="Examples: coopsearch copy-index there --url https://search.example.org:9200 --shards 3; "
    "coopsearch copy-index here --index there. The index that is copied stays as it is, and the "
    "sources are not read. Exit code: 0 copied, 2 error; after an error, or Ctrl-C (130), there is no copy.",
)
def copy_index(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="The folder to make for the new index, beside that of the index here."
        ),
    ],
    index: IndexOption = None,
    engine: EngineOption = None,
    url: UrlOption = None,
    shards: ShardsOption = None,
    replicas: ReplicasOption = None,
    ca: CaOption = None,
    timeout: TimeoutOption = None,
    as_json_: ResultOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but failures.")] = False,
    wait: WaitOption = 30.0,
) -> int:
    """Copy the index to another engine, into or out of a cluster; no source is read."""
    # Imported here: a search must not pay for the indexer.
    from coopsearch.indexer import Interrupted
    from coopsearch.indexer import copy_index as copy

    silent = quiet or as_json_
    with (
        shown(silent=silent, doing="Copying", what="documents") as show,
        Ending(left="there is no copy") as ending,
    ):

        def progress(one: Progress) -> None:
            ending.check(Interrupted)
            # A terminal that is gone costs its progress, not the copy.
            with contextlib.suppress(OSError, ValueError):
                show(one)

        done = copy(
            target,
            index,
            engine=engine,
            cluster=cluster_of(url, shards, replicas, ca, timeout),
            wait=wait,
            progress=progress,
            notice=(lambda message: None) if quiet else notice,
        )
        ending.whole()
    if as_json_:
        print(
            as_json(
                {
                    "index": str(done.place),
                    "engine": done.engine,
                    "documents": done.documents,
                    "desk": done.desk,
                    "seconds": round(done.seconds, 3),
                }
            )
        )
    elif not quiet:
        where = safe(shown_path(str(done.place)), ADDRESS)
        what = counted(done.documents, "document")
        beside = ", and the desk too" if done.desk else ""
        print(wrapped(f"copied {what} into {where} in {done.seconds:.1f} s{beside}", sys.stdout))
        print(f"ask it with: coopsearch WORDS --index {where}")
    return Exit.FOUND
