// The list of decisions: filters, order and pages. Only the rows of one page are ever on the page.

const decisions = facts.decisions;
const PAGE = 50;
const ORDERS = {
  margin: ["Most borderline first", (a, b) => hundredths(a) - hundredths(b) || turns[a] - turns[b] || a - b],
  place: ["Order of the corpus", (a, b) => a - b],
  length: ["Longest first", (a, b) => lengthOf(b) - lengthOf(a) || a - b],
};
const hundredths = (at) => Math.round(100 * decisions.margin[at]);
const lengthOf = (at) => decisions.end[at] - decisions.start[at];

/** How many of the same reason stand before a decision: of equally borderline ones each reason has its turn. */
const turns = (() => {
  const seen = new Map();
  const every = decisions.margin.map((_, at) => at).sort((a, b) => decisions.margin[a] - decisions.margin[b] || a - b);
  const found = new Array(every.length);
  for (const at of every) {
    found[at] = seen.get(decisions.reason[at]) ?? 0;
    seen.set(decisions.reason[at], found[at] + 1);
  }
  return found;
})();

/** What is listed now: numbers of decisions in order, and the page that is shown. */
const listing = { chosen: [], page: 0 };

function showDecisions() {
  const listed = decisions.document.length;
  place("drawn", listed < facts.total
    ? `Of ${count(facts.total)} decisions ${count(listed)} are listed: some drawn evenly, the most borderline ones, and ` +
      "some of each reason. Numbers and histograms above count all; ledger.jsonl holds all."
    : `All ${counted(listed, "decision", "decisions")} of the ledger are listed; a borderline one was close to being ` +
      "decided otherwise.");
  place("filters", ...filters());
  choose();
}

function filters() {
  const codes = new Map();
  for (const code of decisions.reason) codes.set(code, (codes.get(code) ?? 0) + 1);
  const reasons = [...codes.keys()].sort().map((code) => [code, `${code} ${reasonName(code)} (${count(codes.get(code))})`]);
  const files = element("datalist", { id: "files" },
    ...facts.files.slice(0, 300).map((name) => element("option", { value: name })));
  const number = { type: "number", min: 0, max: 1, step: 0.01 };
  return [
    labelled("Reason", select("by-reason", [["", "all"], ...reasons])),
    labelled("Source", element("input", { id: "by-file", type: "search", list: "files", placeholder: "file or folder" })),
    labelled("Confidence or likeness from", element("input", { ...number, id: "from", value: 0 })),
    labelled("to", element("input", { ...number, id: "to", value: 1 })),
    labelled("Verdict", select("by-verdict", [["", "all"], ["1", "removed"], ["0", "suspected, stays"]])),
    labelled("Text or document", element("input", { id: "by-text", type: "search" })),
    labelled("Order", select("order", Object.entries(ORDERS).map(([name, [title]]) => [name, title]))),
    files,
  ];
}

const labelled = (title, field) => element("label", {}, element("span", {}, title), field);

function select(id, options) {
  return element("select", { id }, ...options.map(([value, title]) => element("option", { value }, title)));
}

const chosenIn = (id) => document.getElementById(id).value;

/** Choose what the filters let through. */
function choose() {
  const reason = chosenIn("by-reason");
  const verdict = chosenIn("by-verdict");
  const file = chosenIn("by-file").toLowerCase();
  const text = chosenIn("by-text").toLowerCase();
  const [from, to] = [Number(chosenIn("from") || 0), Number(chosenIn("to") || 1)];
  const inFile = facts.files.map((name) => name.toLowerCase().includes(file));
  listing.chosen = [];
  for (let at = 0; at < decisions.document.length; at += 1) {
    const measure = decisions.measure[at];
    if ((!reason || decisions.reason[at] === reason) && measure >= from && measure <= to &&
        (!verdict || decisions.removed[at] === Number(verdict)) && inFile[decisions.file[at]] &&
        (!text || decisions.excerpt[at].toLowerCase().includes(text) ||
          facts.names[decisions.document[at]].toLowerCase().includes(text))) listing.chosen.push(at);
  }
  listing.chosen.sort(ORDERS[chosenIn("order")][1]);
  showPage(0);
}

function chooseReason(code) {
  document.getElementById("filters").reset();
  document.getElementById("by-reason").value = code;
  choose();
  document.getElementById("decisions").focus();
}

function showPage(page) {
  const last = Math.max(0, Math.ceil(listing.chosen.length / PAGE) - 1);
  listing.page = Math.min(Math.max(page, 0), last);
  const begin = listing.page * PAGE;
  const shown = listing.chosen.slice(begin, begin + PAGE);
  place("found", shown.length
    ? `${counted(listing.chosen.length, "decision", "decisions")}, of which ${count(begin + 1)} to ` +
      `${count(begin + shown.length)} are shown`
    : "No decision is like that.");
  const titles = [["Reason", ""], ["Document", ""], ["Text", ""], ["Characters", "number"], ["Measured", "number"],
    ["Margin", "number"]];
  place("list", table("Decisions; margin 0 is right at the threshold", titles,
    shown.map((at, order) => decisionRow(at, begin + order))));
  const turn = (title, to, dead) =>
    element("button", { type: "button", disabled: dead ? "" : null, click: () => showPage(to) }, title);
  place("pages", turn("First", 0, !listing.page), turn("Previous", listing.page - 1, !listing.page),
    `Page ${count(listing.page + 1)} of ${count(last + 1)}`,
    turn("Next", listing.page + 1, listing.page === last), turn("Last", last, listing.page === last));
}

function decisionRow(at, order) {
  const open = { type: "button", class: "link", click: () => openDecision(order) };
  const kind = decisions.removed[at] ? null : "suspected";
  return element("tr", { class: kind },
    element("td", {}, badge(decisions.reason[at]), decisions.removed[at] ? "" : " suspected"),
    element("td", {}, element("button", open, quoted(facts.names[decisions.document[at]]))),
    element("td", { class: "excerpt" }, quoted(decisions.excerpt[at])),
    figure(lengthOf(at)),
    element("td", { class: "number" }, decisions.measure[at].toFixed(3)),
    element("td", { class: "number" }, decisions.margin[at].toFixed(3)));
}
