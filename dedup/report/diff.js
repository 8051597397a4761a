// The difference of two texts, word by word: a patience diff, and between its anchors a longest common subsequence.

const WORDS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{M}\p{N}]+|\s+|[^]/gu;
const RUNS = [6, 3, 1];
const CELLS = 1e6;

/**
 * Compare two texts. Gives runs in order, `[text, text, isSame]`: what stands on either side. White space is the same
 * as any other.
 */
function difference(left, right) {
  const sides = [left, right].map((text) => text.match(WORDS) ?? []);
  const keys = sides.map((words) => words.map((word) => (/^\s/.test(word) ? " " : word)));
  const runs = [];
  const emit = (a, b, x, y, isSame) => {
    if (a === b && x === y) return;
    const texts = [sides[0].slice(a, b).join(""), sides[1].slice(x, y).join("")];
    const last = runs.at(-1);
    if (last && last[2] === isSame) {
      last[0] += texts[0];
      last[1] += texts[1];
    } else runs.push([...texts, isSame]);
  };
  compare(keys, [0, keys[0].length, 0, keys[1].length], emit);
  return runs;
}

/** Emit what is the same at the beginning and the end, and part what is between at runs of words that both have once. */
function compare([one, other], [a, b, x, y], emit) {
  const [begin, from] = [a, x];
  while (a < b && x < y && one[a] === other[x]) [a, x] = [a + 1, x + 1];
  emit(begin, a, from, x, true);
  const [end, to] = [b, y];
  while (a < b && x < y && one[b - 1] === other[y - 1]) [b, y] = [b - 1, y - 1];
  const anchors = a < b && x < y ? RUNS.reduce((found, size) => (found.length ? found
    : anchored(unique(one, a, b, size), unique(other, x, y, size))), []) : [];
  if (anchors.length) {
    let [left, right] = [a, x];
    for (const [p, q] of [...anchors, [b, y]]) {
      compare([one, other], [left, p, right, q], emit);
      [left, right] = [p, q];
    }
  } else {
    const [left, right] = [a, x];
    for (const [p, q] of common(one.slice(a, b), other.slice(x, y))) {
      emit(a, left + p, x, right + q, false);
      emit(left + p, left + p + 1, right + q, right + q + 1, true);
      [a, x] = [left + p + 1, right + q + 1];
    }
    emit(a, b, x, y, false);
  }
  emit(b, end, y, to, true);
}

/** Where runs of `size` words begin that occur once. */
function unique(words, begin, end, size) {
  const places = new Map();
  for (let at = begin; at + size <= end; at += 1) {
    const run = words.slice(at, at + size).join("\0");
    if (run.trim()) places.set(run, places.has(run) ? -1 : at);
  }
  return places;
}

/** The longest series of shared places that rises on both sides. */
function anchored(here, there) {
  const pairs = [];
  for (const [run, p] of here) {
    const q = there.get(run) ?? -1;
    if (p >= 0 && q >= 0) pairs.push([p, q]);
  }
  const ends = [];
  const before = new Array(pairs.length);
  pairs.forEach(([, q], at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]][1] < q) low = middle + 1;
      else high = middle;
    }
    before[at] = low ? ends[low - 1] : -1;
    ends[low] = at;
  });
  const series = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) series.push(pairs[at]);
  return series.reverse();
}

/** Where words of a longest common subsequence stand on both sides; none of texts too long for a table of all pairs. */
function common(here, there) {
  const width = there.length + 1;
  if (here.length * there.length > CELLS) return [];
  const longest = new Uint16Array((here.length + 1) * width);
  for (let p = here.length - 1; p >= 0; p -= 1) {
    for (let q = there.length - 1; q >= 0; q -= 1) {
      longest[p * width + q] = here[p] === there[q] ? longest[(p + 1) * width + q + 1] + 1
        : Math.max(longest[(p + 1) * width + q], longest[p * width + q + 1]);
    }
  }
  const pairs = [];
  for (let [p, q] = [0, 0]; p < here.length && q < there.length;) {
    if (here[p] === there[q]) {
      pairs.push([p, q]);
      [p, q] = [p + 1, q + 1];
    } else if (longest[(p + 1) * width + q] >= longest[p * width + q + 1]) p += 1;
    else q += 1;
  }
  return pairs;
}
