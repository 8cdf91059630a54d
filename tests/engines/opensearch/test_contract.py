"""The suite that every engine passes, over one index of a cluster.

The tests are those of ``tests/engines``: only the engine that they ask for by its name is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from coopsearch.search.engines.base import Engine
from tests.engines import test_all_words as all_words
from tests.engines import test_names as names
from tests.engines import test_rescoring as rescoring
from tests.engines import test_titles as titles
from tests.engines.opensearch.shared import SharedEngine
from tests.engines.test_rescoring import analysed

#: Examples of one test: each fills an index anew.
few = settings(max_examples=max(5, settings().max_examples // 50))
MODULES = (all_words, names, rescoring, titles)


def engine_of(shared: SharedEngine, name: str = "opensearch") -> Engine:
    """Return the engine, whatever it is called there."""
    del name
    return shared


@pytest.fixture
def asked(shared: SharedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the tests ask for the engine of the cluster alone."""
    for module in MODULES:
        monkeypatch.setattr(module, "engine", partial(engine_of, shared))
        if hasattr(module, "NAMES"):
            monkeypatch.setattr(module, "NAMES", ("opensearch",))


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (all_words, "test_order"),
        (names, "test_same_as_brute_force"),
        (titles, "test_same_as_brute_force"),
        (rescoring, "test_the_first_are_the_same_of_few_and_of_many"),
    ],
)
def test_generated(module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What hypothesis makes up for the other engines, a few examples of it."""
    test = getattr(module, name)
    monkeypatch.setattr(test, "_hypothesis_internal_use_settings", few)
    test()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("test", [names.test_scrubbing_leaves_no_name, titles.test_far_below_the_best])
def test_in_a_folder(test: Callable[[str, Path], None], tmp_path: Path) -> None:
    """Tests that make an index of their own."""
    test("opensearch", tmp_path)


@pytest.mark.usefixtures("asked")
def test_a_title_of_too_many_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more documents than are read for one query may have a title, none of them gains by it."""
    titles.test_a_title_of_too_many_is_nobodys("opensearch", tmp_path, monkeypatch)


class TestRescored:
    """Rescoring, over one index."""

    @pytest.fixture
    def opens(self, shared: SharedEngine, tmp_path: Path) -> rescoring.Opens:
        """Index the documents."""
        folder = tmp_path / "data"
        shared.create(folder)
        with shared.writer(folder) as writer:
            for document in rescoring.DOCUMENTS:
                writer.add(document)
            writer.commit()
        return partial(shared.open, folder)

    @pytest.mark.parametrize(
        "test",
        [rescoring.test_close_words_win, rescoring.test_like_the_formula, rescoring.test_what_a_node_gives],
    )
    def test_of_one_reader(self, test: Callable[[object], None], opens: rescoring.Opens) -> None:
        """Tests that ask one reader."""
        with opens() as reader:
            test(reader)

    @pytest.mark.parametrize("limit", [1, 2, 5, 100])
    def test_only_the_best(self, opens: rescoring.Opens, limit: int) -> None:
        """The best few alone are rescored."""
        rescoring.test_only_the_best(opens, limit)

    @pytest.mark.parametrize(
        "test", [rescoring.test_parameters_are_of_one_reader, rescoring.test_ties_at_the_line]
    )
    def test_of_several_readers(
        self, test: Callable[[rescoring.Opens], None], opens: rescoring.Opens
    ) -> None:
        """Tests that open it with parameters of their own."""
        test(opens)


class TestAllWords:
    """Documents that hold all words, over one index."""

    @pytest.fixture
    def folder(self, shared: SharedEngine, tmp_path: Path) -> Path:
        """Index the documents."""
        folder = tmp_path / "data"
        shared.create(folder)
        with shared.writer(folder) as writer:
            for number in range(20):
                writer.add(analysed(f"short{number:02}.txt", f"a b a b {'x ' * (number % 5)}"))
                writer.add(analysed(f"third{number:02}.txt", f"c {'x ' * number}"))
            for number in range(3):
                text = f"a {'x ' * 300} b {'x ' * (300 + number)} c"
                writer.add(analysed(f"whole{number}.txt", text))
            writer.commit()
        return folder

    def test_lifted(self, shared: SharedEngine, folder: Path) -> None:
        """What the score alone puts last stands directly behind the first few."""
        with shared.open(folder) as reader:
            all_words.test_lifted(reader)

    def test_so_many_that_it_says_nothing(
        self, shared: SharedEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where more than so many documents hold all words, the score alone ranks them."""
        with shared.open(folder) as reader:
            all_words.test_so_many_that_it_says_nothing(reader, monkeypatch)
