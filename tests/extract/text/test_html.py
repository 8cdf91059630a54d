"""HTML: what is text in a page, where it stands, and pages made to do harm."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer.extract import Source, format_of
from coopsearch.indexer.extract.text.html_source import flattened
from coopsearch.search.model import Document


def read(path: Path) -> Document:
    format_ = format_of(path)
    assert format_ is not None
    (document,) = format_.extract(Source(path, path.name, "2001-02-03"))
    assert isinstance(document, Document)
    return document


def page(tmp_path: Path, content: str | bytes) -> Document:
    path = tmp_path / "a_page.html"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)


def texts(document: Document) -> list[str]:
    return [document.text[one.start : one.end] for one in document.passages]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<script>var a = 1</script><style>p {}</style><template><p>t</p></template>", []),
        ("<p>un<b>break</b>able wo<i></i>rd", ["unbreakable word"]),
        ("<p>one<br>two<p>three", ["one\ntwo", "three"]),
        ("one<br><br>two", ["one", "two"]),
        ("<div>a<p>b</p>c</div>", ["a", "b", "c"]),
        ("<ul><li>a<li>b <ul><li>c</ul></ul>", ["a", "b", "c"]),
        (
            "<dl><dt>a<dd>b</dl><figure><figcaption>c</figcaption></figure><blockquote>d</blockquote>",
            ["a", "b", "c", "d"],
        ),
        (
            "<table><tr><th>Country<th>Year<tr><td>Mali<td><p>2014</p><tr><td><td></table>",
            ["Country | Year", "Mali | 2014"],
        ),
        ("<pre>  a\n    b\n\n  c\n</pre>", ["a\n    b\n\n  c"]),
        ("<p>l&#39;&eacute;t&eacute; &amp; l&rsquo;&#1575;", ["l'été & l’ا"]),
        ("<p hidden>no</p><p style='color:red; display: none'>no</p><p>yes", ["yes"]),
        ("<p>a<!-- no -->b", ["ab"]),
        ("<p>&#xD800;a\0b\x01", ["\ufffda\ufffdb"]),
        ("<details><summary>s</summary>d</details>", ["s", "d"]),
        ("<custom-tag>a</custom-tag><x>b</x>", ["ab"]),
    ],
)
def test_blocks(tmp_path: Path, html: str, expected: list[str]) -> None:
    """Blocks become passages; inline tags split no word; what is not shown is not text."""
    if "\0" in html:
        html, expected = html.replace("\0", ""), ["\ufffdab"]
    document = page(tmp_path, html)
    assert texts(document) == expected
    assert document.text == "\n\n".join(expected)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>be<img alt='A map of Sfax'>fore</p>after", ["before", "A map of Sfax", "after"]),
        ("<div><img alt='A boat'></div><p>a", ["A boat", "a"]),
        ("<table><tr><td>a<img alt='A boat'><td>b</table>", ["a | b", "A boat"]),
        ("<p>a<img alt=''><img alt='logo.png'><img alt='Picture 3'><img>", ["a"]),
        (
            "<p>a<img alt=Boat hidden><img alt=Boat style='display: none'><img alt=Boat aria-hidden=true>",
            ["a"],
        ),
        (
            "<p>A boat at sea<img alt='A boat'><img alt='A port'><img alt='A port'>",
            ["A boat at sea", "A port"],
        ),
        ("<p>a<iframe srcdoc=\"<img alt='A map'>\"></iframe>", ["a", "A map"]),
    ],
)
def test_pictures(tmp_path: Path, html: str, expected: list[str]) -> None:
    """What a picture is said to show stands behind its block, once, unless it shows nothing."""
    assert texts(page(tmp_path, html)) == expected


def test_headings(tmp_path: Path) -> None:
    """Headings have levels, and stand above what follows them."""
    document = page(tmp_path, "<h1>A</h1><p>a<h2>B <em>b</em></h2><p>b<h3>C</h3>c<h2>D</h2><p>d")
    assert [(one.level, one.heading) for one in document.passages] == [
        (1, ()),
        (0, ("A",)),
        (2, ("A",)),
        (0, ("A", "B b")),
        (3, ("A", "B b")),
        (0, ("A", "B b", "C")),
        (2, ("A",)),
        (0, ("A", "D")),
    ]


WORDS = "<p>" + "The text of the page is much longer than its menu. " * 5


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        (f"<nav>Menu</nav>{WORDS}<footer>Foot</footer>", {"text"}),
        (f"<div class='navbar x'>Side</div><div role=navigation>Menu</div>{WORDS}", {"text"}),
        (f"<p>Before</p><main>{WORDS}</main><p>After</p>", {"text"}),
        (f"<p>{'Before ' * 90}</p><main>{WORDS}</main>", {"Before", "text"}),
        (f"<footer>{WORDS}</footer><p>Short", {"text", "Short"}),
        ("<nav>Menu</nav>", {"Menu"}),
        (f"<header><h1>Head</h1></header>{WORDS}", {"Head", "text"}),
    ],
)
def test_around(tmp_path: Path, html: str, kept: set[str]) -> None:
    """What surrounds the text is left out, unless it is most of what there is."""
    text = page(tmp_path, html).text
    assert {
        word for word in ("Menu", "Foot", "Side", "Before", "After", "Short", "Head", "text") if word in text
    } == kept


def test_metadata(tmp_path: Path) -> None:
    """Title, day, author, description and keywords are the page's own."""
    document = page(
        tmp_path,
        """<html lang=xx><head><title> The
        plan </title><meta property="article:published_time" content="2020-05-06T07:08:09Z">
        <meta name=Author content="Sidi Ould"><meta name=description content="About &eacute;t&eacute;">
        <meta name=keywords content="a, b"></head><h1>Head</h1><time datetime="2011-01-01">x</time>""",
    )
    assert (document.title, document.date, document.type) == ("The plan", "2020-05-06", "html")
    assert dict(document.fields) == {"author": "Sidi Ould", "description": "About été", "keywords": "a, b"}


