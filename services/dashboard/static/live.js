"use strict";
// Keeps a page up to date. The server says by an event that something changed; where that fails, the page asks every ten
// seconds. Then each part with `data-live` is replaced by its newest form; what a person types or has opened stays.
(() => {
  const LEAST_PAUSE = 500;
  const POLL = 10_000;
  const stale = document.getElementById("stale");
  let told = null;
  let last = 0;
  let planned = 0;
  let busy = false;
  let missed = false;

  document.addEventListener("input", (event) => event.target.form?.setAttribute("data-touched", ""));

  const keep = {
    // A form that somebody began to fill in, and a part that somebody opened or closed, stay as that person left them.
    beforeNodeMorphed: (old) => !(old instanceof HTMLFormElement && old.hasAttribute("data-touched")),
    beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
  };

  function exchange(next) {
    document.title = next.title;
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = next.getElementById(old.id);
      if (!fresh || old.outerHTML === fresh.outerHTML) continue;
      Idiomorph.morph(old, fresh, { ignoreActiveValue: true, callbacks: keep });
      window.htmx?.process(document.getElementById(old.id));
    }
  }

  async function refresh() {
    planned = 0;
    // What changes while an answer is on its way may not be in it.
    missed = busy;
    if (document.hidden || busy) return;
    busy = true;
    last = Date.now();
    try {
      const answer = await fetch(location.pathname + location.search, { cache: "no-store", headers: { "HX-Request": "true" } });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    } finally {
      busy = false;
      if (missed) soon();
    }
  }

  function soon() {
    if (!planned) planned = setTimeout(refresh, Math.max(0, last + LEAST_PAUSE - Date.now()));
  }

  function listen() {
    told = new EventSource("/live");
    told.addEventListener("changed", soon);
  }

  // A hidden page holds no connection: a browser opens few of them to one server.
  document.addEventListener("visibilitychange", () => {
    told?.close();
    if (document.hidden) return;
    listen();
    soon();
  });
  setInterval(() => {
    if (told?.readyState !== EventSource.OPEN) soon();
  }, POLL);
  listen();
})();
