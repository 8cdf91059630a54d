"""Words that must share a stem, and words that must not, in English, French and Arabic.

Written by hand. Each pair is checked as a user meets it: both words are tokenized and stemmed as text is.
``KNOWN`` holds the pairs that are wrong today: when one of them comes right, the test says so, and the pair
moves to its table.
"""

from __future__ import annotations

import pytest

from coopsearch.search.analysis.stems import stem
from coopsearch.search.analysis.tokenizer import words

MEET = {
    "en": """
        smuggling smuggled; smuggle smuggling; smugglers smuggler; smuggles smuggle; route routes;
        migrant migrants; migrate migrating; migrated migrates; migration migrations; border
        borders; bordering borders; country countries; refugee refugees; state states; state's
        states; Tunisia Tunisia's; Tunisia’s tunisia; cooperation cooperations; cooperate
        cooperating; cooperated cooperates; organise organize; organisation organization;
        organisations organization; organised organizing; realise realizes; mobilise mobilization;
        stabilisation stabilize; recognise recognizing; city cities; policy policies; authority
        authorities; agency agencies; network networks; child children; woman women; man men;
        woman's women; crisis crises; analysis analyses; analyse analyzing; traffic traffics;
        trafficked traffic; trafficker traffickers; strategy strategies; strategic strategically;
        develop development; developed developing; develops developments; govern government; agree
        agreement; agreed agreements; terrorist terrorists; attack attacked; attacking attacks;
        secure secured; secures securing; train training; trained trains; monitor monitoring; detect
        detecting; prevent preventing; force forces; efficient efficiently; illegal illegally;
        economy economies; economic economical; march marches; naïve naive; café cafes; connect
        connected; connection connections; wife wives; thief thieves; O'Brien obrien; ship's ships;
        e-mail e‑mail; university universities; department departments
    """,
    "fr": """
        réfugié réfugiée; réfugiée refugies; réfugiés réfugiées; RÉFUGIÉES refugie; migrant
        migrants; migrante migrants; migrantes migrant; immigration l'immigration; migration
        migrations; migratoire migratoires; frontière frontieres; frontières FRONTIERE; l'État
        etats; pays PAYS; sécurité securite; sécurités sécurité; passeur passeurs; trafic trafics;
        trafiquant trafiquants; trafiquante trafiquants; arrêté arrêtés; arrêtée arreter; arrêter
        arrêtées; arrêtent arrêter; arrêtaient arrêter; national nationale; nationaux nationales;
        régional regionaux; régionale régionales; gouvernement gouvernements; gouvernemental
        gouvernementale; coopération cooperations; coopérer coopère; coopérant coopérants; coopéré
        coopérée; œuvre oeuvres; cœur coeurs; route routes; réseau réseaux; bateau bateaux; travail
        travaux; journal journaux; droit droits; loi lois; ville villes; armée armees; armé armés;
        groupe groupes; groupe groupé; politique politiques; économique economiques; économie
        économies; heureux heureuse; dangereux dangereuses; européen européenne; européens
        européennes; tunisien tunisienne; algérien algeriens; algérienne algérien; homme d'hommes;
        humain humaine; humaines humains; actif active; actives actifs; finir finissent; finissait
        finir; développer développement; développé développements; renforcer renforcement; renforcé
        renforçant; qu'arrive arriver; arrivèrent arriver; arrivé arrivent; jusqu’Alger alger;
        président présidents; présidente présidents; ministre ministres; directeur directeurs; yeux
        oeil; ciel cieux; libération liberations; clandestin clandestine; clandestins clandestines;
        légal légale; illégaux illégale; passent passer
    """,
    "ar": """
        التعاون تعاون; والتعاون تعاون; بالتعاون التعاون; للتعاون تعاون; تعاونا التعاون; والمهربين
        مهرب; المهربون مهرب; مهربين المهرب; للمهربين مهربون; الهجرة هجرة; هجره الهجرة; والهجرة هجرة;
        بالهجرة هجرة; للهجرة الهجرة; المهاجرين مهاجر; مهاجرون المهاجرين; والمهاجرين المهاجر; مهاجرة
        مهاجر; اللاجئين لاجئ; للاجئين لاجئين; لاجئون اللاجئ; لاجئة لاجئ; حدود الحدود; حدودها الحدود;
        حدودنا حدود; حدودهم الحدود; دولة الدولة; الدولي دولة; دولية دولي; الدولية الدول; دول
        الدولتين; منطقة المنطقة; منطقتنا المنطقة; منطقتها منطقة; سياسة السياسة; سياسات سياسة; سياسي
        سياسية; السياسيين سياسي; سياستها السياسة; سياساتهم سياسات; حكومة الحكومة; حكومات الحكومة;
        حكومي الحكومة; الحكومية حكومة; حكومتنا الحكومة; أمن الأمن; امن الأمن; الأمنية أمن; أمني
        الأمن; إرهاب الإرهاب; ارهابي الإرهاب; الإرهابيين ارهاب; إرهابية الإرهابيون; التَّعاوُن
        تعاون; التعـــاون تعاون; ﺍﻟﺘﻌﺎﻭﻥ تعاون; منظمة منظمات; المنظمات منظمة; للمنظمات منظمة; شبكة
        شبكات; الشبكات شبكة; وشبكات الشبكة; تونس التونسية; تونسي تونس; مصر المصريين; سوريا سورية;
        السوريين سوريا; ليبيا الليبية; أفريقيا افريقي; الإفريقية أفريقيا; اقتصاد الاقتصادية;
        للاقتصاد الاقتصاد; اقتصادنا اقتصادي; تنمية التنمية; للتنمية تنمية; والتنمية التنمية; قوات
        القوات; قوة القوة; للقوات القوة; معلومات المعلومات; مستشفى المستشفى; مستشفي مستشفى; على علي;
        مدرسة مدرسه; المدرسة مدرسات; ولاية الولاية; الولايات ولاية; وزارة الوزارة; ووزارة الوزارة;
        وزير الوزير; إنسان الإنسانية; الانسان إنساني; لجنة اللجنة; للجان اللجان; لبنان اللبناني;
        کتاب كتاب; مسؤول المسؤولين; مسؤولية مسؤول
    """,
}

