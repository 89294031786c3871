"use strict";
// Keys of lists: j and k move, o opens, t takes, / goes to the search, ? lists them. Without this script, links and buttons do all of it.
(() => {
  const rows = () => [...document.querySelectorAll("[data-row] th a")];

  function move(step) {
    const links = rows();
    const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    links[Math.min(Math.max(here + step, 0), links.length - 1)]?.focus();
  }

  const acts = {
    j: () => move(1),
    k: () => move(-1),
    o: () => (document.activeElement.closest?.("[data-row]")?.querySelector("th a") ?? rows()[0])?.click(),
    t: () => document.querySelector("[data-take] button")?.click(),
    "/": () => document.getElementById("q")?.focus(),
    "?": () => document.getElementById("keys")?.toggleAttribute("open"),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select");
    const act = acts[event.key];
    if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
})();
