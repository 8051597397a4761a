// The numbers: sizes before and after, what went for which reason, and how sure or how alike it was.

function showSummary() {
  const { documents, characters, removals, suspicions } = facts.report;
  const gone = characters.in - characters.out;
  place("headline",
    `${count(documents.out)} of ${count(documents.in)} documents stay; ` +
    `${count(gone)} of ${count(characters.in)} characters (${share(gone, characters.in)}) went.`);
  place("sizes", sizesTable({ Documents: documents, Characters: characters }));
  place("reasons", reasonsTable(removals, suspicions, characters.in));
  place("histograms", ...histograms(),
    element("p", {}, "Heights grow with the square root of the numbers, so that single decisions show beside thousands. " +
      "Likenesses too low for a decision are in no ledger; ", element("code", {}, "dedup pairs"), " lists them."));
  place("footer", `Made by dedup ${facts.report.version}; settings ${facts.report.settings_sha256.slice(0, 12)}.`);
}

function table(caption, titles, rows) {
  const head = titles.map(([title, kind]) => element("th", { scope: "col", class: kind }, title));
  return element("table", {},
    element("caption", {}, caption), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
}

const figure = (number) => element("td", { class: "number" }, count(number));

/** A bar in a table's cell: what stays in a shade of its own. */
function bar(parts, whole) {
  const rects = [];
  let at = 0;
  for (const [size, kind] of parts) {
    const width = whole ? (100 * size) / whole : 0;
    const seen = size ? Math.max(width, 0.4) : 0;
    rects.push(drawn("rect", { class: kind, x: at, y: 0, width: seen, height: 10 }));
    at += width;
  }
  const shape = { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" };
  return element("td", { class: "wide" }, drawn("svg", shape, ...rects));
}

function sizesTable(sizes) {
  const rows = Object.entries(sizes).map(([name, size]) => element("tr", {},
    element("th", { scope: "row" }, name), figure(size.in), figure(size.out), figure(size.in - size.out),
    element("td", { class: "number" }, share(size.in - size.out, size.in)),
    bar([[size.out, "stays"], [size.in - size.out, "went"]], size.in)));
  const titles = [["", ""], ["Before", "number"], ["After", "number"], ["Went", "number"], ["Share", "number"], ["", ""]];
  return table("Size before and after", titles, rows);
}

function reasonsTable(removals, suspicions, whole) {
  const codes = Object.keys(removals).sort((a, b) => removals[b].characters - removals[a].characters);
  const most = Math.max(1, ...codes.map((code) => removals[code].characters));
  const rows = codes.map((code) => {
    const { findings, documents, characters } = removals[code];
    return element("tr", {}, reasonCell(code), figure(findings), figure(documents), figure(characters),
      element("td", { class: "number" }, share(characters, whole)), bar([[characters, family(code)]], most));
  });
  for (const [code, findings] of Object.entries(suspicions)) {
    const note = element("td", { colspan: 4 }, "suspected only, stays");
    rows.push(element("tr", { class: "suspected" }, reasonCell(code), figure(findings), note));
  }
  const titles = [["Reason", ""], ["Findings", "number"], ["Documents", "number"], ["Characters", "number"],
    ["Share", "number"], ["", ""]];
  return table("What went, by reason", titles, rows);
}

function reasonCell(code) {
  const choose = { type: "button", class: "link", title: facts.reasons[code]?.[1] ?? "", click: () => chooseReason(code) };
  return element("th", { scope: "row" }, badge(code), " ", element("button", choose, reasonName(code)));
}

const HISTOGRAMS = {
  likeness: ["Documents that went", "likeness to the document that stays"],
  jaccard: ["Documents that went", "Jaccard similarity to the document that stays"],
  containment: ["Documents contained in others", "share of the document that stays elsewhere"],
  paragraph: ["Paragraphs found in other documents", "Jaccard similarity to the paragraph that stays"],
  repeat: ["Repeats inside a document", "Jaccard similarity to the text that stays"],
  confidence: ["Boilerplate and suspicions", "confidence"],
};

function histograms() {
  return Object.entries(HISTOGRAMS).flatMap(([name, [title, axis]]) => {
    const found = facts.histograms[name];
    const total = [...found.removed, ...found.stays].reduce((sum, one) => sum + one, 0);
    return total ? [histogram(title, axis, found, total)] : [];
  });
}

/** Bars grow with the square root, so that single ones beside thousands can be seen. */
function histogram(title, axis, { threshold, removed, stays }, total) {
  const [width, height, left, base] = [300, 110, 10, 90];
  const most = Math.max(...removed.map((one, at) => one + stays[at]));
  const step = (width - 2 * left) / removed.length;
  const tall = (number) => (base - 14) * Math.sqrt(number / most);
  const shapes = removed.flatMap((gone, at) => {
    if (!gone && !stays[at]) return [];
    const whole = tall(gone + stays[at]);
    const lower = whole * (gone / (gone + stays[at]));
    const box = { x: left + at * step, width: step - 0.6 };
    const from = at / removed.length;
    const range = `${from.toFixed(2)} to ${(from + 1 / removed.length).toFixed(2)}`;
    return [drawn("g", {}, drawn("title", {}, `${range}: ${count(gone)} went, ${count(stays[at])} stay`),
      drawn("rect", { ...box, class: "went", y: base - lower, height: lower }),
      drawn("rect", { ...box, class: "suspect", y: base - whole, height: whole - lower }))];
  });
  shapes.push(drawn("line", { class: "axis", x1: left, x2: width - left, y1: base, y2: base }));
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    shapes.push(drawn("text", { x: left + tick * (width - 2 * left), y: base + 14, class: "tick" }, String(tick)));
  }
  if (threshold !== null) {
    const x = left + threshold * (width - 2 * left);
    shapes.push(drawn("line", { class: "threshold", x1: x, x2: x, y1: 10, y2: base }),
      drawn("text", { class: "tick strong", x: Math.min(Math.max(x, 40), width - 40), y: 8 }, `threshold ${threshold}`));
  }
  const limit = threshold === null ? "no threshold" : `threshold ${threshold}`;
  const told = `${title}: histogram of ${axis}, ${counted(total, "decision", "decisions")}, ${limit}`;
  return element("figure", {},
    element("figcaption", {}, element("strong", {}, title), ` by ${axis}; tallest bar ${count(most)}`),
    drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told }, ...shapes));
}
