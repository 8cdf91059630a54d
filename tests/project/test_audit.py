"""The audit of the packages sees what it is there for, and never fails for want of a network."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from packaging.specifiers import SpecifierSet

#: A hash of the right form.
HASH = "--hash=sha256:" + "0" * 64

#: Audits without a network; returns the exit code and what was printed.
Audit = Callable[[], tuple[int, str]]


@pytest.fixture(scope="module")
def module(repo: Path) -> ModuleType:
    """The module that audits."""
    spec = importlib.util.spec_from_file_location(
        "coopsearch_audit", repo / "benchmarks" / "trust" / "audit.py"
    )
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def project(repo: Path, tmp_path: Path) -> Path:
    """A folder with the locks and what the audit reads beside them."""
    shutil.copy(repo / "pyproject.toml", tmp_path)
    shutil.copytree(repo / "requirements", tmp_path / "requirements")
    return tmp_path


@pytest.fixture
def audit(module: ModuleType, project: Path, capsys: pytest.CaptureFixture[str]) -> Audit:
    """Audits the copy."""

    def run() -> tuple[int, str]:
        code: int = module.main([f"--project={project}", "--offline"])
        out, err = capsys.readouterr()
        assert err == ""
        return code, out

    return run


def change(project: Path, name: str, old: str, new: str) -> None:
    """Replace a text of a file of requirements/ once; it must be there."""
    path = project / "requirements" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_locks_pass(audit: Audit) -> None:
    """The locks as they are have no fault, and what was not looked at is said."""
    code, out = audit()
    assert code == 0, out
    lines = out.splitlines()
    assert [line for line in lines if line.startswith("ok ")] == lines[:5]
    assert all(line.startswith("not done ") for line in lines[5:])
    assert lines[-1].endswith("(--offline)")


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            "run.txt",
            "nltk==3.10.4",
            "nltk>=3.10.4",
            "run.txt: 'nltk>=3.10.4' is not one version of one package",
        ),
        (
            "run.txt",
            "# via typer",
            f"# via typer\n--find-links=x {HASH}",
            "'--find-links=x' is not one version",
        ),
        (
            "run.txt",
            "mdurl==0.1.2 \\\n",
            "mdurl==0.1.2\n#",
            "run.txt: mdurl has no hashes, or others than SHA-256",
        ),
        ("run.txt", "--hash=sha256:", "--hash=md5:", "run.txt: annotated-doc has no hashes, or others"),
        ("run.txt", "mdurl==0.1.2", "mdurl==0.1.1", "dev.txt: mdurl is 0.1.2, but 0.1.1 in run.txt"),
        ("dev.txt", "#   markdown-it-py", "#   mdurl", "dev.txt: mdurl is required by nothing"),
        (
            "dev.txt",
            "    #   markdown-it-py",
            "    #   rich",
            "dev.txt: mdurl is said to be required by rich",
        ),
        (
            "dev.txt",
            "    #   markdown-it-py",
            "    #   coopsearch (dev)",
            "mdurl is not declared in pyproject",
        ),
        (
            "dev.txt",
            "pluggy==1.7.0 ",
            "plugged==1.7.0 ",
            "dev.txt: pluggy, which pytest requires, is not there",
        ),
        ("dev.txt", "pluggy==1.7.0 ", "plugged==1.7.0 ", "pluggy 1.7.0 is installed, and no lock names it"),
        ("dev.txt", "pytest==9.", "pytest==8.", "is installed, locked is 8."),
        ("dev.txt", "pytest==9.", "pytester==9.", "dev.txt: pytest is declared and not there"),
        ("run.txt", "nltk==3.10.4", "nltk==3.9.2", "run.txt: nltk 3.9.2 is affected by CVE-2025-14009"),
        ("dev.txt", "nltk==3.10.4", "nltk==3.8.1", "dev.txt: nltk 3.8.1 is affected by CVE-2024-39705"),
        ("dev.txt", "filelock==4.", "filelock==3.2.", "is affected by CVE-2026-22701"),
        (
            "licences.toml",
            '    "MPL-2.0",\n',
            "",
            "hypothesis: its licence is 'MPL-2.0', which is not in the list",
        ),
        (
            "licences.toml",
            "dependency licenses",
            "all",
            "pypdfium2: its licence is 'BSD-3-Clause, Apache-2.0, dep",
        ),
    ],
)
def test_a_fault_is_seen(audit: Audit, project: Path, name: str, old: str, new: str, fault: str) -> None:
    """Whatever is wrong with a lock or its packages is told, and the audit ends with 1."""
    change(project, name, old, new)
    code, out = audit()
    assert code == 1, out
    assert any(fault in line for line in out.splitlines()), out


def test_a_licence_may_be_chosen(audit: Audit, project: Path) -> None:
    """Of licences joined by OR one that is allowed suffices, of those joined by AND all must be."""
    change(project, "licences.toml", '    "BSD-2-Clause",\n', "")
    assert "packaging: " not in audit()[1]  # Apache-2.0 OR BSD-2-Clause
    change(project, "licences.toml", '    "Zlib",\n', "")
    assert "numpy: its licence is" in audit()[1]  # BSD-3-Clause AND ... AND Zlib


def test_without_a_network(repo: Path) -> None:
    """Where the index cannot be reached the audit says what it could not do, and does not fail for that."""
    names = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "ALL_PROXY")
    nowhere = dict.fromkeys(names, "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, repo / "benchmarks" / "trust" / "audit.py"],
        # As dev.py starts it; a pip-audit of the machine has no say here.
        env={**os.environ, "PYTHONPATH": str(repo), "PATH": "", "NO_PROXY": "", "no_proxy": "", **nowhere},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    undone = [line for line in done.stdout.splitlines() if line.startswith("not done ")]
    assert undone[-2].endswith(": the index cannot be reached")
    assert undone[-1].endswith(": pip-audit is not installed")


def test_every_advisory_has_all_that_is_needed(repo: Path) -> None:
    """An advisory names a package of the locks, the versions, where to read about it, and a reason."""
    text = (repo / "requirements" / "advisories.toml").read_text(encoding="utf-8")
    locks = [(repo / "requirements" / name).read_text(encoding="utf-8") for name in ("dev.txt", "bench.txt")]
    entries = tomllib.loads(text)["advisory"]
    assert len({entry["id"] for entry in entries}) == len(entries) > 10
    for entry in entries:
        assert entry.keys() == {"package", "affected", "id", "reason"}
        assert any(f"\n{entry['package']}==" in lock for lock in locks), entry["package"]
        assert str(SpecifierSet(entry["affected"]))
