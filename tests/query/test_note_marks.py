"""A word with the mark of a note at it is found, alone and in phrases, in both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

PAGE = (
    "<p>The traffickers<sup>3</sup> left the <b>port</b>.<sup>[4]</sup> In 2019<sup>12</sup> armed "
    "kidnappers<sup>a</sup> came, said Smith<sup>1,2</sup>. "
    "The fee rose by 5 m<sup>2</sup> and CO<sub>2</sub> on the 1<sup>er</sup> mai.</p>"
)
TEXT = "Les passeurs¹² sont partis.³ Puis ils payent.\n"


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_found(run: Run, tmp_path: Path, engine: str) -> None:
    """Words, numbers and phrases are found over marks; powers, formulas and ordinals are whole."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.html").write_text(f"<html><body>{PAGE}</body></html>", encoding="utf-8")
    (docs / "b.txt").write_text(TEXT, encoding="utf-8")
    assert run("index", "docs", "--index", "ix", "--engine", engine, cwd=tmp_path).code == 0
    for query in (
        "traffickers", "=traffickers", '"traffickers left the port"', "2019", "kidnappers NEAR/0 came",
        '"in 2019 armed kidnappers came"', "smith", "m2", "co2", "1er", "passeurs",
        '"passeurs sont partis puis"', "traffickers³", "m²",
    ):  # fmt: skip
        answer = run(query, "--index", "ix", cwd=tmp_path)
        assert answer.code == 0, query
        assert "did you mean" not in answer.out + answer.err, query
    for query in ("=traffickers3", "=201912", "=kidnappersa"):
        assert run(query, "--index", "ix", cwd=tmp_path).code == 1, query
