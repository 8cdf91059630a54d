"""A child that does what it is told, for the tests of ``indexer.children``."""

from __future__ import annotations

import os
import signal
import time

from coopsearch.indexer.children import begin


def main(parent: int) -> None:
    """Take orders, a word and a number each, until there are no more."""
    run = begin(parent)
    while True:
        try:
            word, number = run.receive()
        except EOFError:
            return
        print("what a library says", flush=True)
        match word:
            case "say":
                run.send(b"x" * number)
            case "sleep":
                time.sleep(number)
                run.send(b"awake")
            case "leave":
                os._exit(number)
            case "die":
                os.kill(os.getpid(), number)
            case "deaf":
                os.kill(os.getpid(), signal.SIGINT)
                os.kill(os.getpid(), signal.SIGTERM)
                run.send(b"deaf")
