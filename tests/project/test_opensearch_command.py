"""`dev.py opensearch` says what is wrong in a line, and leaves nothing behind.

Stand-ins take the places of Java and Maven. Real nodes are started in ``tests/engines/opensearch``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cluster import free_folder, runs
from tests.project.opensearch_stage import COMMON, GOES_ON, JARS, NO_MAVEN, OTHER, Stage, wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nodes are started on Linux and macOS alone")


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A machine of made-up programs."""
    folder = free_folder()
    folder.mkdir()
    folder.chmod(0o755)
    made = Stage(folder)
    yield made
    assert made.left() == []
    shutil.rmtree(folder)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of somebody else."""
    with subprocess.Popen(["/bin/sleep", "600"]) as process:
        yield process
        process.kill()


def no_java(stage: Stage) -> None:
    (stage.programs / "java").unlink()


def no_maven(stage: Stage) -> None:
    (stage.programs / "mvn").unlink()


def java(version: str, body: str = GOES_ON) -> Callable[[Stage], None]:
    return lambda stage: stage.java(version, body)


def maven(body: str) -> Callable[[Stage], None]:
    return lambda stage: stage.program("mvn", body)


def folder_exists(stage: Stage) -> None:
    stage.run.mkdir()


TRACE: Final = "echo 'java.lang.Error: no space'; echo '    at org.opensearch.Node'; exit 1"
TAKEN: Final = "echo 'java.net.BindException: Address already in use'; exit 1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (no_java, "Java is needed to run OpenSearch and is not on PATH"),
        (java("1.8.0_402"), "is Java 8; OpenSearch 2.19.6 needs one of 11 to 23"),
        (java("25"), "is Java 25; OpenSearch 2.19.6 needs one of 11 to 23"),
        (lambda stage: stage.program("java", "echo none; exit 1"), "does not say its version: none\n"),
        (no_maven, "Maven is needed to get the jars of OpenSearch and is not on PATH"),
        (maven(NO_MAVEN), "jars of OpenSearch 2.19.6: Could not find artifact org.opensearch:opensearch\n"),
        (maven("exit 1"), "Maven cannot get the jars of OpenSearch 2.19.6: it printed nothing\n"),
        (java("17", TRACE), "node0 ended; the last lines of its log:\n    java.lang.Error: no space\n"),
        (java("17", TAKEN), "was taken meanwhile; try again\n"),
        (folder_exists, "exists already; name another (--run)\n"),
        (lambda stage: stage.note(1, "x"), "exists already; `dev.py opensearch stop` ends what runs there"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(stage: Stage, change: Callable[[Stage], None], said: str) -> None:
    """What is missing or fails is named in a line, and of nodes that did not start nothing is left."""
    change(stage)
    was_there = stage.run.exists()
    code, out, err = stage("start", f"--run={stage.run}")
    assert (code, out) == (2, "")
    said_last = err[err.rindex("dev.py: ") :]
    assert said in said_last
    assert said_last.count("\n") == said.rstrip("\n").count("\n") + 1
    assert stage.run.exists() == was_there


def test_java_home_counts_before_the_path(stage: Stage) -> None:
    """A Java that was named is taken, or it is said that it is not there."""
    code, _, err = stage("prepare", JAVA_HOME=str(stage.folder))
    assert (code, err) == (0, err)
    code, _, err = stage("prepare", JAVA_HOME="/nowhere")
    assert (code, err) == (2, "dev.py: there is no Java at /nowhere/bin/java, where JAVA_HOME points\n")


def test_a_taken_port_is_named(stage: Stage) -> None:
    """Who asks for a port that another program has is told which, before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, _, err = stage("start", f"--run={stage.run}", f"--port={port - 1}", "--nodes=2")
    assert code == 2
    assert f"port {port} is taken" in err or f"port {port - 1} is taken" in err
    assert not stage.run.exists()


@pytest.mark.parametrize(
    "wrong", ["--nodes=0", "--nodes=x", "--heap=big", "--heap=0m", "--port=0", "--port=65535"]
)
def test_a_wrong_number_is_refused(stage: Stage, wrong: str) -> None:
    """A number that cannot be meant is refused before anything is done."""
    code, _, err = stage("start", f"--run={stage.run}", wrong)
    assert code == 2
    assert err.splitlines()[-1].startswith("dev.py opensearch")
    assert not (stage.folder / "asked").exists()


