"""Small pictures of pages beside those that are kept, and where each part stands.

A picture depends on fonts and on Chromium. What they draw here is told by a picture of a page of our
own: where that is another than when the pictures were kept, only the places of parts are compared, with a
margin, as the pictures of pages would all differ.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageChops, ImageStat

from tests.web.browser.chromium import Browser

KEPT: Final = Path(__file__).with_name("kept")
#: How a page is looked at: the width, by how much its picture is made smaller, and whether it is dark.
LOOKS: Final = ((1440, 4, False), (1440, 4, True), (360, 2, False), (360, 2, True))
HEIGHT: Final = 900
#: Greys of a kept picture.
_GREYS: Final = 16
#: Pixels of a block of a picture, and how many of 255 greys blocks may differ on average.
_BLOCK: Final = 15
_APART: Final = 5.0
#: Parts whose places are kept: the first that each selector finds.
PARTS: Final = (
    "header", "header .brand", "header nav", "form.ask", "#q", "main", "main h1", "main h2", "main aside",
    "main section", "main .hit", "main .hit:nth-of-type(2)", ".snippet", ".body", ".body p", "main table",
    "main ol",    "main form", "main details", ".chips", ".notice",
)  # fmt: skip
#: Texts that are others each time: times, days, the folder, and who is at work.
_SETTLED: Final = """((folder, who, days) => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    let text = node.data.replaceAll(folder, "/project").replaceAll(who, "somebody")
      .replace(/[\\d.,]+\\sms\\b/g, "1 ms").replace(/\\b(coopsearch[:-])[0-9a-f]{6,}/g, "$1000000");
    if (days) text = text.replace(/\\d{4}-\\d\\d-\\d\\d/g, "2020-02-02")
      .replace(/\\d\\d:\\d\\d(:\\d\\d)?/g, "12:00");
    if (text !== node.data) node.data = text;
  }
  document.activeElement?.blur();
  scrollTo(0, 0);
  return document.fonts.ready.then(() => 0);
})"""
_PLACES: Final = """((parts) => Object.fromEntries(parts.flatMap((part) => {
  const one = document.querySelector(part);
  const box = one?.getClientRects().length ? one.getBoundingClientRect() : null;
  return box ? [[part, [box.x, box.y, box.width, box.height].map(Math.round)]] : [];
})))"""
#: A page that shows what fonts and the browser make of what ours are made of.
_PROBE: Final = """<meta charset=utf-8><style>body { margin: 1rem; font: 16px/1.6 %s; background: #fff }
p.s { font-family: %s } p.m { font-family: %s }</style>%s<p><input value="routes"><button>Search</button>
<select><option>Relevance</select><progress value=.4></progress>
<details open><summary>More</summary></details>"""
_SAMPLE: Final = (
    "Smuggling routes 0123 – « Les réfugiés arrivent à l’été » – شبكات تهريب المهاجرين عبر المتوسط"
)


def settle(browser: Browser, folder: str, who: str, *, days: bool = True) -> None:
    """Have a page show nothing that is another each time; of the days, unless they are the same each time."""
    browser.call("Emulation.setScrollbarsHidden", hidden=True)
    browser.run(f"{_SETTLED}({json.dumps(folder)}, {json.dumps(who)}, {json.dumps(days)})")


def seen(browser: Browser, scale: int) -> Image.Image:
    """Return what the window shows, in greys, made smaller."""
    data = base64.b64decode(browser.call("Page.captureScreenshot", format="png")["data"])
    return Image.open(io.BytesIO(data)).convert("L").reduce(scale)


def sheet(parts: Sequence[Image.Image]) -> Image.Image:
    """Return pictures side by side, in as few greys as are kept."""
    whole = Image.new("L", (sum(one.width for one in parts), max(one.height for one in parts)), 255)
    left = 0
    for one in parts:
        whole.paste(one, (left, 0))
        left += one.width
    step = 255 / (_GREYS - 1)
    return whole.point([round(round(grey / step) * step) for grey in range(256)])


def looked_at(browser: Browser) -> tuple[Image.Image, dict[str, dict[str, list[int]]]]:
    """Return a picture of the page at all widths, light and dark, and the places of its parts by width."""
    parts, places = [], {}
    for width, scale, dark in LOOKS:
        browser.look(width, dark=dark)
        parts.append(seen(browser, scale))
        if not dark:
            places[str(width)] = browser.run(f"{_PLACES}({json.dumps(PARTS)})")
    return sheet(parts), places


def probe(browser: Browser, style: str) -> Image.Image:
    """Return a picture of what fonts and the browser draw here, with the fonts of a style sheet."""
    sans, serif, mono = (
        match[1] for name in ("sans", "serif", "mono") if (match := re.search(rf"--{name}: (.*);", style))
    )
    text = "".join(f"<p class={one}>{_SAMPLE}<br><b>{_SAMPLE}</b>" for one in ("n", "s", "m"))
    browser.look(1440)
    page = base64.b64encode((_PROBE % (sans, serif, mono, text)).encode()).decode()
    browser.open(f"data:text/html;charset=utf-8;base64,{page}")
    return sheet([seen(browser, 2)])


def save(picture: Image.Image, path: Path) -> None:
    """Keep a picture in as few bytes as its greys need."""
    greys = picture.point([round(grey / 255 * (_GREYS - 1)) for grey in range(256)])
    few = Image.frombytes("P", picture.size, greys.tobytes())
    few.putpalette([value for grey in range(_GREYS) for value in [round(grey * 255 / (_GREYS - 1))] * 3])
    few.save(path, optimize=True, bits=4)


def apart(one: Image.Image, other: Image.Image, most: float = _APART) -> list[str]:
    """Return where two pictures differ by more than a little: the blocks, and by how many greys of 255."""
    if one.size != other.size:
        return [f"{one.size} is not {other.size}"]
    difference = ImageChops.difference(one, other)
    if difference.getbbox() is None:
        return []
    found = []
    for top in range(0, one.height, _BLOCK):
        for left in range(0, one.width, _BLOCK):
            block = difference.crop((left, top, min(left + _BLOCK, one.width), min(top + _BLOCK, one.height)))
            if (mean := ImageStat.Stat(block).mean[0]) > most:
                found.append(f"at {left},{top}: {mean:.0f}")
    return found


def moved(now: Mapping[str, Any], before: Mapping[str, Any], width: int) -> list[str]:
    """Return which parts stand elsewhere than they did, by more than other fonts would move them."""
    found = [f"{part} is {'new' if part in now else 'gone'}" for part in now.keys() ^ before.keys()]
    for part in now.keys() & before.keys():
        (x, y, wide, high), (x0, y0, wide0, high0) = now[part], before[part]
        aside, down = max(24, width * 0.04), 40 + 0.35 * max(y0, high0)
        if (
            abs(x - x0) > aside
            or abs(x + wide - x0 - wide0) > aside
            or abs(y - y0) > down
            or abs(high - high0) > down
        ):
            found.append(f"{part} is at {now[part]}, and was at {before[part]}")
    return sorted(found)
