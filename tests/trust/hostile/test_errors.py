"""Whatever the libraries below raise, what leaves the commands and faces is an error of ours."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.indexer import check, status, sync
from coopsearch.indexer.extract.text import plain as text
from coopsearch.search import CoopsearchError, open_index
from coopsearch.search.engines import NAMES
from tests.trust.conftest import Ledger, Scale
from tests.trust.trials import make

#: Whose exceptions can come up: what reads an index, what reads files, what finds and watches them.
LIBRARIES: Final = (
    "whoosh", "numpy", "zlib", "json", "struct", "mmap", "selectolax", "pypdfium2", "zipfile", "xml", "email",
    "charset_normalizer", "rapidfuzz", "filelock", "pathspec", "watchdog", "builtins", "codecs", "csv",
    "tarfile", "lzma", "bz2", "gzip", "sqlite3", "pickle", "striprtf", "python_calamine", "subprocess",
    "concurrent.futures",
)  # fmt: skip
#: Those that mean that the process is to end, or that Python itself uses.
NOT_FAULTS: Final = (
    KeyboardInterrupt, SystemExit, GeneratorExit, StopIteration, StopAsyncIteration, Warning, MemoryError,
    BaseExceptionGroup,
)  # fmt: skip


def exceptions() -> list[type[Exception]]:
    """Return every class of exception of the libraries, found by walking their modules."""
    found: dict[str, type[Exception]] = {}
    for name in LIBRARIES:
        for module in _modules(name):
            for one in vars(module).values():
                if inspect.isclass(one) and issubclass(one, Exception) and not issubclass(one, NOT_FAULTS):
                    found[f"{one.__module__}.{one.__qualname__}"] = one
    return [found[name] for name in sorted(found)]


def _modules(name: str) -> Iterator[Any]:
    try:
        top = importlib.import_module(name)
    except ImportError:
        return
    yield top
    for info in pkgutil.walk_packages(getattr(top, "__path__", ()), f"{name}.", onerror=lambda _: None):
        if any(
            part in info.name
            for part in ("test", "__main__", "conftest", "f2py", "distutils", "_pyinstaller")
        ):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield importlib.import_module(info.name)
            except Exception:  # noqa: BLE001 - of another system, or with something that is not installed
                continue


def made(kind: type[Exception]) -> Exception | None:
    """Return an exception of a class, None if it is made of what cannot be guessed."""
    for arguments in (
        ("made up",),
        (),
        (1, "made up"),
        ("utf-8", b"x", 0, 1, "made up"),
        ("made up", "x", 0),
        ("a", "b"),
    ):
        try:
            one = kind(*arguments)
            # Some take anything and fail when they are to say what they were given.
            str(one)
        except Exception:  # noqa: BLE001 - another number of arguments
            continue
        else:
            return one
    return None


@pytest.fixture(scope="module")
def faults() -> list[Exception]:
    """One exception of each class."""
    return [one for kind in exceptions() if (one := made(kind)) is not None]


def raising(fault: Exception) -> Callable[..., Any]:
    """Return a stand-in for anything that is called."""

    def stand_in(*_: Any, **__: Any) -> Any:
        raise fault

    return stand_in


def told(work: Callable[[], object]) -> str:
    """Return the name of what leaves some work if it is not ours, "" otherwise."""
    try:
        work()
    except CoopsearchError as error:
        return "" if "\n" not in str(error).strip() else f"several lines: {error}"
    except Exception as error:  # noqa: BLE001 - which one it is, is what is asked
        return f"{type(error).__module__}.{type(error).__qualname__}: {error}"
    return ""


#: Below which names an engine reads: each is replaced by what raises. (module, class, method)
BELOW: Final = {
    "columns": [
        ("coopsearch.search.engines.columns.storage.column_file", "Column", "slice"),
        ("coopsearch.search.engines.columns.storage.column_file", "Column", "at"),
        ("coopsearch.search.engines.columns.storage.column_file", "Column", "take"),
        ("coopsearch.search.engines.columns.storage.doc_store", "Store", "__init__"),
    ],
    "whoosh": [
        ("coopsearch.search.engines.whoosh.evaluate", "Evaluator", "scores"),
        ("whoosh.codec.whoosh3", "W3TermsReader", "matcher"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("engine", NAMES)
def test_reading(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ledger: Ledger,
    scale: Scale,
    faults: list[Exception],
    engine: str,
) -> None:
    """What a library raises while an index is asked, checked or described leaves as an error of ours."""
    index = make(tmp_path, engine)
    wrong: list[str] = []
    tried = 0
    works: dict[str, Callable[[], object]] = {
        "search": lambda: _searched(index), "check": lambda: check(index), "status": lambda: status(index),
    }  # fmt: skip
    for place, (module, owner, method) in enumerate(BELOW[engine]):
        holder = getattr(importlib.import_module(module), owner)
        # Each class at one place; at all of them in a long run.
        for fault in faults[place % scale(len(BELOW[engine]), 1) :: scale(len(BELOW[engine]), 1)]:
            with monkeypatch.context() as patch:
                patch.setattr(holder, method, raising(fault))
                for name, work in works.items():
                    tried += 1
                    if found := told(work):
                        wrong.append(f"{name}, {owner}.{method}: {found}")
    kinds = len(faults)
    ledger(
        "damage",
        f"exceptions while reading ({engine})",
        tried=tried,
        wrong=len(wrong),
        note=f"{kinds} classes",
    )
    assert kinds > 100
    assert not wrong, f"{len(wrong)} of {tried}\n" + "\n".join(wrong[:40])


def _searched(index: Path) -> object:
    with open_index(index) as opened:
        return [
            opened.search("alpha", facets=["lang"]), opened.search('"smuggling routes"', sort="newest"),
            opened.similar(index.parent / "docs" / "a7.txt"), opened.rank("alpha"),
            opened.diagnose("alfa beta"),
        ]  # fmt: skip


def test_extraction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger, faults: list[Exception]
) -> None:
    """What a library raises over a file becomes that file's row; all others are indexed."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(len(faults)):
        (docs / f"bad{number}.txt").write_text(f"bad {number}", encoding="utf-8")
    (docs / "good.txt").write_text("good", encoding="utf-8")
    real = text.extract

    def read(source: Any) -> Any:
        name = Path(str(source.address)).stem
        if name.startswith("bad"):
            raise faults[int(name.removeprefix("bad"))]
        return real(source)

    monkeypatch.setattr(text, "extract", read)
    report = sync([docs], tmp_path / "index_data", workers=1)
    rows = {Path(one.path).stem: one.reason for one in (*report.failed, *report.lacking)}
    wrong = [
        f"{type(fault).__module__}.{type(fault).__qualname__}: {rows.get(f'bad{number}')}"
        for number, fault in enumerate(faults)
        # A file that is gone by the time it is read has no row: it is as if it had never been there.
        if not isinstance(fault, (FileNotFoundError, NotADirectoryError))
        if not rows.get(f"bad{number}", "") or "\n" in rows[f"bad{number}"]
    ]
    ledger("damage", "exceptions while a file is read", tried=len(faults), wrong=len(wrong))
    assert report.documents == 1
    assert not wrong, f"{len(wrong)} of {len(faults)}\n" + "\n".join(wrong[:40])
