"""Days as they are said, in three languages, on a Tuesday."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.query.dates import days, is_spoken
from coopsearch.search.query.natural_dates import spoken

TODAY = date(2020, 3, 31)

TABLE = [
    ("today", 20200331, 20200331),
    ("now", 20200331, 20200331),
    ("Yesterday", 20200330, 20200330),
    ("this week", 20200330, 20200405),
    ("last week", 20200323, 20200329),
    ("this month", 20200301, 20200331),
    ("last month", 20200201, 20200229),
    ("next month", 20200401, 20200430),
    ("last quarter", 20191001, 20191231),
    ("this year", 20200101, 20201231),
    ("last year", 20190101, 20191231),
    ("the past year", 20190101, 20191231),
    ("last-year", 20190101, 20191231),
    ("last decade", 20100101, 20191231),
    ("last 30 days", 20200301, 20200331),
    ("the last 2 weeks", 20200317, 20200331),
    ("past 3 months", 20191231, 20200331),
    ("last 1 month", 20200229, 20200331),
    ("30d", 20200301, 20200331),
    ("2y", 20180331, 20200331),
    ("3 days ago", 20200328, 20200328),
    ("aujourd'hui", 20200331, 20200331),
    ("aujourd’hui", 20200331, 20200331),
    ("hier", 20200330, 20200330),
    ("ce mois-ci", 20200301, 20200331),
    ("cette année", 20200101, 20201231),
    ("la semaine dernière", 20200323, 20200329),
    ("le mois dernier", 20200201, 20200229),
    ("l'année dernière", 20190101, 20191231),
    ("l’an passé", 20190101, 20191231),
    ("les 30 derniers jours", 20200301, 20200331),
    ("au cours des 12 derniers mois", 20190331, 20200331),
    ("il y a 2 jours", 20200329, 20200329),
    ("اليوم", 20200331, 20200331),
    ("أمس", 20200330, 20200330),
    ("هذا الشهر", 20200301, 20200331),
    ("هذه السنة", 20200101, 20201231),
    ("السنة الماضية", 20190101, 20191231),
    ("العام الماضي", 20190101, 20191231),
    ("في الأسبوع الماضي", 20200323, 20200329),
    ("آخر 30 يوما", 20200301, 20200331),
    ("آخر ٣٠ يومًا", 20200301, 20200331),
    ("قبل 3 أيام", 20200328, 20200328),
    ("May 2019", 20190501, 20190531),
    ("12 May 2019", 20190512, 20190512),
    ("May 12th, 2019", 20190512, 20190512),
    ("Sept. 2019", 20190901, 20190930),
    ("1er mai 2019", 20190501, 20190501),
    ("février 2020", 20200201, 20200229),
    ("12 août 2019", 20190812, 20190812),
    ("مايو 2019", 20190501, 20190531),
    ("١٢ ماي ٢٠١٩", 20190512, 20190512),
    ("كانون الثاني 2020", 20200101, 20200131),
    ("تشرين الأول 2019", 20191001, 20191031),
]


@pytest.mark.parametrize(("text", "first", "last"), TABLE)
def test_table(text: str, first: int, last: int) -> None:
    """Each phrase means its first and last day."""
    assert days(text, TODAY) == (first, last)
    assert is_spoken(text)


@pytest.mark.parametrize(
    "text",
    ["last", "year", "last last year", "may", "2019 2020", "ju 2019", "next 5 days", "migration", "30"],
)
def test_no_date(text: str) -> None:
    """Words that mean no days are not date."""
    assert spoken(text, TODAY) is None


def test_impossible_day() -> None:
    """A day that its month has not is refused with the reason."""
    with pytest.raises(ValueError, match="no day 30; that month has 29"):
        days("30 February 2020", TODAY)


def test_range_in_words() -> None:
    """The ends of a range may be said in words."""
    assert days("last year..today", TODAY) == (20190101, 20200331)
    assert days("..yesterday", TODAY) == (0, 20200330)


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from("last year 30 days ago 9999999 may 0 decade this il y a".split())).map(
        " ".join
    )
)
def test_any_text(text: str) -> None:
    """Any text is a range of days or none."""
    try:
        first, last = days(text, TODAY)
    except ValueError:
        return
    assert first <= last
