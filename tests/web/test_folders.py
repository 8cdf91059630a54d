"""The tree of folders beside an answer, held against a plain count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.web.pages.folders import Folder, tree

NAMES = st.sampled_from(["a", "b", "مجلد", "a b"])
FOLDERS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


def test_a_tree() -> None:
    """Folders stand below those that hold them, with all documents below; chains are one."""
    counts = {"docs/north/2019": 3, "docs/north/2020": 4, "docs/south/x": 2, "docs": 1}
    assert tree(counts, [], 12) == (
        [
            Folder("docs", "docs", 0, 10),
            Folder("docs/north", "north", 1, 7),
            Folder("docs/north/2019", "2019", 2, 3),
            Folder("docs/north/2020", "2020", 2, 4),
            Folder("docs/south/x", "south/x", 1, 2),
        ],
        0,
    )
    shown, more = tree(counts, ["docs/south/x"], 3)
    assert [one.path for one in shown] == ["docs", "docs/north", "docs/south/x"]
    assert more == 2
    assert tree({"/srv/a": 1, "/srv/b": 2}, [], 12)[0][0] == Folder("/srv", "/srv", 0, 3)


@given(
    st.dictionaries(FOLDERS, st.integers(1, 9), min_size=1), st.lists(FOLDERS, max_size=2), st.integers(1, 30)
)
def test_any_tree(counts: dict[str, int], chosen: list[str], room: int) -> None:
    """Each folder has the documents at and below it, stands below its own, and what is chosen is there."""
    shown, more = tree(counts, chosen, room)
    paths = [one.path for one in shown]
    assert paths == sorted(set(paths), key=lambda path: path.split("/"))
    assert more >= 0
    for number, one in enumerate(shown):
        inside = [n for path, n in counts.items() if f"{path}/".startswith(f"{one.path}/")]
        assert one.documents == sum(inside)
        over = [path for path in paths[:number] if one.path.startswith(f"{path}/")]
        assert one.level == len(over)
        assert one.path == "/".join([*over[-1:], one.label])
    there = [one for one in chosen if any(f"{path}/".startswith(f"{one}/") for path in counts)]
    assert {*there} <= {*paths}
