"""Days as people type them."""

from __future__ import annotations

import pytest

from coopsearch.search.query.dates import days

GOOD = [
    ("2019", 20190101, 20191231),
    ("2019-05", 20190501, 20190531),
    ("2020-02", 20200201, 20200229),
    ("2019-5-1", 20190501, 20190501),
    ("2019/05/01", 20190501, 20190501),
    ("2019..2021", 20190101, 20211231),
    ("2019-05..2019-06-03", 20190501, 20190603),
    ("2019..", 20190101, 99999999),
    ("..2019", 0, 20191231),
    ("٢٠١٩", 20190101, 20191231),
    ("20190501", 20190501, 20190501),
    ("01/05/2019", 20190501, 20190501),
    ("1.5.2019", 20190501, 20190501),
    ("05/13/2019", 20190513, 20190513),
    ("2019-05-01T10:30:00Z", 20190501, 20190501),
    ("1990s", 19900101, 19991231),
]
BAD = ["19", "2019-13", "2019-02-30", "2019-00", "yesterdayish", "2021..2019", "2019-", "2019-05-01-01", ""]


@pytest.mark.parametrize(("text", "first", "last"), GOOD)
def test_good(text: str, first: int, last: int) -> None:
    """A date or a range means its first and last day."""
    assert days(text) == (first, last)


@pytest.mark.parametrize("text", BAD)
def test_bad(text: str) -> None:
    """What is not a date is refused with a reason."""
    with pytest.raises(ValueError, match=r"."):
        days(text)
