"""Lets ``python -m coopsearch.search.cli`` be the command, where no script was installed."""

from __future__ import annotations

from coopsearch.search.cli.start import main

if __name__ == "__main__":
    main()
