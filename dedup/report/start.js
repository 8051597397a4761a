// Everything is put in place, and listens.

/** Show reason and evidence of marked text that has the focus or lies under the pointer. */
function listenForTips() {
  const tip = element("div", { id: "tip", role: "tooltip", hidden: "" });
  const show = ({ target }) => {
    const marked = target.closest("[data-finding]");
    tip.hidden = !marked;
    if (!marked) return;
    const items = dialog.querySelector("ol").children;
    tip.textContent = "";
    tip.append(...[...items[Number(marked.dataset.finding)].childNodes]
      .filter((one) => one.nodeName !== "BUTTON").map((one) => one.cloneNode(true)));
    dialog.append(tip);
    const box = [...marked.getClientRects()].find((one) => one.bottom > 0) ?? marked.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - tip.offsetWidth - 8))}px`;
    const below = Math.max(box.bottom, 0) + 6;
    tip.style.top = `${Math.min(below, window.innerHeight - tip.offsetHeight - 8)}px`;
  };
  for (const event of ["focusin", "mouseover"]) dialog.addEventListener(event, show);
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
}

function listenForFilters() {
  let waiting = 0;
  const filters = document.getElementById("filters");
  filters.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(choose, 120);
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
}

showSummary();
showDecisions();
showClusters();
listenForTips();
listenForFilters();
