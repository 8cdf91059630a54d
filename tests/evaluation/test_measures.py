"""The measures and the test of significance, held against those of others and against sums by hand."""

from __future__ import annotations

import itertools
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.errors import SettingsError
from coopsearch.search.evaluation.measures import MEASURES, others
from coopsearch.search.evaluation.run import parse_settings
from coopsearch.search.evaluation.significance import p_value
from coopsearch.search.ranking import BOUNDS, DEFAULT, Parameters

DOCUMENTS = [f"d{number}" for number in range(30)]
rankings = st.lists(st.sampled_from(DOCUMENTS), unique=True)
judgements = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(-1, 3), min_size=1)


@given(rankings, judgements)
def test_as_ir_measures(ranking: list[str], judged: dict[str, int]) -> None:
    """Each of our measures is the one that ir-measures has under its name."""
    if not any(grade > 0 for grade in judged.values()):
        return
    theirs = {"nDCG@10": "nDCG@10", "MAP": "AP", "recall@100": "R@100", "MRR@10": "RR@10"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = others(list(theirs.values()), {"q": ranking}, {"q": judged})
    for name, function in MEASURES.items():
        assert function(ranking, judged) == pytest.approx(found[theirs[name]]["q"], abs=1e-6), name


def test_unknown_measure() -> None:
    """A measure that nobody knows is refused by name."""
    with pytest.raises(SettingsError, match="there is no measure 'cleverness'"):
        others(["cleverness"], {"q": ["d1"]}, {"q": {"d1": 1}})


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8))
def test_p(pairs: list[tuple[int, int]]) -> None:
    """The sampled p is near that of all ways to give the differences signs."""
    one, other = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    differences = [a - b for a, b in zip(one, other, strict=True) if a != b]
    signs = list(itertools.product((1, -1), repeat=len(differences)))
    sums = [abs(sum(s * d for s, d in zip(way, differences, strict=True))) for way in signs]
    exact = sum(total >= abs(sum(differences)) for total in sums) / len(signs)
    assert p_value(one, other) == pytest.approx(exact, abs=0.03)
    assert p_value(one, other) == pytest.approx(p_value(other, one), abs=0.03)


def test_settings() -> None:
    """A text changes the parameters that it names, of which each has bounds, and no others."""
    assert parse_settings("k1=0.9, window=3") == Parameters(k1=0.9, window=3)
    assert isinstance(parse_settings("rescored=50").rescored, int)
    assert BOUNDS.keys() == set(Parameters._fields)
    assert all(low <= getattr(DEFAULT, name) <= high for name, (low, high) in BOUNDS.items())
    assert Parameters() == DEFAULT


@pytest.mark.parametrize(
    "text", ["k2=1", "k1", "k1=x", "k1=nan", "window=9", "window=2.5", "rescored=1e999", "exact=-1", ""]
)
def test_no_setting(text: str) -> None:
    """What is not a setting, or lies out of its bounds, is refused with what there is."""
    with pytest.raises(SettingsError, match=r"setting|must be (from|a whole number)"):
        parse_settings(text)
