"""What the tests of citations share: a folder of documents with an index, and the command in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.conftest import Ran, Run
from tests.indexed import project

QUOTE: Final = "The caravan took new paths in 2018."
CARAVAN: Final = f"# Report\n\nNobody knows.\n\n{QUOTE} It rained.\n"
FILES: Final = {
    "caravan.md": CARAVAN,
    "report.md": "# Report\n\n## Sea\n\nNobody knows. Smugglers took\nnew routes in 2018. It rained.\n",
    "note.txt": "Les passeurs changent de route. Ils\u00a0partent la nuit, dit-on.\n",
    "ar.txt": "تعاونت الدولتان. هذه الطُّرُق خطيرة جدا على المهاجرين. انتهى.\n",
    "mails.jsonl": '{"title": "One", "text": "A quiet ferry."}\n{"title": "Two", "text": "A loud ferry."}\n',
    "empty-title.txt": "Zanzibar\n",
}


class Cite(Protocol):
    """Runs coopsearch in the folder of documents."""

    def __call__(self, *arguments: str | Path) -> Ran:
        """Run it with these arguments."""
        ...


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of documents with an index, to be copied."""
    return project(tmp_path_factory.mktemp("made"), FILES)


@pytest.fixture
def cite(run: Run, made: Path, tmp_path: Path) -> Cite:
    """Runs coopsearch in a folder of documents with an index."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    env = {"COOPSEARCH_INDEX": str(tmp_path / "index_data"), "XDG_STATE_HOME": str(tmp_path / "state")}

    def call(*arguments: str | Path) -> Ran:
        return run(*arguments, cwd=tmp_path, env=env)

    return call