def test_jars_are_laid_out_once(stage: Stage) -> None:
    """Of two that need the jars at once one gets them, and a jar of the library is in no module again."""
    both = [stage.begin("prepare", SLOW="0.5") for _ in range(2)]
    ended = [one.communicate(timeout=60) for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert ended[0][0] == ended[1][0]
    assert (stage.folder / "asked").read_text() == "asked\n"
    home = Path(ended[0][0].strip())
    assert [path.name for path in home.parent.iterdir()] == [home.name]
    assert {path.name for path in home.iterdir()} == {"bin", "lib", "modules", "plugins"}
    jars = sorted(path.relative_to(home).as_posix() for path in home.rglob("*.jar"))
    assert jars == list(JARS)
    descriptor = (home / "modules" / "reindex" / "plugin-descriptor.properties").read_text()
    assert "extended.plugins=lang-painless\n" in descriptor


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(COMMON, OTHER), "lib/common.jar that Maven got does not have the hash of"),
        (lambda text: text.partition("\n")[2], "Maven got lib/common.jar, which jars.sha256 does not name"),
        (lambda text: text + f"{OTHER}  lib/a.jar\n", "Maven did not get lib/a.jar, which jars.sha256 names"),
    ],
)
def test_other_jars_are_not_run(stage: Stage, change: Callable[[str], str], said: str) -> None:
    """A jar that is not the locked one is named, and nothing is laid out until the list says otherwise."""
    stage.hashes.write_text(change(stage.hashes.read_text()))
    for _ in range(2):
        code, out, err = stage("prepare")
        assert (code, out) == (2, "")
        assert f"dev.py: {said}" in err
        assert err.endswith("; if the versions were changed on purpose: `dev.py opensearch prepare --lock`\n")
    code, out, _ = stage("prepare", "--lock")
    assert (code, stage("prepare")) == (0, (0, out, ""))
    assert [line.split()[1] for line in stage.hashes.read_text().splitlines()] == list(JARS)


def test_a_killed_layout_is_begun_again(stage: Stage) -> None:
    """What was not finished is not taken for the whole, and does not stay."""
    with stage.begin("prepare", SLOW="1") as first:
        wait_until((stage.folder / "asked").exists)
        first.kill()
    code, out, _ = stage("prepare")
    assert code == 0
    assert [path.name for path in Path(out.strip()).parent.iterdir()] == [Path(out.strip()).name]


def test_a_killed_preparation_leaves_no_node(stage: Stage) -> None:
    """The node that is started to make later starts faster ends with the command that started it."""
    stage.java("17.0.15", GOES_ON)
    with stage.begin("prepare") as first:
        wait_until(lambda: bool(stage.left()))
        first.kill()
    wait_until(lambda: not stage.left() and not list(stage.folder.glob("*/opensearch/unfinished-*")))


def test_a_node_that_cannot_start_is_noticed_early(stage: Stage) -> None:
    """What is wrong with a node is said by `prepare`, and its jars stay."""
    stage.java("17.0.15", TRACE)
    code, out, err = stage("prepare")
    assert (code, out) == (2, "")
    assert err.endswith("dev.py: node0 ended; the last lines of its log:\n    java.lang.Error: no space\n")
    (cache,) = stage.folder.glob("coopsearch-dev/opensearch")
    assert len(list(cache.iterdir())) == 1


def test_nodes_end_with_their_owner(stage: Stage, sleeper: subprocess.Popen[bytes]) -> None:
    """When the process is killed for which nodes were started, they end, and their folder goes."""
    with stage.begin("start", f"--run={stage.run}", f"--owner={sleeper.pid}") as starting:
        pid = stage.pid()
        assert runs(pid)
        sleeper.kill()
        sleeper.wait()
        _, err = starting.communicate(timeout=60)
    assert (starting.returncode, runs(pid), stage.run.exists()) == (2, False, False)
    assert err.endswith(f"dev.py: process {sleeper.pid} ended while the nodes started, and they with it\n")


