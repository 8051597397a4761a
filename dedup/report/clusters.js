// Clusters: a document that stays, and those that went because of it.

function showClusters() {
  const all = facts.sizes.reduce((sum, [, number]) => sum + number, 0);
  const shown = facts.clusters.length;
  if (!all) {
    place("clusters-told", "No document went because of another one.");
    return;
  }
  const sizes = facts.sizes.slice(0, 8).map(([size, number]) => `${count(number)} of ${count(size)}`).join(", ");
  place("clusters-told",
    `${counted(all, "cluster", "clusters")} by number of documents: ${sizes}${facts.sizes.length > 8 ? ", …" : ""}. ` +
    (shown < all ? `The ${count(shown)} largest are shown.` : ""));
  const list = element("div");
  const more = element("button", { type: "button", click: () => showMore().querySelector("summary").focus() }, "More clusters");
  const showMore = () => {
    const begin = list.children.length;
    list.append(...facts.clusters.slice(begin, begin + 10).map(cluster));
    more.hidden = list.children.length === shown;
    return list.children[begin];
  };
  showMore();
  place("clusters", list, more);
}

function cluster({ keeper, size, members }) {
  const rest = size - 1 - members.length;
  return element("details", {},
    element("summary", {}, quoted(facts.names[keeper]), ` stays of ${count(size)} documents`),
    element("ul", {},
      ...members.map(([document, measured, reason]) => element("li", {},
        badge(reason), " ",
        element("button", { type: "button", class: "link", click: () => openDocument(document) },
          quoted(facts.names[document])),
        ` ${measured.toFixed(3)}`)),
      ...(rest ? [element("li", {}, `and ${count(rest)} more`)] : [])));
}
