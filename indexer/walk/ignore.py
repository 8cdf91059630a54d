"""What ``.coopsearchignore`` files say: gitignore's rules, for one folder and all below it.

Reads one such file and answers for paths below its folder. It does not walk: which of several such files
wins is up to the walk, which asks the nearest first.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAME: Final = ".coopsearchignore"

#: Rules are written by hand; a file larger than this is something else.
_LIMIT: Final = 1024 * 1024
#: Each `*` multiplies the time a pattern can take on a long name. More in one part of a path is refused,
#: because an ignore file may have come with a folder from elsewhere.
_STARS: Final = 4


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one file."""

    spec: GitIgnoreSpec
    lines: Sequence[str]

    def verdict(self, relative: str) -> bool | None:
        """Say whether a path is ignored (True), is asked for by ``!`` (False), or is not spoken of (None).

        ``relative`` is the path below the rules' folder, with ``/``, and with one at its end for a folder.
        """
        return self.spec.check_file(relative).include

    def rule(self, relative: str) -> str:
        """Return the line that speaks of a path, "" if none does."""
        number = self.spec.check_file(relative).index
        return "" if number is None else self.lines[number]


def read_rules(path: str | os.PathLike[str]) -> tuple[Rules | None, Sequence[str]]:
    """Read an ignore file: its rules, None if it has none, and what is wrong with it, in plain words.

    A line that makes no sense is reported and the others hold. A file that cannot be read has no rules.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - a FIFO, say, would never end
            return None, ["these ignore rules are not in a file, so nothing is ignored by them"]
        with open(path, "rb") as stream:  # noqa: PTH123 - a str is opened as it is, without a Path made of it
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        return None, [f"these ignore rules cannot be read, so nothing is ignored by them: {error.strerror}"]
    if len(data) > _LIMIT:
        return None, ["these ignore rules are too large (over 1 MiB), so nothing is ignored by them"]
    # Names that are no UTF-8 come from the system in the same form, so they still match.
    lines = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff").splitlines()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return None, []
    from pathspec import GitIgnoreSpec

    good: list[str] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        reason = _fault(line)
        if reason:
            problems.append(f"line {number} of these ignore rules is left out: {reason}")
        else:
            good.append(line)
    return Rules(GitIgnoreSpec.from_lines(good), good), problems


def _fault(line: str) -> str:
    """Say what is wrong with a rule, "" for nothing."""
    if any(part.replace("**", "*").count("*") > _STARS for part in line.split("/")):
        return f"more than {_STARS} '*' in one part of a path"
    from pathspec import GitIgnoreSpec

    try:
        # Python warns of brackets that might one day mean something else; that is not the user's concern.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error, RecursionError):
        return "it is not a pattern"
    return ""
