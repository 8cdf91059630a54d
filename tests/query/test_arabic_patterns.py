"""Patterns of Arabic words meet them with what is written together with them: article and particles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

TEXTS = {
    "bare": "اعتقل مهربين على الحدود",
    "article": "اعتقلت الشرطة المهربين",
    "for": "قال إنه للمهربين والتجار",
    "and": "تجار ومهربون من ليبيا",
    "with": "اتصل بالمهرب أمس",
    "refugees": "المساعدات للاجئين والنازحين",
    "name": "رحل كمال في مساء الأحد وبقي الكمال",
    "money": "أنفق المال كله",
    "other": "تهريب السلاح",
}


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_patterns(run: Run, tmp_path: Path, engine: str) -> None:
    """A beginning meets the word with article and particles, and no word that has them as letters."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    assert run("index", "--index", "index_data", "--engine", engine, "texts", cwd=tmp_path).code == 0

    def found(query: str) -> set[str]:
        return {Path(hit["shown"]).stem for hit in run("--json", "--", query, cwd=tmp_path).objects()}

    assert found("مهرب*") == {"bare", "article", "for", "and", "with"}
    assert found("المهرب*") == {"article", "for", "with"}
    assert found("مهرب?ن") == {"bare", "article", "for", "and"}
    assert found("لاجئ*") == {"refugees"}
    assert found("text:مهرب* AND لاجئ*") == set()
    assert found("مال*") == {"money"}
    assert found("*هريب*") == {"other"}
