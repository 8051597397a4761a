// One document: its text with what went marked, what was decided of it, and what went beside what stays.

const [STAYS, STRIPPED, OMITTED] = [-1, -2, -3];
const dialog = document.getElementById("document");

/** Open the decision at a place of the list. */
function openDecision(order) {
  const at = listing.chosen[order];
  openDocument(decisions.document[at], at, order);
}

/** Open a document, at one of its decisions, which has a place in the list if it was opened from there. */
function openDocument(number, at = decisions.document.indexOf(number), order = null) {
  const block = document.getElementById(`document-${number}`);
  const name = facts.names[number];
  const file = facts.files[decisions.file[at]];
  const turn = (title, to) => element("button",
    { type: "button", disabled: order === null || !(to in listing.chosen) ? "" : null, click: () => openDecision(to) }, title);
  dialog.replaceChildren(
    element("header", {},
      element("h2", { id: "document-title", tabindex: "-1" }, quoted(name), ...(file && file !== name
        ? [" ", element("small", {}, "in ", quoted(file))] : [])),
      element("nav", { "aria-label": "Decisions in the list" }, turn("Previous", order - 1), turn("Next", order + 1),
        element("button", { type: "button", click: () => dialog.close() }, "Close"))),
    ...(block ? shownDocument(JSON.parse(block.textContent), at) : [missingDocument(name, at)]));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  if (!dialog.querySelector(".beside")) dialog.querySelector(".text .current")?.scrollIntoView({ block: "center" });
  document.getElementById("document-title").focus({ preventScroll: true });
}

function missingDocument(name, at) {
  const told = at < 0 ? [] : [element("p", {}, badge(decisions.reason[at]), ` ${reasonName(decisions.reason[at])}, measured `,
    decisions.measure[at].toFixed(3), ...(decisions.twin[at] < 0 ? [] : [" because of ", quoted(facts.names[decisions.twin[at]])]),
    ": ", quoted(decisions.excerpt[at]))];
  const command = `dedup report FOLDER --document ${JSON.stringify(name)}`;
  return element("div", {}, ...told,
    element("p", {}, `This page holds the texts of ${counted(facts.shown.length, "document", "documents")}, and this is not ` +
      "one of them. This command makes a page that has it: ", element("code", {}, visible(command))));
}

function shownDocument({ segments, findings }, at) {
  const first = Math.max(0, findings.findIndex((one) => at >= 0 && one.reason === decisions.reason[at] &&
    one.start === decisions.start[at] && one.end === decisions.end[at]));
  const beside = element("section", { "aria-label": "What went beside what stays", "aria-live": "polite" });
  const text = element("div", { class: "text", dir: "auto" }, ...segments.map((one) => segment(one, findings)));
  const compare = (which) => beside.replaceChildren(...comparison(segments, findings[which], which));
  const items = findings.map((finding, which) => element("li", { "aria-current": which === first ? "true" : null }, badge(finding.reason), " ", ...account(finding), " ",
    ...spots(text, which), ...(finding.twin
      ? [" ", element("button", { type: "button", click: () => compare(which) }, "Compare")] : [])));
  if (findings[first]?.twin) compare(first);
  for (const marked of text.querySelectorAll(`[data-finding="${first}"]`)) marked.classList.add("current");
  return [element("h3", {}, "Decided of it"), element("ol", {}, ...items), beside,
    element("h3", {}, "The document before it was cleaned"), text];
}

/** A button that leads to where a decision is marked in the text. */
function spots(text, which) {
  const marked = text.querySelector(`[data-finding="${which}"]`);
  if (!marked) return [];
  const go = () => {
    marked.scrollIntoView({ block: "center" });
    marked.focus({ preventScroll: true });
  };
  return [element("button", { type: "button", click: go }, "In the text")];
}

function segment([text, owner], findings) {
  if (owner === OMITTED) return element("em", { class: "omitted" }, ` … ${count(Number(text))} characters are not shown … `);
  if (owner === STAYS) return quoted(text);
  if (owner === STRIPPED) {
    return element("del", { class: "stripped", title: "left out when the document was compared" }, quoted(text));
  }
  const { kind, reason } = findings[owner];
  const marks = { class: family(reason), tabindex: 0, "data-finding": owner, "aria-describedby": "tip" };
  return element(kind === "removal" ? "del" : "mark", marks, quoted(text));
}

/** Say in one line what was found and on what evidence. */
function account({ kind, reason, confidence, evidence }) {
  const verdict = kind === "removal" ? "" : " (suspected, stays)";
  const told = [`${reasonName(reason)}${verdict}`];
  if (evidence.kind === "copy") {
    told.push(" of ", quoted(evidence.document), ` at ${count(evidence.start)} to ${count(evidence.end)}`);
  } else if (evidence.kind === "likeness") {
    told.push(" of ", quoted(evidence.document), `, ${count(evidence.shared)} of ${count(evidence.union)} shingles shared`);
  } else if (evidence.kind === "address") {
    told.push(" as ", quoted(evidence.document), ": ", quoted(evidence.url));
    return told;
  } else if (evidence.kind === "frequency") {
    told.push(`, in ${count(evidence.documents)} documents`);
  } else if (evidence.kind === "overlap") {
    told.push(" with ", quoted(evidence.item), ` at ${count(evidence.start)} to ${count(evidence.end)}`);
    told.push(`, ${(100 * evidence.covered).toFixed(0)} % of its words`);
    return told;
  } else if (evidence.excerpt) told.push(": “", quoted(evidence.excerpt), "”");
  const parts = Object.entries({ likeness: "likeness", words: "words in common", covers: "of the other's words",
    figures: "figures", names: "names" });
  for (const [part, title] of parts) if (evidence[part] != null) told.push(`, ${title} ${evidence[part].toFixed(3)}`);
  if (evidence.jaccard !== undefined) told.push(`, Jaccard ${evidence.jaccard.toFixed(3)}`);
  else told.push(`, confidence ${confidence.toFixed(2)}`);
  if (evidence.containment !== undefined) told.push(`, contained ${evidence.containment.toFixed(3)}`);
  return told;
}

const joined = (segments, owner) => segments.filter(([, one]) => one === owner).map(([text]) => text).join("");

/** What went and what stays instead, side by side, with the words that differ marked. */
function comparison(segments, finding, which) {
  const runs = difference(joined(segments, which), joined(finding.twin, STAYS));
  const words = (text) => (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).length;
  const [only, instead] = [0, 1].map((side) => runs.reduce((sum, run) => sum + (run[2] ? 0 : words(run[side])), 0));
  const column = (title, side, tag) => element("div", { class: "text", dir: "auto" }, element("h4", {}, ...title),
    ...runs.map((run) => (run[2] || !run[side] ? quoted(run[side]) : element(tag, {}, quoted(run[side])))));
  const cut = [...segments, ...finding.twin].some(([, owner]) => owner === OMITTED);
  return [
    element("h3", {}, "What went, beside what stays"),
    element("p", {}, badge(finding.reason), " ", ...account(finding),
      `. ${counted(only, "word", "words")} only on the left, ${count(instead)} only on the right.` +
      (cut ? " Long texts are compared without their middles." : "")),
    element("div", { class: "beside" },
      column(["went"], 0, "del"), column(["stays: ", quoted(finding.evidence.document)], 1, "ins")),
  ];
}
