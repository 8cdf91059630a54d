"use strict";
// What pages do beyond links and forms: results as one types, and keys. Everything works without it.
(() => {
  const $ = (what, within = document) => within.querySelector(what);
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const csrf = $("meta[name=csrf]")?.content || "";
  let generation = $("meta[name=generation]")?.content || "";
  document.documentElement.classList.add("js");

  let told;
  const say = (text) => {
    $(".toast")?.remove();
    const line = document.createElement("p");
    line.className = "toast";
    line.setAttribute("role", "status");
    line.textContent = text;
    document.body.append(line);
    clearTimeout(told);
    told = setTimeout(() => line.remove(), 4000);
  };

  // Results as one types: each question has a number, and an answer that is not to the last one is dropped.
  const ask = $("#ask"), line = $("#q"), box = $("#results");
  let number = 0, under, offering, counting;
  const parametersOf = (form) => {
    const found = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) found.append(name, value);
    return found;
  };
  // While somebody types, the hits come first, and what they can be narrowed by when a moment has passed.
  const look = async (query, push, quick = false, counts = false) => {
    const mine = ++number;
    clearTimeout(counting);
    under?.abort();
    under = new AbortController();
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch("/results?" + query + (push === "typed" ? "&typed=1" : "") + (quick ? "&quick=1" : ""), { signal: under.signal, headers: { accept: "text/html" } });
      const text = await answer.text();
      if (mine !== number) return;
      if (answer.status === 401) {
        if (document.querySelector("form.who")) location.reload();
        else say("The service has ended or was started anew; open its link again.");
        return;
      }
      generation = answer.headers.get("x-generation") || generation;
      updated();
      // What cannot be read yet is no reason to take the answer away.
      if (answer.status === 400 && $(".answer", box) && push === "typed") return;
      const before = quick && $(".narrow", box), chosen = counts && box.contains(document.activeElement) ? here : -1;
      // What says why there is no answer comes as a page of its own.
      box.innerHTML = answer.ok ? text : $("main", new DOMParser().parseFromString(text, "text/html"))?.innerHTML ?? text;
      if (before) {
        // It narrows what was asked before: until it is counted anew, nothing may be chosen there.
        before.inert = true;
        $(".narrow", box)?.replaceWith(before);
      }
      if (quick && $(".answer", box)) counting = setTimeout(() => look(query, push, false, true), 250);
      here = -1;
      // Whoever went to a hit meanwhile stays there.
      if (chosen >= 0) choose(chosen + 1);
      const address = query.size ? "/?" + query : "/";
      if (push === "link") history.pushState(null, "", address);
      else if (push) history.replaceState(null, "", address);
      document.title = (query.get("q") ? query.get("q") + " – " : "") + "coopsearch";
      sortOf();
      years();
    } catch (error) {
      if (error.name !== "AbortError" && mine === number) say("The service does not answer.");
    } finally {
      if (mine === number) box.setAttribute("aria-busy", "false");
    }
  };
  const hiddenOf = (query) => {
    all("input[type=hidden]", ask).forEach((one) => one.remove());
    for (const [name, value] of query) {
      if (name === "q" || name === "page") continue;
      const one = document.createElement("input");
      Object.assign(one, { type: "hidden", name, value });
      ask.append(one);
    }
  };
  const go = (url, push) => {
    line.value = url.searchParams.get("q") || "";
    hiddenOf(url.searchParams);
    return look(url.searchParams, push);
  };
  const suggest = async () => {
    const word = line.value.match(/[^\s"():+-]{2,}$/)?.[0], list = $("#words");
    if (!word || !list) return;
    const before = line.value.slice(0, -word.length), mine = number;
    try {
      const answer = await fetch("/api/v1/suggest?" + new URLSearchParams({ q: word, limit: 6 }));
      if (!answer.ok || mine !== number) return;
      list.replaceChildren(...(await answer.json()).words.map(({ word: one }) => new Option(before + one)));
    } catch { /* It is only an offer. */ }
  };
  const sortOf = () => $("#sort")?.addEventListener("change", (event) => {
    const query = parametersOf(event.target.form);
    hiddenOf(query);
    look(query, "link");
  });
  // The bars of the years narrow to a span when one draws over them.
  const years = () => {
    const bars = $(".years");
    if (!bars) return;
    const items = all("a", bars);
    let first = -1, last = -1;
    const at = (event) => items.findIndex((one) => {
      const { left, right } = one.getBoundingClientRect();
      return event.clientX >= left && event.clientX <= right + 1;
    });
    bars.addEventListener("pointerdown", (event) => { first = last = at(event); if (first >= 0) bars.setPointerCapture(event.pointerId); });
    bars.addEventListener("pointermove", (event) => {
      if (first < 0) return;
      const now = at(event);
      if (now >= 0) last = now;
      items.forEach((one, n) => one.classList.toggle("chosen", n >= Math.min(first, last) && n <= Math.max(first, last)));
    });
    bars.addEventListener("pointerup", () => {
      if (first < 0 || last < 0 || first === last) { const one = items[first]; first = -1; one?.click(); return; }
      const query = parametersOf(ask);
      query.set("since", items[Math.min(first, last)].dataset.year);
      query.set("until", items[Math.max(first, last)].dataset.year);
      first = -1;
      hiddenOf(query);
      look(query, "link");
    });
    bars.addEventListener("dragstart", (event) => event.preventDefault());
  };
  if (ask && box) {
    line.addEventListener("input", () => {
      clearTimeout(offering);
      const mine = number + 1;
      // Words are offered once the hits are painted: whoever types on does not wait for them.
      look(parametersOf(ask), "typed", Boolean(line.value.trim())).then(() => { if (mine === number) offering = setTimeout(suggest, 80); });
    });
    ask.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(offering); look(parametersOf(ask), "link"); });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const url = new URL(link.href);
      if (url.origin !== location.origin || url.pathname !== "/" || !box.contains(link)) return;
      event.preventDefault();
      go(url, "link").then(() => {
        if (link.closest(".pages")) scrollTo(0, 0);
        // The list is another now: its first new value has the focus, or the link by which it was made shorter.
        const part = url.hash && $(url.hash, box);
        if (part) (part.matches("a") ? part : $(`[data-facet="${link.dataset.facet}"]`, box))?.focus();
      });
    });
    addEventListener("popstate", () => go(new URL(location.href), ""));
    sortOf();
    years();
    line.setSelectionRange(line.value.length, line.value.length);
  }

  // Buttons that keep something do so without leaving the page.
  document.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.formAction.includes("/mark/")) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(event.target, button));
    const pressed = button.getAttribute("aria-pressed") === "true";
    if (pressed) fields.set("remove", "1");
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: fields, headers: { accept: "application/json", "x-csrf-token": csrf } });
      const value = await answer.json();
      if (!answer.ok) { say(value.detail); return; }
      const tags = value.marks.map((one) => one.tag);
      const place = button.closest(".links, .acts") || document;
      all("button[name=tag]", place).forEach((one) => one.setAttribute("aria-pressed", String(tags.includes(one.value))));
      say(tags.length ? "Marked " + tags.join(", ") : "Not marked any more");
    } catch { say("The service does not answer."); }
  });

  // What the service tells: that the index was updated, and what is new in saved searches. A page that nobody
  // sees does not listen: a browser has six connections to a service.
  let newest = generation, events;
  const updated = () => {
    const before = $("#updated");
    if (!newest || newest === generation) { before?.remove(); return; }
    if (before) return;
    const notice = document.createElement("p");
    notice.id = "updated";
    notice.className = "notice calm";
    notice.setAttribute("role", "status");
    $("main").before(notice);
    // A screen reader says what comes into a place that is there.
    const again = document.createElement("button");
    again.className = "link";
    again.textContent = box ? "Show the new answer" : "Show it";
    again.addEventListener("click", () => { if (box) look(parametersOf(ask), "same"); else location.reload(); });
    notice.append("The index was updated. ", again);
  };
  const news = (counts) => {
    const link = $("nav a[href='/saved']"), total = Object.values(counts).reduce((one, two) => one + two, 0);
    $(".badge", link)?.remove();
    if (total) {
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = total.toLocaleString("en");
      badge.append(Object.assign(document.createElement("span"), { className: "hidden", textContent: " new" }));
      link.append(" ", badge);
    }
    for (const one of all("[data-search]")) {
      const count = counts[one.dataset.search];
      $(".moved", one)?.remove();
      if (count === undefined || count === Number(one.dataset.news)) continue;
      const line = Object.assign(document.createElement("p"), { className: "moved note", textContent: `Now ${count} that nobody has seen. ` });
      line.setAttribute("role", "status");
      $("form", one).before(line);
    }
  };
  // How far a run is that somebody asked for; at its end the page has the report.
  const indexing = async (run) => {
    const part = $("#indexing");
    if (!part || (!run.running && part.dataset.running === "false" && part.dataset.began === String(run.began))) return;
    if (run.running && part.dataset.running === "true") {
      const bar = $("progress", part);
      if (run.total) { bar.max = run.total; bar.value = run.done; $("#done").textContent = `${run.done.toLocaleString("en")} of ${run.total.toLocaleString("en")} files`; }
      $("#file").textContent = run.path;
      return;
    }
    const answer = await fetch("/indexing");
    const now = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#indexing");
    if (now) part.replaceWith(now);
  };
  const listen = () => {
    if (document.hidden) { events?.close(); events = undefined; return; }
    if (events || !csrf || !window.EventSource) return;
    events = new EventSource("/events");
    events.addEventListener("index", (event) => { newest = JSON.parse(event.data).generation; updated(); });
    events.addEventListener("indexing", (event) => indexing(JSON.parse(event.data)));
    events.addEventListener("news", (event) => news(JSON.parse(event.data)));
    events.addEventListener("error", () => {
      if (events?.readyState !== EventSource.CLOSED) return;
      events = undefined;
      setTimeout(listen, 60000);
    });
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => { events?.close(); events = undefined; });
  addEventListener("pageshow", listen);

  // Keys.
  let here = -1, place;
  const hits = () => all(".hit");
  const show = (one) => { one.scrollIntoView({ block: "nearest", behavior: "smooth" }); };
  const choose = (by) => {
    const list = hits();
    if (!list.length) return;
    list[here]?.classList.remove("here");
    here = Math.max(0, Math.min(list.length - 1, here + by));
    list[here].classList.add("here");
    $("h2 a", list[here]).focus({ preventScroll: true });
    show(list[here]);
  };
  const places = () => all(".body mark");
  // Beyond the places of this part is the part of the document that has the next one, and beyond all of them
  // the next hit; backwards as well. What one comes to is known by the end of the address.
  const leave = (by) => {
    const part = $(".jumps")?.dataset[by > 0 ? "after" : "before"], hit = $(by > 0 ? "a[rel=next]" : "a[rel=prev]")?.href;
    if (part) location.assign(part + (by > 0 ? "#first" : "#last"));
    else if (hit) location.assign(hit + (by > 0 ? "#begin" : "#end"));
    return Boolean(part || hit);
  };
  const jump = (by) => {
    const list = places();
    if (!list.length) { leave(by); return; }
    if (place === undefined) {
      const start = $(".body :target"), after = start ? list.findIndex((one) => start.compareDocumentPosition(one) & 20) : 0;
      place = (after < 0 ? list.length : after) - (by > 0 ? 1 : 0);
    }
    list[place]?.classList.remove("here");
    const beyond = place + by < 0 || place + by >= list.length;
    if (beyond && leave(by)) return;
    place = (place + by + list.length) % list.length;
    list[place].classList.add("here");
    list[place].scrollIntoView({ block: "center", behavior: "smooth" });
    const told = $("#place");
    if (told) told.textContent = `${place + 1} of ${list.length}`;
  };
  const arrive = () => {
    const by = { "#first": 1, "#begin": 1, "#last": -1, "#end": -1 }[location.hash];
    if (!by || !$(".body")) return;
    const { after, last } = $(".jumps")?.dataset || {}, list = places();
    const part = location.hash === "#end" ? last : location.hash === "#begin" && !list.length && after;
    if (part) { location.replace(part + (by > 0 ? "#first" : "#last")); return; }
    place = by > 0 ? -1 : list.length;
    if (list.length) jump(by);
  };
  all("[data-jump]").forEach((one) => one.addEventListener("click", () => jump(Number(one.dataset.jump))));
  arrive();
  const quote = $("#quote");
  const take = () => {
    const chosen = String(getSelection());
    if (quote && chosen.trim() && getSelection().anchorNode?.parentElement?.closest(".body")) quote.value = chosen;
  };
  document.addEventListener("selectionchange", take);
  const press = (what) => {
    const one = hits()[here] ?? hits()[0] ?? document;
    const found = $(what, one) || $(what);
    if (found) found.click();
    return Boolean(found);
  };
  const keys = {
    "/": () => { line?.focus(); line?.select(); },
    j: () => ($(".body") ? jump(1) : choose(1)),
    k: () => ($(".body") ? jump(-1) : choose(-1)),
    o: () => ($(".body") ? press("[data-key=o]") : press("h2 a")),
    c: () => { if (quote) { take(); const box = quote.closest("details"); if (box) box.open = true; quote.focus(); } else press("[data-key=c]"); },
    m: () => press("[data-key=m]"),
    s: () => press("a[href^='/similar/']"),
    u: () => { const back = $("a.back"); if (back) location.assign(back.href); else history.back(); },
    "[": () => press("[rel=prev]"),
    "]": () => press("[rel=next]"),
    "?": () => location.assign("/help"),
  };
  // On a keyboard of other letters, as an Arabic one, the place of a key says which is meant.
  const signs = { Slash: "/", BracketLeft: "[", BracketRight: "]" };
  const meant = ({ key, code, shiftKey }) => {
    if (key.length > 1 || key <= "~") return key;
    const one = signs[code] || code.replace(/^Key/, "").toLowerCase();
    return one === "/" && shiftKey ? "?" : one;
  };
  document.addEventListener("keydown", (event) => {
    // A French keyboard has the brackets behind AltGr, which some systems tell as Ctrl and Alt, or behind Alt.
    const bracket = "[]".includes(event.key) && event.altKey;
    if (event.metaKey || event.isComposing || ((event.ctrlKey || event.altKey) && !bracket)) return;
    const field = event.target.closest?.("input, textarea, select");
    if (field) {
      // A browser would empty the line.
      if (event.key === "Escape") { event.preventDefault(); field.blur(); }
      else if (event.key === "ArrowDown" && field === line && !$("#words option")) { event.preventDefault(); choose(1); }
      return;
    }
    const act = keys[meant(event)];
    if (act) { event.preventDefault(); act(); }
  });
})();
