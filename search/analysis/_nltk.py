"""NLTK's Snowball stemmers without the rest of NLTK.

``import nltk.stem.snowball`` runs ``nltk/__init__``, which imports all of NLTK: 0.5 s (0.26 to 1.5 s on
other machines), for a module that needs six small ones. Here those are executed as private modules, outside
``sys.modules`` and with an import function of their own: 20 ms. No other code sees anything of it, and a
plain ``import nltk`` before, after or meanwhile gives the real package. Whatever goes wrong, the plain
import is used. Does not depend on a particular language.
"""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Final

_lock: Final = threading.Lock()
_loaded: dict[str, ModuleType] = {}
#: Nothing in NLTK promises that a stemmer may be used by two threads at once.
_stemming: Final = threading.Lock()
_stemmers: Final[dict[str, Any]] = {}


def stem(name: str, word: str) -> str:
    """Return what NLTK's stemmer of a language, by NLTK's name for it, makes of a word.

    Safe for many threads. Raises ImportError if NLTK is not installed.
    """
    with _stemming:
        stemmer = _stemmers.get(name)
        if stemmer is None:
            stemmer = _stemmers[name] = getattr(snowball(), name + "Stemmer")()
        found: str = stemmer.stem(word)
    return found or word


def snowball() -> ModuleType:
    """Return the module ``nltk.stem.snowball``, or a private copy of it. Safe for many threads.

    Raises ImportError if NLTK is not installed.
    """
    with _lock:
        if "module" not in _loaded:
            _loaded["module"] = _load()
        return _loaded["module"]


def _load() -> ModuleType:
    if "nltk" not in sys.modules:
        try:
            return private()
        except Exception:  # noqa: BLE001, S110
            pass  # any surprise inside a future NLTK: the plain way is slower, never wrong
    import nltk.stem.snowball

    module: ModuleType = nltk.stem.snowball
    return module


def private() -> ModuleType:
    """Execute ``nltk.stem.snowball`` and what it needs of NLTK, as modules that only they can see.

    Raises whatever goes wrong: the caller falls back to the plain import.
    """
    import importlib.util

    spec = importlib.util.find_spec("nltk")  # a package's spec is found without running the package
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("NLTK is not installed as a plain package")
    folder = spec.submodule_search_locations[0]
    modules: dict[str, ModuleType] = {}
    for package in ("nltk", "nltk.stem", "nltk.corpus"):
        modules[package] = ModuleType(package)
    # Only ``ignore_stopwords=True`` reads it, from data that is never there.
    modules["nltk.corpus"].stopwords = None  # type: ignore[attr-defined]
    scope = dict(vars(builtins))

    def import_(
        name: str,
        outer: Mapping[str, Any] | None = None,
        local: Mapping[str, Any] | None = None,
        names: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level or name.partition(".")[0] != "nltk":
            return __import__(name, outer, local, names or (), level)
        module = modules.get(name) or execute(name)
        for wanted in names or ():
            if not hasattr(module, wanted):
                setattr(module, wanted, execute(f"{name}.{wanted}"))
        return module if names else modules["nltk"]

    def execute(name: str) -> ModuleType:
        from importlib.machinery import SourceFileLoader

        loader = SourceFileLoader(name, f"{folder}/{name.partition('.')[2].replace('.', '/')}.py")
        code = loader.get_code(name)
        if code is None:
            raise ImportError(f"no code for {name}")
        module = modules[name] = ModuleType(name)
        module.__dict__["__builtins__"] = scope
        exec(code, module.__dict__)  # noqa: S102  (NLTK's own code, as an import would run it)
        return module

    scope["__import__"] = import_
    return execute("nltk.stem.snowball")