APART = {
    "en": """
        organ organisation; organ organization; international internet; internal international;
        intern internet; universe university; general generate; policy police; police polite; author
        authority; import important; depart department; experience experiment; emerge emergency;
        several sever; information informal; news new; arm army; arms army; nation native; state
        statement; state station; border board; custom customs; desert dessert; port portion; port
        sport; migrant migraine; human humid; war warn; ration rational; animal animate; marine
        marital; secret secretary; past pasta; cope copper; mean meander; execute executive; capital
        capitalism; communal communism; crime crimea; iran iraq; mali malice; niger nigeria
    """,
    "fr": """
        organe organisation; international internet; internet interne; marin marine; police
        politique; police policier; police polir; part parti; partie parti; parti partir; port
        porte; cours course; pays paysan; guerre guérir; frontière front; route routine; arme armée;
        loi loin; ville village; travers travail; ministre ministère; niger nigeria; mali malin;
        tunis tunisie; côte coton; sur surface; paix payer; homme hommage; eau eaux-fortes; roi
        route; mer mère; main maintenir; temps temple; air aire; trafic trafalgar
    """,
    "ar": """
        حرب تهريب; هروب حرب; تهريب مهرب; تعاون عون; هجرة هجوم; حدود حديد; دولة دولار; سياسة سياحة;
        أمن إيمان; حكومة حكمة; مصر مصير; تونس تنس; لبنان لبن; علم عالم; كتاب مكتب; مكتب كاتب; قانون
        قناة; شعب شعر; وزير وزن; وزارة زيارة; نظام منظمة; حق حقيقة; قوة قوس; سلام إسلام; سلام سلاح;
        عمل علم; بحر بحرين; عراق عرق; إيران إيراد; مال ميل; طريق طرق; جيش جيب; يمن يمين; شرق شركة;
        غرب غريب; جنوب جانب; شمال شامل; بنك بنت; منطقة منطق; مكتب مكتبة;
        شعب شعبة; عمل عملة; غرب غربة
    """,
}

#: Wrong today, and why: "meet" should share a stem and do not, "apart" should not and do.
KNOWN = {
    ("en", "meet"): "",
    ("en", "apart"): "route rout",
    ("fr", "meet"): "",
    ("fr", "apart"): "droit droite; pêche péché",
    ("ar", "meet"): "بحدودهم الحدود; للجنة اللجان; طريق الطرق",
    ("ar", "apart"): "سوريا سور",
}


def pairs(table: str) -> list[tuple[str, str]]:
    """Read a table: pairs apart by semicolons."""
    return [(one, other) for entry in table.split(";") if entry.strip() for one, other in [entry.split()]]


def stems(text: str, language: str) -> tuple[str, ...]:
    """Return the stems of a text, as an index would hold them."""
    return tuple(stem(word, language) for word in words(text)[0])


def meet(one: str, other: str, language: str) -> bool:
    """Say whether a query of one word finds the other."""
    return stems(one, language) == stems(other, language)


@pytest.mark.parametrize("language", MEET)
def test_pairs_that_meet(language: str) -> None:
    """Every pair of the table shares its stem."""
    wrong = [pair for pair in pairs(MEET[language]) if not meet(*pair, language)]
    assert wrong == []


@pytest.mark.parametrize("language", APART)
def test_pairs_that_stay_apart(language: str) -> None:
    """No pair of the table shares a stem."""
    wrong = [pair for pair in pairs(APART[language]) if meet(*pair, language)]
    assert wrong == []


@pytest.mark.parametrize(("language", "kind"), KNOWN)
def test_known_faults(language: str, kind: str) -> None:
    """What is listed as wrong is wrong: a pair that came right belongs into its table."""
    right = [pair for pair in pairs(KNOWN[language, kind]) if meet(*pair, language) == (kind == "meet")]
    assert right == []


@pytest.mark.parametrize("language", MEET)
def test_tables_are_large(language: str) -> None:
    """The tables hold enough pairs to mean something, each once."""
    good, bad = pairs(MEET[language]), pairs(APART[language])
    assert len(set(good)) == len(good) >= 60
    assert len(set(bad)) == len(bad) >= 30


def test_born() -> None:
    """French *né* is a form of naître in each of its spellings, and none of the negation."""
    assert (
        stems("né", "fr")
        == stems("NÉ", "fr")
        == stems("ne\u0301", "fr")
        == stems("née", "fr")
        == stems("naître", "fr")
    )
    assert stems("nés", "fr") == stems("nées", "fr") == stems("naquit", "fr") == stems("naître", "fr")
    assert not meet("né", "ne", "fr")
    assert meet("nouveau-né", "nouveau-nés", "fr")


def test_somebody() -> None:
    """*Quelqu'un* is a word of its own, and no *un*."""
    assert words("quelqu'un quelqu’une")[0] == ["quelquun", "quelquune"]
    assert words("qu'un l'un jusqu'au")[0] == ["un", "un", "au"]