@pytest.mark.parametrize(
    ("html", "title", "day"),
    [
        ("<h1>Head <b>line</b></h1>", "Head line", "2001-02-03"),
        ("<p>text", "a page", "2001-02-03"),
        ("<title> </title><time datetime='2011-01-01T10:00'>x</time>", "a page", "2011-01-01"),
        ("<meta name=dc.date content='1 May 2020'><title>T</title>", "T", "2001-02-03"),
        (
            '<script type="application/ld+json">{"datePublished": "2012-03-04"}</script>',
            "a page",
            "2012-03-04",
        ),
        ("<svg><title>no</title></svg><p>x", "a page", "2001-02-03"),
    ],
)
def test_fallbacks(tmp_path: Path, html: str, title: str, day: str) -> None:
    """Without a title the first heading counts, then the name; a day is taken only if it is clear."""
    document = page(tmp_path, html)
    assert (document.title, document.date) == (title, day)


FRENCH = "<p>Les réfugiés ont été accueillis à Évry</p>"
ARABIC = "<p>التعاون الأمني بين موريتانيا وتونس</p>"


@pytest.mark.parametrize(
    ("text", "declared", "encoding"),
    [
        (FRENCH, "", "utf-8"),
        (FRENCH, "", "cp1252"),
        (FRENCH, "iso-8859-1", "utf-8"),
        (FRENCH, "utf-8", "cp1252"),
        (FRENCH, "x-nonsense", "utf-8"),
        (FRENCH, "utf-7", "cp1252"),
        (FRENCH, "utf-8", "utf-16"),
        (ARABIC, "windows-1256", "cp1256"),
        (ARABIC, "iso-8859-1", "cp1256"),
        (ARABIC, "iso-8859-6", "iso-8859-6"),
        ("<p>Türkiye'nin başkenti, ışık", "windows-1254", "cp1254"),
        ("<p>年間予算の報告書です", "Shift_JIS", "shift_jis"),
    ],
)
def test_encodings(tmp_path: Path, text: str, declared: str, encoding: str) -> None:
    """The bytes decide where they can; a declaration is believed where it is needed and fits."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    assert texts(page(tmp_path, (meta + text).encode(encoding))) == [re.sub("<.*?>", "", text)]


def test_lines(tmp_path: Path) -> None:
    """A passage's line is where its text begins in the source; None where that cannot be told."""
    html = (
        '<html>\r\n<!-- Two -->\n<p title="Two">\n\n  One</p>\n<script>Two</script><p>\n<b>Two</b>\nx\n'
        "<p>&Eacute;t&eacute;"
    )
    document = page(tmp_path, html)
    assert [(one.line, text) for one, text in zip(document.passages, texts(document), strict=True)] == [
        (5, "One"),
        (7, "Two x"),
        (9, "Été"),
    ]
    moved = page(tmp_path, "<table>\n<tr><td>cell</td></tr>\n<p>moved before the table</p></table>\n<p>end")
    lines = dict(zip(texts(moved), (one.line for one in moved.passages), strict=True))
    assert lines["end"] == 4
    assert lines["moved before the table"] in {3, None}


HANDBOOK = {
    "fr-FR/sect.web-browsers.html": [
        "Epiphany, le navigateur web développé par GNOME, utilise le moteur d'affichage WebKit"
    ],
    "ar-MA/sect.ipv6.html": [
        "تتضمن نوى دبيان دعم IPv6 في لب النواة",
        "iface enp7s0 inet6 static\n    address 2001:db8",
    ],
}


@pytest.mark.parametrize("name", HANDBOOK)
def test_handbook(shared: Path, name: str) -> None:
    """Real pages give their text, under their headings, without the links around it."""
    document = read(shared / "fixtures" / "handbook" / name)
    for phrase in HANDBOOK[name]:
        (passage,) = (one for one in document.passages if phrase in document.text[one.start : one.end])
        assert passage.heading
        assert passage.line
    assert "Précédent" not in document.text
    assert "keywords" in document.fields


