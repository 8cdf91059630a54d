"""The manual page, made of what the commands say of themselves.

Gives roff in the macros of man(7). Run by ``docs/generate.py``.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from coopsearch.search.cli.app import app
from coopsearch.search.cli.commands import COMMANDS, module_of

_HEAD = """\
.\\" Written by `python3 dev.py docs` from the commands themselves.
.TH COOPSEARCH 1 "" "coopsearch" "User Commands"
.SH NAME
coopsearch \\- full-text search for folders of reports, offline
.SH SYNOPSIS
.B coopsearch
.I QUERY...
.br
.B coopsearch
.I COMMAND
.RI [ OPTIONS ]
.RI [ ARGUMENTS ]
.SH DESCRIPTION
coopsearch indexes folders of documents in English, French and Arabic and answers questions with the passages
that hold what was asked for, each with a place that can be cited. It works without a network and without a
server.
.PP
Words side by side match any of them. A phrase stands in quotes; AND, OR, NOT, + and \\- combine; field:word
looks in a field (title, heading, path, lang, type, date, and what documents say of themselves); word* and
word~ match beginnings and misspellings; =word is the exact word.
.PP
.B coopsearch
.I QUERY...
is short for
.B coopsearch search
.IR QUERY... .
"""

#: What a value is called whose option does not say so itself.
_KINDS = {"int": "N", "int range": "N", "integer": "N", "integer range": "N", "float": "NUMBER",
          "float range": "NUMBER", "path": "PATH", "text": "TEXT"}  # fmt: skip

_TAIL = """\
.SH EXIT STATUS
.TP
.B 0
Something was found; the index is up to date.
.TP
.B 1
Nothing was found.
.TP
.B 2
There was an error, or a file failed or is over a limit.
.TP
.B 130, 143, 129
Ctrl-C, SIGTERM or SIGHUP ended the command; what was done is kept.
.SH ENVIRONMENT
.TP
.B COOPSEARCH_INDEX
The folder of the index, where no option names it.
.TP
.B COOPSEARCH_TRUST
Indexes of others that are trusted, parted as in PATH.
.TP
.B COOPSEARCH_DEBUG
With 1, an error is preceded by its traceback.
.TP
.B NO_COLOR
If it is set, nothing is coloured.
.SH FILES
.TP
.I index_data/
The index of a project: the nearest one from the working directory upwards.
.TP
.I .coopsearchignore
Names files that are left out, as .gitignore does.
"""


def page() -> str:
    """Return the page as it should be."""
    for name in COMMANDS:
        importlib.import_module(module_of(name))
    group: Any = get_command(app)
    commands = "".join(_command(name, group.commands[name]) for name in COMMANDS)
    return f"{_HEAD}.SH COMMANDS\n{commands}{_TAIL}"


def _command(name: str, command: Any) -> str:
    lines = [f".SS coopsearch {roff(name)}"]
    lines += [roff(one) for one in _paragraph(command.help)]
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    for one in arguments:
        lines += [".TP", f".I {roff(one.metavar or one.name.upper())}", *map(roff, _paragraph(one.help))]
    for one in command.params:
        if one.param_type_name == "option" and not one.hidden:
            lines += [".TP", _names(one), *map(roff, _paragraph(one.help))]
    if command.epilog:
        lines += [".PP", *map(roff, _paragraph(command.epilog))]
    return "\n".join(lines) + "\n"


def _names(option: Any) -> str:
    shown = ", ".join(f"\\fB{roff(one)}\\fR" for one in (*option.opts, *option.secondary_opts))
    if option.is_flag or option.count:
        return shown
    value = option.metavar or _KINDS.get(option.type.name, "VALUE")
    return f"{shown} \\fI{roff(value)}\\fR"


def _paragraph(text: str | None) -> Iterator[str]:
    """Yield the sentences of a text, each on a line, which is how roff wants them."""
    folded = " ".join((text or "").split())
    yield from filter(None, re.split(r"(?<=[.:;]) (?=[A-Z`])", folded))


def roff(text: str) -> str:
    """Return a text in which nothing acts as a request or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in {".", "'"} else text
