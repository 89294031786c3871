"use strict";
// Keeps the page up to date: fetches it every ten seconds and replaces the sections that changed, until it comes without this script.
(() => {
  const PAUSE = 10_000;
  const stale = document.getElementById("stale");

  function exchange(next) {
    document.title = next.title;
    document.getElementById("at").replaceWith(next.getElementById("at"));
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = next.getElementById(old.id);
      if (!fresh || old.outerHTML === fresh.outerHTML) continue;
      const held = document.activeElement;
      // A section with the keyboard focus stays, unless the focus can be restored by id.
      if (old.contains(held) && !held.id) continue;
      for (const box of old.querySelectorAll("input:checked")) {
        const twin = fresh.querySelector(`#${box.id}`);
        if (twin) twin.checked = true;
      }
      old.replaceWith(fresh);
      if (held.id) document.getElementById(held.id)?.focus({ preventScroll: true });
    }
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      exchange(next);
      stale.hidden = true;
      if (!next.querySelector('script[src="/static/overview.js"]')) clearInterval(timer);
    } catch {
      stale.hidden = false;
    }
  }

  const timer = setInterval(refresh, PAUSE);
  document.addEventListener("visibilitychange", refresh);
})();