def test_nodes_end_with_their_owner_when_the_start_was_killed(
    stage: Stage, sleeper: subprocess.Popen[bytes]
) -> None:
    """Killing the command that starts nodes as well does not keep them alive."""
    with stage.begin("start", f"--run={stage.run}", f"--owner={sleeper.pid}") as starting:
        pid = stage.pid()
        wait_until(lambda: stage.left() == [pid])
        starting.kill()
    sleeper.kill()
    sleeper.wait()
    wait_until(lambda: not runs(pid) and not stage.run.exists())


def test_an_owner_must_exist(stage: Stage, sleeper: subprocess.Popen[bytes]) -> None:
    """Nodes that would end at once are not started."""
    sleeper.kill()
    sleeper.wait()
    code, _, err = stage("start", f"--run={stage.run}", f"--owner={sleeper.pid}")
    assert (code, err) == (
        2,
        f"dev.py: there is no process {sleeper.pid}, with which the nodes could end\n",
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_start_leaves_nothing(stage: Stage, number: signal.Signals) -> None:
    """Ctrl-C while nodes start ends them, and so does any other way to end the command in good order."""
    with stage.begin("start", f"--run={stage.run}", "--nodes=2") as starting:
        pid = stage.pid()
        starting.send_signal(number)
        starting.communicate(timeout=60)
    assert (starting.returncode, runs(pid), stage.run.exists()) == (130, False, False)


def test_a_start_that_was_killed_is_stopped(stage: Stage) -> None:
    """What a killed command left behind is ended and removed by `stop`."""
    with stage.begin("start", f"--run={stage.run}") as starting:
        pid = stage.pid()
        wait_until(lambda: stage.left() == [pid])
        starting.kill()
    assert runs(pid)
    assert stage("stop", f"--run={stage.run}") == (0, "", "")
    assert (runs(pid), stage.run.exists()) == (False, False)


def test_another_process_of_that_number_is_left_alone(stage: Stage, sleeper: subprocess.Popen[bytes]) -> None:
    """After a restart of the machine, the number of a node may be that of any process."""
    stage.note(sleeper.pid, "long ago")
    code, out, _ = stage("status", f"--run={stage.run}")
    assert (code, out) == (1, "node0  http://127.0.0.1:1  ended\ncluster  does not answer\n")
    assert stage("stop", f"--run={stage.run}") == (0, "", "")
    assert runs(sleeper.pid)
    assert not stage.run.exists()


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"kind": "other", "nodes": []}', "\0"])
def test_a_folder_of_others_is_left_alone(stage: Stage, content: str | None) -> None:
    """Only what `start` made is removed."""
    stage.run.mkdir()
    if content is not None:
        (stage.run / "state.json").write_text(content)
    for command in (["stop"], ["status"], ["restart", "node0"]):
        code, out, err = stage(*command, f"--run={stage.run}")
        assert (code, out) == (2, "")
        assert err.startswith(f"dev.py: {stage.run} is not a folder in which ")
        assert err.count("\n") == 1
    assert stage.run.is_dir()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_the_notes_of_another_user_are_not_believed(stage: Stage, sleeper: subprocess.Popen[bytes]) -> None:
    """Nobody else chooses which processes are ended."""
    stage.note(sleeper.pid, "x")
    os.chown(stage.run / "state.json", 65534, 65534)
    assert stage("stop", f"--run={stage.run}") == (2, "", f"dev.py: {stage.run} belongs to another user\n")


def test_nothing_to_stop(stage: Stage) -> None:
    """Where nothing runs there is nothing to stop, and that is said."""
    said = f"dev.py: nothing runs in {stage.run}: there is no such folder\n"
    assert stage("stop", f"--run={stage.run}") == (0, "", said)
    assert stage("status", f"--run={stage.run}") == (1, "", said)
    code, _, err = stage("restart", f"--run={stage.run}", "node0")
    assert code == 2
    assert err.count("\n") == 1


def test_only_a_known_node_is_restarted(stage: Stage) -> None:
    """A wrong name is answered with those that there are."""
    stage.note(1, "x")
    code, _, err = stage("restart", f"--run={stage.run}", "node7")
    assert (code, err) == (2, f"dev.py: there is no node7 in {stage.run}; there are: node0\n")
