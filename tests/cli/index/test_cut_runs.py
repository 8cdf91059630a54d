"""Runs that meet, are interrupted or are killed: the next one makes the index whole."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.index.indexing import FILES, all_found, counts, cut, index, many, start, wait_for
from tests.conftest import Run


def test_two_writers(run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """A second run waits for the first, or says who holds the index when it has waited long enough."""
    many(project / "seeds", FILES)
    # The slower engine, so that the first run still holds the index when the others come.
    with start(command, "index", "-q", "--engine", "whoosh", cwd=project, env=clean_env) as first:
        wait_for(project / "index_data" / "lock.json")
        done = run("index", "--wait", "0.2", cwd=project)
        assert done.code == 2
        assert f"process {first.pid}" in done.err.splitlines()[-1]
        patient = run("index", "--json", cwd=project)
        assert first.wait() == 0
    assert patient.code == 0
    assert "waiting for process" in patient.err
    (report,) = patient.objects()
    assert (report["unchanged"], report["documents"]) == (FILES + 1, FILES + 1)


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_interruption(
    run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path, how: signal.Signals, code: int
) -> None:
    """An interrupted run leaves an index that answers; the next run goes on and ends as it should."""
    # So many that the run is not at its end when the signal comes.
    files = 5 * FILES
    many(project / "seeds", files)
    with start(command, "index", "-q", cwd=project, env=clean_env) as first:
        wait_for(project / "index_data" / "index.json")
        time.sleep(0.3)
        first.send_signal(how)
        assert first.wait() == code
        assert first.stderr is not None
        assert "Traceback" not in first.stderr.read()
    during = run("-n0", "zander", cwd=project)
    assert during.code in (0, 1)
    report = index(run, project)
    assert report["documents"] == files + 1
    if how is signal.SIGINT:
        assert report["unchanged"] > 0
    assert run("-n0", "zander", cwd=project).err.startswith(all_found(files).rstrip())


def test_rebuild_serves(run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """While an index is rebuilt the old one answers; a rebuild that is killed is taken up again."""
    files = 4 * FILES  # so many that the rebuild is not at its end when it is killed
    many(project / "seeds", files)
    index(run, project)
    with start(command, "index", "--rebuild", "-q", cwd=project, env=clean_env) as first:
        wait_for(project / "index_data" / "data-2" / "pending.json")
        assert run("-n0", "zander", cwd=project).err.startswith(all_found(files).rstrip())
        first.kill()
    assert run("-n0", "zander", cwd=project).err.startswith(all_found(files).rstrip())
    assert index(run, project, "--rebuild")["documents"] == files + 1
    assert sorted(path.name for path in (project / "index_data").glob("data-*")) == ["data-2"]


def test_rebuild_after_a_cut_run(run: Run, project: Path) -> None:
    """A first build that was killed and finished later is whole: --rebuild then reads everything anew."""
    (project / "seeds" / "a.txt").write_text("zander", encoding="utf-8")
    for file in (project / "seeds").iterdir():
        os.utime(file, (1_000_000_000, 1_000_000_000))
    cut(project, rebuild=False)
    assert index(run, project)["documents"] == 2
    assert counts(index(run, project, "--rebuild"))[0] == 2


def test_rebuild_over_a_damaged_rebuild(run: Run, project: Path) -> None:
    """What a cut rebuild left, however damaged, does not keep the next one from ending."""
    (project / "seeds" / "a.txt").write_text("zander", encoding="utf-8")
    index(run, project)
    cut(project, rebuild=True)
    for file in (project / "index_data" / "data-2").iterdir():
        if file.is_file() and file.name != "pending.json":
            file.write_bytes(b"")
    assert run("-n0", "zander", cwd=project).err == "1 of 2 documents match; all 2 files searched\n"
    done = run("index", "--rebuild", cwd=project)
    assert (done.code, done.err) == (0, ""), done
    assert run("-n0", "zander", cwd=project).err == "1 of 2 documents match; all 2 files searched\n"


def test_killed_equals_uninterrupted(run: Run, project: Path) -> None:
    """After a killed run the next one makes the index that an uninterrupted one makes."""
    many(project / "seeds", 40)
    cut(project, rebuild=False)
    assert index(run, project)["documents"] == 41
    queries = ("zander word3 word500", "smuggling -zander", "word9*", '"word37 word38"')
    answers = [run("--json", "-n", "50", "--", query, cwd=project).out for query in queries]
    shutil.rmtree(project / "index_data")
    index(run, project)
    assert [run("--json", "-n", "50", "--", query, cwd=project).out for query in queries] == answers
    assert all(answers)
