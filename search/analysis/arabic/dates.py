"""How dates are said in Arabic, as ``normalize`` writes the words. Data only."""

from __future__ import annotations

from typing import Final

from coopsearch.search.analysis.date_words import DateWords

DATES: Final = DateWords(
    units={
        "day": "يوم يوما ايام",
        "week": "اسبوع اسبوعا اسابيع",
        "month": "شهر شهرا اشهر شهور",
        "year": "سنه سنوات سنين عام عاما اعوام",
        "decade": "عقد عقدا عقود",
    },
    said={
        "this": "هذا هذه الحالي الحاليه الجاري الجاريه",
        "last": "الماضي الماضيه المنصرم المنصرمه السابق السابقه الاخير الاخيره",
        "next": "القادم القادمه المقبل المقبله",
        "today": "اليوم الان",
        "yesterday": "امس البارحه",
        "tomorrow": "غدا",
        "ago": "قبل منذ",
        "many": "اخر خلال الاخيره الماضيه",
    },
    months=(
        "يناير جانفي كانون-الثاني",
        "فبراير فيفري شباط",
        "مارس اذار",
        "ابريل افريل نيسان",
        "مايو ماي ايار",
        "يونيو جوان حزيران",
        "يوليو جويليه تموز",
        "اغسطس اوت اب",
        "سبتمبر ايلول",
        "اكتوبر تشرين-الاول",
        "نوفمبر تشرين-الثاني",
        "ديسمبر كانون-الاول",
    ),
    filling="خلال في من",
    article="ال",
    rewritten=((r"\b(كانون|تشرين) (?=ال)", r"\1-"),),
)
