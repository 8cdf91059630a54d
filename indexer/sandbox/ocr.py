"""Tesseract: a program that recognises the text of a picture, found on the machine and run within limits.

It is started for one picture, which it gets by its input as plain grey points under a header that is made
here; its answer comes back by its output. So no byte of a document decides what kind of file it reads, and
no file is written. Does not depend directly on file formats.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Final, NamedTuple

from coopsearch.indexer.children import Exit
from coopsearch.indexer.extract.base import DPI, Picture
from coopsearch.indexer.sandbox.child import Limits
from coopsearch.search.analysis.language import packaged
from coopsearch.search.errors import ExtractionError, FileState, SettingsError

PROGRAM: Final = "tesseract"
#: The languages that are asked for, by Tesseract's names, and what Debian calls their packages.
LANGUAGES: Final = {
    one.ocr: f"tesseract-ocr-{one.ocr.replace('_', '-')}" for one in packaged().values() if one.ocr
}
#: English comes with the program.
_ALL: Final = " ".join(("tesseract-ocr", *(package for name, package in LANGUAGES.items() if name != "eng")))
#: What tells how a page is turned.
_TURNS: Final = "osd"
_SECONDS_TO_START: Final = 20
_MIB: Final = 1024**2


class Recogniser(NamedTuple):
    """The program and what it is asked for. Can be sent to another process."""

    program: str
    languages: str
    """By Tesseract's names, joined by plus signs."""
    turns: bool
    """Whether it can tell how a page is turned."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages of languages that are not here."""
        held = self.languages.split("+")
        return tuple(package for name, package in LANGUAGES.items() if name not in held)

    def read(self, picture: Picture, limits: Limits) -> bytes:
        """Return what is written in a picture, as hOCR. Raises ExtractionError."""
        width, height, grey = picture
        # It comes from a process that a document may have taken over.
        values: tuple[object, ...] = (width, height, grey)
        if [type(value) for value in values] != [int, int, bytes] or width * height != len(grey) or width < 1:
            raise ExtractionError("OCR failed: a picture's size is not what it says")
        mode = "1" if self.turns else "3"
        command = [self.program, "stdin", "stdout", "-l", self.languages, "--dpi", str(DPI), "--psm", mode]
        header = f"P5 {width} {height} 255\n".encode()
        try:
            process = subprocess.Popen(
                [*command, "hocr"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
                # Ctrl-C reaches every process of a group; the run decides what it means.
                process_group=0 if os.name == "posix" else None,
            )
        except OSError as error:
            raise ExtractionError(f"OCR failed: {PROGRAM} cannot be started ({error.strerror})") from None
        try:
            _bound(process.pid, limits)
            answer: bytes = process.communicate(header + grey, timeout=limits.seconds)[0]
        except subprocess.TimeoutExpired:
            raise ExtractionError(
                f"OCR took longer than {limits.seconds:g} s and was stopped; "
                "raise that with --limit seconds=N",
                FileState.TOO_LARGE,
            ) from None
        finally:
            process.kill()
            process.communicate()
        if len(answer) > limits.output:
            raise ExtractionError(
                f"OCR gives over {limits.output // _MIB:,} MiB; raise that with --limit output=MIB",
                FileState.TOO_LARGE,
            )
        if process.returncode:
            raise _fault(process.returncode, limits)
        return answer


def find() -> Recogniser:
    """Return the program with those of its languages that are here.

    Raises SettingsError, which says what to install.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise SettingsError(
            f"--ocr needs the program {PROGRAM}, which is not on this machine; install it "
            f"(Debian, Ubuntu: `apt-get install {_ALL}`)"
        )
    try:
        told = subprocess.run(
            [program, "--list-langs"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS_TO_START,
            check=True,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError) as error:
        raise SettingsError(
            f"--ocr needs {PROGRAM}, and {program} does not start ({error}); install it anew"
        ) from None
    held = {line.strip() for line in told.splitlines()}
    languages = [name for name in LANGUAGES if name in held]
    if not languages:
        raise SettingsError(
            f"--ocr needs languages of {PROGRAM}, and none of {', '.join(LANGUAGES)} is installed "
            f"(Debian, Ubuntu: `apt-get install {_ALL}`)"
        )
    return Recogniser(program, "+".join(languages), _TURNS in held)


def _bound(number: int, limits: Limits) -> None:
    """Have the system end a process where it takes more. It does nothing before its picture comes."""
    try:
        from resource import RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_FSIZE, prlimit
    except ImportError:
        return  # The clock alone ends it.
    wanted = {RLIMIT_CPU: limits.cpu, RLIMIT_AS: limits.memory, RLIMIT_FSIZE: 0, RLIMIT_CORE: 0}
    for kind, most in wanted.items():
        try:
            prlimit(number, kind, (most, most))
        except (OSError, ValueError):
            continue  # It ended at once, or has less already.


def _fault(code: int, limits: Limits) -> ExtractionError:
    ended = Exit(code)
    if ended.signal in {"SIGXCPU", "SIGKILL"}:
        return ExtractionError(
            f"OCR took more than {limits.cpu:,} s of processor time and was stopped; "
            "raise that with --limit cpu=N",
            FileState.TOO_LARGE,
        )
    return ExtractionError(
        f"OCR failed: {PROGRAM} ended ({ended}); more memory may help: --limit memory=MIB", FileState.FAILED
    )
