"""Readers of formats that need a library say what to install where it is not there, and cost nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.extract.nested import zipped

PDF = b"%PDF-1.4 whatever"
HTML = b"<html><body><p>crossings by night</p></body></html>"


def hidden(folder: Path, module: str) -> dict[str, str | None]:
    """Return an environment in which a module is not installed."""
    (folder / "hidden" / module).mkdir(parents=True)
    (folder / "hidden" / module / "__init__.py").write_text(
        f"raise ModuleNotFoundError('No module named {module}', name='{module}')", encoding="utf-8"
    )
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder / "hidden"), before)))}


@pytest.mark.parametrize(
    ("module", "package", "name", "data"),
    [
        ("pypdfium2", "pypdfium2", "a.pdf", PDF),
        ("selectolax", "selectolax", "a.html", HTML),
        ("charset_normalizer", "charset-normalizer", "a.txt", "Привет всем, это письмо".encode("koi8-r") * 9),
    ],
)
def test_missing(tmp_path: Path, run: Run, module: str, package: str, name: str, data: bytes) -> None:
    """The file fails with the command that helps, and is read by the next run once the library is there."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / name).write_bytes(data)
    (docs / "in.zip").write_bytes(zipped({name: data, "note.txt": b"a note beside it"}))
    (docs / "good.txt").write_text("smuggling routes", encoding="utf-8")
    done = run("index", "docs", "--index", "ix", cwd=tmp_path, env=hidden(tmp_path, module))
    assert done.code == 2
    for place in (name, f"in.zip!{name}"):
        (line,) = (line for line in done.err.splitlines() if f"docs/{place}: " in line)
        assert line.endswith(f"run: pip install {package}")
    assert run("smuggling", "--index", "ix", cwd=tmp_path).code == 0
    assert run("beside", "--index", "ix", cwd=tmp_path).code == 0
    again = run("index", "docs", "--index", "ix", cwd=tmp_path)
    lines = [line for line in again.err.splitlines() if line.startswith(f"failed: docs/{name}: ")]
    assert not [line for line in lines if "pip install" in line]
