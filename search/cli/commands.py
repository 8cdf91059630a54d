"""Which words are commands, and in which module each is.

Does not depend on the rest of coopsearch or third-party libraries: every command loads it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: What stands first on the command line and is not a query. Everything else is one.
COMMANDS: Final = (
    "search",
    "show",
    "open",
    "similar",
    "batch",
    "names",
    "cite",
    "export",
    "save",
    "news",
    "mark",
    "review",
    "desk",
    "index",
    "watch",
    "status",
    "verify",
    "purge",
    "pack",
    "unpack",
    "copy-index",
    "eval",
    "judge",
    "interactive",
    "serve",
    "accounts",
    "mcp",
    "lexicon",
    "config",
    "warm",
)
#: Those of the command itself.
OPTIONS: Final = ("--help", "-h", "--version", "--install-completion", "--show-completion")
#: In which folder beside this file each is; the others are beside it themselves.
_ROOMS: Final = {
    **dict.fromkeys(
        ("search", "show", "open", "similar", "batch", "names", "cite", "export", "interactive"), "answers."
    ),
    **dict.fromkeys(
        ("index", "watch", "status", "verify", "purge", "pack", "unpack", "copy-index", "lexicon"), "keeping."
    ),
    **dict.fromkeys(("save", "news", "mark", "review", "desk"), "desk."),
    "warm": "warm.",
}


def module_of(command: str) -> str:
    """Return the module of a command."""
    return f"coopsearch.search.cli.{_ROOMS.get(command, '')}{command.replace('-', '_')}_command"
