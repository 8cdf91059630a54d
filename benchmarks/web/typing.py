"""Typing queries into the page in Chromium: how long it takes until their hits are painted.

Does not depend on coopsearch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.web.browser.chromium import browsing

#: Types a text, a character each 150 milliseconds or when the answer is there, and says how long each took.
#: Painted means: a frame was drawn after the hits were put into the page.
_TYPED: Final = """
(async (text) => {
  const line = document.querySelector('#q'), box = document.querySelector('#results');
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  }));
  const taken = [];
  for (let end = 1; end <= text.length; ++end) {
    const changed = new Promise((done) => {
      const look = new MutationObserver(() => { look.disconnect(); done(); });
      look.observe(box, { childList: true });
    });
    const begun = performance.now();
    line.value = text.slice(0, end);
    line.dispatchEvent(new Event('input', { bubbles: true }));
    const late = new Promise((done) => setTimeout(() => done('late'), 10000));
    if (await Promise.race([changed, late]) === 'late') { taken.push(10000); continue; }
    taken.push(await painted() - begun);
    await new Promise((done) => setTimeout(done, Math.max(0, 150 - (performance.now() - begun))));
  }
  await new Promise((done) => setTimeout(done, 600));
  return taken;
})(%s)
"""


def keystrokes(url: str, texts: Sequence[str], folder: Path) -> list[int]:
    """Return the nanoseconds of each keystroke, from the key to the painted hits.

    ``url`` is the link that opens the page; ``folder`` is for the browser's files. The first text warms.
    """
    found: list[int] = []
    with browsing(folder) as browser:
        browser.look(1280)
        browser.open(url)
        browser.wait("location.pathname === '/' && document.querySelector('.js #q')")
        for number, text in enumerate(texts):
            taken = browser.run(_TYPED % json.dumps(text))
            if number:
                found += [int(one * 1e6) for one in taken]
    return found
