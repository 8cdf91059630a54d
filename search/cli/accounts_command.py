"""``coopsearch accounts``: who may sign in to a service that a team shares.

Reads the options and asks for passwords; ``search.accounts`` keeps them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from coopsearch.search.accounts.kept import Account, add, change, check_new, existing, named, read, remove
from coopsearch.search.accounts.names import checked_name
from coopsearch.search.cli.app import Command, app
from coopsearch.search.cli.display.render import as_json as json_of
from coopsearch.search.cli.display.terminal import ADDRESS, safe
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.signals import Raising
from coopsearch.search.errors import SettingsError

#: Bytes of a password from a pipe: more than the longest that is taken.
_MOST: Final = 8192
_ASKING: Final = ("add", "password")


@app.command(
    "accounts",
    cls=Command,
    epilog="Examples: coopsearch accounts add ann --accounts team.accounts; coopsearch accounts list "
    "--accounts team.accounts. Actions: add NAME asks for a password, twice, and makes the file if it is not "
    "there; password NAME gives another one; remove NAME; list. Who was removed, or has another password, is "
    "signed out of a service that runs. Exit code: 0 done, 1 the file holds nobody, 2 error.",
)
def accounts(
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="add, password, remove or list.", show_default=False)
    ],
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Whom it is about.", show_default=False)
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--accounts", metavar="FILE", help="The file of accounts, which is yours alone."),
    ] = None,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin", help="Read the password from standard input, as scripts hand it over."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON objects, one a line.")] = False,
) -> int:
    """Keep the accounts of those who may sign in to a service that a team shares."""
    actions: dict[str, Callable[[Path, str], Account]] = {
        "add": lambda path, who: add(path, who, _password(who, from_pipe=password_stdin)),
        "password": lambda path, who: change(path, who, _password(who, from_pipe=password_stdin)),
        "remove": remove,
    }
    if action not in {*actions, "list"}:
        raise SettingsError(f"accounts has no action {action!r:.40}; there are: {', '.join(actions)}, list")
    if not file:
        raise SettingsError("say which file, as in: coopsearch accounts list --accounts team.accounts")
    if password_stdin and action not in _ASKING:
        raise SettingsError(
            "--password-stdin belongs to `accounts add` and `accounts password`; leave it out"
        )
    path = Path(file)
    if action == "list":
        if name is not None:
            raise SettingsError("`accounts list` takes no name; leave it out")
        return _list(path, as_json=as_json)
    if name is None:
        raise SettingsError(f"say who, as in: coopsearch accounts {action} ann --accounts {file}")
    name = checked_name(name) if action == "add" else name
    # Before anybody types a password.
    there = existing(path) if action == "add" else read(path)
    if action == "add":
        check_new(there, name, path)
    else:
        name = named(there, name, path).name
    done = actions[action](path, name)
    what = {"add": "added", "password": "changed", "remove": "removed"}[action]
    if as_json:
        print(json_of({"account": done.name, "done": what}))
    else:
        print(f"{what} {done.name}" if what != "changed" else f"changed the password of {done.name}")
    return Exit.FOUND


def _list(path: Path, *, as_json: bool) -> int:
    found = read(path)
    for one in found.values():
        print(json_of(_value(one)) if as_json else one.name)
    if not found:
        print(f"nobody has an account in {safe(str(path), ADDRESS)}", file=sys.stderr)
    return Exit.FOUND if found else Exit.NOTHING


def _value(account: Account) -> dict[str, Any]:
    n, r, p = account.secret.parameters
    return {"account": account.name, "n": n, "r": r, "p": p}


def _password(name: str, *, from_pipe: bool) -> str:
    """Return the password that somebody types, twice and unseen, or that a script hands over."""
    # Imported here: what else the command does needs no terminal.
    import getpass

    from coopsearch.search.accounts.passwords import checked_password, normal

    if from_pipe:
        return checked_password(_piped(), name)
    if not sys.stdin.isatty():
        raise SettingsError("nobody is there to type a password; a script gives --password-stdin")
    try:
        # Ctrl-C has to leave a terminal that shows again what is typed.
        with Raising():
            password = checked_password(getpass.getpass(f"Password for {name}: "), name)
            if normal(getpass.getpass("The same again: ")) != password:
                raise SettingsError("these were two different passwords; nothing was changed, try again")
    except EOFError:
        raise SettingsError("no password was typed; nothing was changed") from None
    return password


def _piped() -> str:
    data = sys.stdin.buffer.read(_MOST + 1)
    if len(data) > _MOST:
        raise SettingsError("standard input holds more than a password; hand over that alone")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise SettingsError("the password on standard input is not UTF-8; write it so") from None
    return text.removesuffix("\n").removesuffix("\r")
