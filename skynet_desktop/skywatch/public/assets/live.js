"use strict";
// Follows what happens: asks for this page's living part every few seconds while somebody looks,
// and changes only what is different. Without it the pages work, and stand still.
(() => {
  const EVERY = 2000;
  const SLOWEST = 30000;
  const part = document.querySelector("[data-live]");

  // --- times: the server sends moments, the browser says how long ago they are ------------

  const UNITS = [
    [60, 1, "s"],
    [114 * 60, 60, "min"],
    [45.6 * 3600, 3600, "h"],
    [Infinity, 86400, "days"],
  ];

  function ago(time) {
    const passed = (Date.now() - Date.parse(time.dateTime)) / 1000;
    if (passed < 3) return "just now";
    const [, unit, word] = UNITS.find(([below]) => passed < below);
    return `${Math.max(1, Math.round(passed / unit))} ${word} ago`;
  }

  function tellTimes() {
    for (const time of document.querySelectorAll("time.ago")) {
      const words = ago(time);
      if (time.textContent !== words) time.textContent = words;
    }
  }

  tellTimes();
  setInterval(tellTimes, 1000);

  // --- the living part ---------------------------------------------------------------------

  if (!part) return;
  const sent = new WeakMap(); // an element -> its HTML as the server sent it
  let tag = null;
  let pause = EVERY;
  let timer = null;
  let asking = false;

  function same(old, fresh) {
    return old.nodeName === fresh.nodeName && (old.dataset?.key ?? "") === (fresh.dataset?.key ?? "");
  }

  // Makes `old` like `fresh`: elements with a data-key are kept and moved, text that is the same
  // stays (a selection in it too).
  function become(old, fresh) {
    const html = fresh.outerHTML;
    if (sent.get(old) === html) return;
    sent.set(old, html);
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const keyed = new Map();
    for (const child of old.children) {
      if (child.dataset.key) keyed.set(child.dataset.key, child);
    }
    let place = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const known = next.dataset?.key && keyed.get(next.dataset.key);
      if (known && known !== place) {
        old.insertBefore(known, place);
        become(known, next);
      } else if (place && same(place, next)) {
        const after = place.nextSibling;
        if (place.nodeType === Node.ELEMENT_NODE) become(place, next);
        else if (place.data !== next.data) place.data = next.data;
        place = after;
      } else {
        old.insertBefore(next, place);
      }
    }
    while (place) {
      const after = place.nextSibling;
      place.remove();
      place = after;
    }
  }

  async function ask() {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const headers = { "X-Skywatch-Live": "1" };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await fetch(location.href, { headers, cache: "no-store", redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload(); // signed out meanwhile
      if (answer.status === 200) {
        if (answer.headers.get("X-Skywatch-Kind") !== part.dataset.live) return location.reload();
        tag = answer.headers.get("ETag");
        const fresh = document.createElement("div");
        fresh.innerHTML = await answer.text();
        for (const { name, value } of part.attributes) fresh.setAttribute(name, value);
        become(part, fresh);
        tellTimes();
      } else if (answer.status !== 304) {
        throw new Error(`status ${answer.status}`);
      }
      pause = EVERY;
      document.documentElement.classList.remove("stale");
    } catch {
      pause = Math.min(pause * 2, SLOWEST);
      document.documentElement.classList.add("stale");
    } finally {
      asking = false;
      plan();
    }
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, pause);
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
  plan();
})();
