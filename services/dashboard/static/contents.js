"use strict";
// Marks the bytes of a part in one pane when the part is chosen in the other. Without it, the links beside the parts lead there.
(() => {
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-at]");
    if (!chosen || event.target.closest("a:not(.place)")) return;
    event.preventDefault();
    for (const old of document.querySelectorAll("[data-at].chosen")) old.classList.remove("chosen");
    for (const part of document.querySelectorAll(`[data-at="${CSS.escape(chosen.dataset.at)}"]`)) {
      part.classList.add("chosen");
      if (part !== chosen) part.scrollIntoView({ block: "nearest" });
    }
  });
})();
