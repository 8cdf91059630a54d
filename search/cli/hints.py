"""A word that was probably meant as a command: what to say of it besides the search for it.

Every word is a query unless a command has that name, so nothing here keeps a search from being made. Does not
depend on an index.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

#: Words that other programs have as commands, with the way to do that here.
_VERBS: Final = {
    "help": "`coopsearch --help` lists the commands",
    "commands": "`coopsearch --help` lists the commands",
    "man": "`coopsearch --help` lists the commands",
    "version": "`coopsearch --version` shows the version",
    "find": "the words alone are the query, as in `coopsearch smuggling routes`",
    "query": "the words alone are the query, as in `coopsearch smuggling routes`",
    "grep": "the words alone are the query, as in `coopsearch smuggling routes`",
    "list": "`coopsearch status --state indexed` lists the files of the index",
    "ls": "`coopsearch status --state indexed` lists the files of the index",
    "info": "`coopsearch status` shows what the index covers",
    "stats": "`coopsearch status` shows what the index covers",
    "history": "`coopsearch --help` lists the commands",
    "open": "`coopsearch show PATH` prints a document",
    "view": "`coopsearch show PATH` prints a document",
    "cat": "`coopsearch show PATH` prints a document",
    "read": "`coopsearch show PATH` prints a document",
    "add": "`coopsearch index FOLDER` adds a folder to the index",
    "update": "`coopsearch index` brings the index up to date",
    "refresh": "`coopsearch index` brings the index up to date",
    "reindex": "`coopsearch index` brings the index up to date, and `--rebuild` reads everything anew",
    "rebuild": "`coopsearch index --rebuild` reads everything anew",
    "init": "`coopsearch index FOLDER` makes an index",
    "copy": "`coopsearch copy-index FOLDER` writes the index once more, for another engine or a cluster",
    "remove": "`coopsearch purge PATH` removes a document from the index",
    "delete": "`coopsearch purge PATH` removes a document from the index",
    "rm": "`coopsearch purge PATH` removes a document from the index",
    "tag": "`coopsearch mark 3 TAG` puts a tag on the third hit, and `mark --list` lists them",
    "tags": "`coopsearch mark --list` lists marks and notes",
    "note": "`coopsearch mark 3 --note TEXT` keeps a note on the third hit",
    "notes": "`coopsearch mark --list` lists marks and notes",
    "log": "`coopsearch review --log` shows who looked at what",
    "backup": "`coopsearch desk backup FILE` writes a copy of marks, notes and citations",
    "merge": "`coopsearch desk merge FILE` takes over the marks of somebody else",
    "check": "`coopsearch verify` checks the index",
    "settings": "`coopsearch config` shows the settings",
    "configure": "`coopsearch config` shows the settings",
    "lexicons": "`coopsearch lexicon list` lists the lexicons that you added",
    "glossary": "`coopsearch lexicon add FILE` adds a glossary to the translation of queries",
    "follow": "`coopsearch watch` keeps the index up to date",
}
#: Words of a query up to which its first one may have been meant as a command.
_FEW: Final = 2
#: Letters that a misspelt command has at least.
_LEAST: Final = 4


def hint(args: Sequence[str], commands: Collection[str], *, found: bool) -> str:
    """Return what to say of a query that may have been meant as a command, "" for nothing.

    ``args`` are all arguments and ``found`` is whether the search found anything: a word that the documents
    hold is taken for a command only where two of its letters are the wrong way round.
    """
    word, words = args[0], [one for one in args if not one.startswith("-")]
    if not word.isalpha() or not word.islower() or not word.isascii():
        return ""
    there = f"there is no command {word!r}, so it was searched for"
    if word in _VERBS and len(words) <= _FEW:
        return f"{there}; {_VERBS[word]}"
    if len(word) < _LEAST:
        return ""
    for command in commands:
        if _is_turned(word, command) or (not found and _is_near(word, command)):
            return f"{there}; did you mean `coopsearch {command}`?"
    return ""


def _is_turned(word: str, command: str) -> bool:
    """Say whether two neighbouring letters of a command are the wrong way round."""
    if len(word) != len(command) or sorted(word) != sorted(command):
        return False
    other = [at for at, (one, two) in enumerate(zip(word, command, strict=True)) if one != two]
    return len(other) == 2 and other[1] == other[0] + 1  # noqa: PLR2004


def _is_near(word: str, command: str) -> bool:
    """Say whether a word has one letter too many, too few, or another one."""
    if word == command or abs(len(word) - len(command)) > 1:
        return False
    short, long = sorted((word, command), key=len)
    at = next((at for at, (one, two) in enumerate(zip(short, long, strict=False)) if one != two), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
