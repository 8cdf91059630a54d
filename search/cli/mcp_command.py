"""``coopsearch mcp``: the index for an assistant, by the Model Context Protocol on standard input and output.

Reads the options, heeds signals and keeps standard output for the protocol alone; ``search.mcp`` answers.
"""

from __future__ import annotations

import os
import sys
import threading

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import expansion
from coopsearch.search.cli.answers.search_options import NamesOption, QueryLanguageOption, TranslateOption
from coopsearch.search.cli.app import Command, IndexesArgument, SkipOption, app
from coopsearch.search.cli.exits import Exit, failed
from coopsearch.search.cli.signals import Ending


@app.command(
    "mcp",
    cls=Command,
    epilog="Examples: coopsearch mcp; coopsearch mcp reports/index_data letters/index_data. An assistant "
    "starts it: enter it in the assistant's configuration. It reads the index and changes nothing; what the "
    "assistant fetches, whoever runs the assistant may see. The end of its input, Ctrl-C, SIGTERM or SIGHUP "
    "ends it. Exit code: 0 when it was ended so, 2 for an error.",
)
def mcp(
    index: IndexesArgument = None,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    names: NamesOption = None,
    skip_unreadable: SkipOption = False,
) -> int:
    """Let an assistant search the index, by the Model Context Protocol (MCP) over stdin and stdout."""
    # Imported here: the help needs neither.
    from coopsearch.search.cli.keeping.outside import files
    from coopsearch.search.mcp.running import serve
    from coopsearch.search.serving.outside import Outside

    # Whatever else is printed, by us or by a library, is not a message: it goes where logs go.
    target = os.dup(1)
    os.dup2(2, 1)
    stop = threading.Event()
    try:
        with open_asked(
            index, skip_unreadable=skip_unreadable, expansion=expansion(translate, query_language, names)
        ) as opened:
            if sys.stdin.isatty():
                print(
                    "This is for assistants, which send JSON; docs/mcp.md says how to set one up. Ctrl-D "
                    "ends it.",
                    file=sys.stderr,
                )
            with Ending(stop.set):
                serve(opened, 0, target, stop=stop, outside=Outside(files=files), failed=failed)
    finally:
        os.close(target)
    return Exit.FOUND