def test_handbook_whole(shared: Path) -> None:
    """Each page keeps its words, and each line that is given holds the passage's first word."""
    pages = sorted((shared / "fixtures" / "handbook").rglob("*.html"))
    if not pages:
        pytest.skip("no handbook among the fixtures")
    known = total = 0
    for path in pages:
        document = read(path)
        source = path.read_text(encoding="utf-8")
        lines = source.split("\n")
        body = re.sub(r'<ul class="docnav.*?</ul>|<head>.*?</head>', " ", source, flags=re.DOTALL)
        words = set(re.findall(r"[^\W\d_]{4,}", re.sub(r"<[^>]*>|&[a-z]+;", " ", body)))
        assert [word for word in words if word not in document.text] == [], path
        for one in document.passages:
            total += 1
            if one.line is not None:
                known += 1
                word = re.split(r"[^\w.]", document.text[one.start : one.end])[0]
                assert word in lines[one.line - 1], (path, one)
    assert known / total > 0.9


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x",
        "<ul><li>" * 50_000 + "x",
        "<span>" * 100_000 + "x" + "</foo>" * 50_000,
        "".join(f"<font color={n}>" for n in range(500)) + "<p>x" * 20_000,
        "<table><tr><td>" * 30_000 + "x",
        "<" * 2_000_000,
        "<a b='" * 300_000,
        "<!--" * 500_000,
        "<script>" * 200_000,
        "&" * 2_000_000,
        "<svg>" * 50_000 + "x",
        "<p>x</p>\n" * 50_000,
    ],
    ids=lambda html: html[:16],
)
def test_harm(tmp_path: Path, html: str) -> None:
    """Absurd nesting and megabytes of junk take seconds, and end."""
    start = time.process_time()
    page(tmp_path, html)
    assert time.process_time() - start < 10


def test_deep_text(tmp_path: Path) -> None:
    """Text below absurd nesting is still found, and so is what follows it."""
    document = page(tmp_path, "<p>top" + "<div>a" * 3000 + "deep" + "</div>" * 3000 + "<h1>Last</h1><p>end")
    assert "deep" in document.text
    assert texts(document)[-2:] == ["Last", "end"]


@given(st.text(st.sampled_from("<>/!-ab p=\"'&;"), max_size=300))
def test_flattened(html: str) -> None:
    """A page that nests within reason is left as it is."""
    assert flattened(html) == html


def test_fast(shared: Path) -> None:
    """A page of the handbook takes milliseconds."""
    path = shared / "fixtures" / "handbook" / "ar-MA" / "sect.ipv6.html"
    times = []
    for _ in range(5):
        start = time.process_time()
        read(path)
        times.append(time.process_time() - start)
    assert min(times) < 0.05


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>x</p><noscript><p>without scripts</p></noscript>", ["x", "without scripts"]),
        ("<head><noscript><style>p {}</style></noscript></head><p>x</p>", ["x"]),
        ("<p>x</p><noscript>Please enable JavaScript to go on.</noscript>", ["x"]),
        ('<p>x</p><iframe srcdoc="&lt;p&gt;within&lt;/p&gt;">hidden</iframe><p>y</p>', ["x", "within", "y"]),
        ('<p>x</p><iframe src="a.html">hidden</iframe>', ["x"]),
        (
            '<iframe srcdoc="&lt;iframe srcdoc=&quot;&amp;lt;p&amp;gt;deep&amp;lt;/p&amp;gt;&quot;&gt;">',
            ["deep"],
        ),
    ],
)
def test_without_scripts(tmp_path: Path, html: str, expected: list[str]) -> None:
    """What a page shows without scripts is read, and what stands in the attribute of a frame."""
    assert texts(page(tmp_path, html)) == expected


def test_frames_in_time(tmp_path: Path) -> None:
    """Many frames, and frames that would stand in each other without end, take time that is linear."""
    inner = "<p>deep</p>"
    for _ in range(12):
        inner = '<iframe srcdoc="' + inner.replace("&", "&amp;").replace('"', "&quot;") + '"></iframe>'
        if len(inner) > 1_000_000:
            break
    began = time.monotonic()
    assert page(tmp_path, "<p>x</p>" + inner).text == "x"
    many = page(tmp_path, '<iframe srcdoc="&lt;p&gt;a"></iframe>' * 5_000)
    assert len(many.passages) == 5_000
    assert time.monotonic() - began < 30


def test_note_marks(tmp_path: Path) -> None:
    """The mark of a note stays raised behind its word; powers, indices and ordinals are as they were."""
    document = page(
        tmp_path,
        "<p>The traffickers<sup>3</sup> left.<sup><a href='#n'>12</a></sup> kidnappers<sup>a</sup> "
        "Smith<sup>1, 2*</sup> armed<span style='color: red; vertical-align: super'>7</span> m<sup>2</sup> "
        "H<sub>2</sub>O 1<sup>er</sup> XIX<sup>e</sup> M<sup>r</sup> x<sup>n</sup> paid<sup>[4]</sup> "
        "<sup>a whole</sup></p><p>x<sup><p>y</p></sup></p><p><sup>1</sup>See</p>",
    )
    assert texts(document) == [
        "The traffickers³ left.¹² kidnappersᵃ Smith¹,²* armed⁷ m² H2O 1er XIXe Mr xn paid[4] a whole",
        "x",
        "y",
        "¹See",
    ]
