"""Readers of formats that need a library say what to install where it is not there, and cost nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.extract.nested import zipped
from tests.extract.office.office_files import docx, paragraph

PDF = b"%PDF-1.4 whatever"
MAIL = b"From: a@b.c\nContent-Type: text/html\n\n<p>other crossings by night</p>"
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
    assert "pip install" not in again.err
    state = run("status", "--index", "ix", "--state", "in-part", cwd=tmp_path).out
    assert ("in.zip" in state) == (name == "a.pdf"), "the PDF is none"


def test_none(tmp_path: Path, run: Run) -> None:
    """Without any of them, all other formats are indexed and found."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for module in ("pypdfium2", "selectolax", "charset_normalizer"):
        env = hidden(tmp_path, module)
    files = {"a.txt": b"smuggling", "b.md": b"# smuggling", "c.csv": b"a,b\nsmuggling,1\n", "f.pdf": PDF}
    files |= {"d.docx": docx(paragraph("smuggling")), "e.zip": zipped({"in.txt": b"smuggling"})}
    files |= {"g.eml": b"From: a@b.c\nSubject: x\n\nsmuggling\n"}
    for name, data in files.items():
        (docs / name).write_bytes(data)
    done = run("index", "docs", "--index", "ix", cwd=tmp_path, env=env)
    assert done.err.count("failed: ") == 1
    assert "docs/f.pdf" in done.err
    found = run("smuggling", "--json", "--index", "ix", cwd=tmp_path, env=env).objects()
    assert {Path(one["shown"]).name for one in found} | {"e.zip!in.txt"} >= set(files) - {"f.pdf", "e.zip"}
    assert len(found) == len(files) - 1


BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
"""


def test_members(tmp_path: Path, run: Run) -> None:
    """A member is read once its library is there, and its archive is not read over and over until then."""
    docs = tmp_path / "docs"
    docs.mkdir()
    with (docs / "in.zip").open("wb") as stream:
        stream.write(zipped({"a.html": HTML, "mail.eml": MAIL, "note.txt": b"a note beside it"}))
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text(BLOCKED.format(module="selectolax"), "utf-8")
    path = os.pathsep.join(filter(None, (str(tmp_path / "hidden"), os.environ.get("PYTHONPATH"))))

    def counts(**more: str) -> tuple[int, int, int]:
        report = run("index", "docs", "--index", "ix", "--json", cwd=tmp_path, env={**more}).objects()[0]
        told = [one["shown"].rpartition("!")[2] for one in report["failed"]]
        assert all("pip install selectolax" in one["reason"] for one in report["failed"])
        return report["updated"], report["unchanged"], len(told)

    assert counts(PYTHONPATH=path) == (0, 0, 2)
    assert counts(PYTHONPATH=path) == (0, 1, 2)
    assert run("crossings", "--index", "ix", cwd=tmp_path).code == 1
    assert run("beside", "--index", "ix", cwd=tmp_path).code == 0
    assert counts() == (1, 0, 0)
    found = run("crossings", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert {one["shown"].rpartition("!")[2] for one in found} == {"a.html", "mail.eml"}
    assert counts() == (0, 1, 0)
