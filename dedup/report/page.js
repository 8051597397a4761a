"use strict";
// What all parts of the page use. Texts of the corpus only ever become text nodes and attribute values, never markup.

const facts = JSON.parse(document.getElementById("facts").textContent);
const FAMILIES = {
  BP: "boilerplate", RP: "repeats inside a document", XP: "paragraphs across documents",
  XD: "exact duplicates", ND: "near-duplicates", CD: "contained documents", SS: "second stories",
};

/** Make an element; attributes that are functions listen to the event of that name. */
function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function place(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

const count = (number) => number.toLocaleString("en");
const counted = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
const share = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "0 %");

/** Show what would be invisible or turn the direction of other text. */
function visible(text) {
  const hidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  return text.replace(hidden, (one) => `⟨U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** A text of the corpus, whose direction is its own affair. */
const quoted = (text, attributes = {}) => element("bdi", attributes, visible(text));

const reasonName = (code) => (facts.reasons[code] ? facts.reasons[code][0] : "");
const family = (code) => `family ${code.slice(0, 2)}`;

/** The code of a reason in the colour of its family. */
const badge = (code) => element("span", { class: family(code), title: reasonName(code) }, code);
