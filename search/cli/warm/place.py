"""Where the socket of the resident process is, and what tells one Python with coopsearch from another.

Both ends ask here, so it imports next to nothing: it is loaded before anything is known of the command.
"""

from __future__ import annotations

import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: Longer addresses of sockets are refused by some systems.
_LONGEST: Final = 100
#: Variables by which the interpreter and the loader of libraries were told what to be.
_SHAPING: Final = ("PYTHON", "LD_", "DYLD_", "GLIBC_", "MALLOC_")
_PRIVATE: Final = 0o077


def folder() -> str | None:
    """Return the folder of the sockets of this user, which need not be there; None where there can be none.

    It is in the user's runtime folder, else in that for temporary files.
    """
    if sys.platform != "linux" or os.geteuid() != os.getuid():
        return None
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and os.path.isdir(runtime):  # noqa: PTH112 - without pathlib
        return f"{runtime}/coopsearch-warm"
    temporary = os.environ.get("TMPDIR", "")
    if not temporary.startswith("/"):
        # The first that tempfile would take, which takes longer to load than all of this.
        temporary = os.path.join(os.sep, "tmp")  # noqa: PTH118
    return f"{temporary}/coopsearch-warm-{os.geteuid()}"


def name() -> str:
    """Return what sockets of this installation are called: by its place, and the version of Python."""
    # Not a hash of hashlib, which takes longer to load than all else that is done here.
    text = f"{os.path.dirname(__file__)}\0{sys.version}\0{sys.prefix}"  # noqa: PTH120
    return f"{int.from_bytes(os.fsencode(text), 'big') % (2**61 - 1):016x}"


def address() -> str | None:
    """Return the address of the socket of this installation, None where there can be none."""
    place = folder()
    if place is None:
        return None
    found = f"{place}/{name()}.sock"
    return found if len(os.fsencode(found)) <= _LONGEST else None


def is_private(place: str) -> bool:
    """Say whether a folder is one, is this user's own, and nobody else can look into it or write there."""
    try:
        status = os.lstat(place)
    except OSError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and not stat.S_IMODE(status.st_mode) & _PRIVATE
    )


def identity() -> bytes:
    """Return what makes this interpreter what it is; only one of the same can stand in for it.

    The folder of the script, which comes first where the interpreter was not told to be safe, is apart: the
    other end takes that over.
    """
    shaping = sorted(one for one in os.environ.items() if one[0].startswith(_SHAPING))
    what = (
        sys.version,
        sys.executable,
        sys.prefix,
        tuple(sys.flags),
        sys.warnoptions,
        sys._xoptions,  # noqa: SLF001 - that is its name
        sys.path[first() :],
        sys.getfilesystemencoding(),
        sys.getfilesystemencodeerrors(),
        shaping,
    )
    return ascii(what).encode()


def first() -> int:
    """Return how many folders of the path are there for the script that was started."""
    return 0 if sys.flags.safe_path else 1
