"""How much more often words stand in what goes, and in comments: two linear models over words and pairs of words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
from pages import COMMENT, STAYS

from dedup.kernel.line_measures import find_lines, pair
from dedup.kernel.words import capacity, scan

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray
    from pages import Page

    from dedup.kernel.line_measures import Wordings

DOMAINS: Final = 10
"""On fewer sites, a word says more about the site than about the line."""
ROUNDS: Final = 4
RATE: Final = 0.15
SCALE: Final = 3.0
LONGEST: Final = 300
"""Characters beyond which a line weighs no more."""


@numba.njit
def _tokens(data: Any, places: Any, count: int, table: Any, parts: Any) -> Any:  # noqa: ANN401
    hashes = np.empty(1024, np.uint64)
    nothing = np.empty(0, np.int32)
    found = np.empty(1 << 12, np.uint32)
    ends = np.zeros(count, np.int64)
    at = 0
    for line in range(count):
        low, high = places[line, 0], places[line, 1]
        if capacity(high - low) > len(hashes):
            hashes = np.empty(2 * capacity(high - low), np.uint64)
        words = scan(data, low, high, table, parts, hashes, nothing, nothing)
        if at + 2 * words > len(found):
            larger = np.empty(2 * (at + 2 * words), np.uint32)
            larger[:at] = found[:at]
            found = larger
        for word in range(words):
            found[at] = np.uint32(hashes[word] >> np.uint64(32))
            at += 1
            if word:
                found[at] = np.uint32(pair(hashes[word - 1], hashes[word]) >> np.uint64(32))
                at += 1
        ends[line] = at
    return found[:at].copy(), ends


@numba.njit
def _sites(tokens: Any, starts: Any, ends: Any, order: Any, sites: Any, size: int) -> Any:  # noqa: ANN401
    """Count on how many sites each token stands; lines come site by site."""
    last = np.full(size, -1, np.int64)
    counts = np.zeros(size, np.int64)
    for line in order:
        for at in range(starts[line], ends[line]):
            if last[tokens[at]] != sites[line]:
                last[tokens[at]] = sites[line]
                counts[tokens[at]] += 1
    return counts


@numba.njit
def _descend(tokens: Any, starts: Any, ends: Any, order: Any, goal: Any, weight: Any, known: Any, shrink: float) -> Any:  # noqa: ANN401
    """Fit log-odds to the mean over a line's known tokens (AdaGrad: Duchi, Hazan, Singer, 2011)."""
    weights = np.zeros(len(known))
    past = np.full(len(known), 1e-2)
    base = 0.0
    past_base = 1e-2
    for _ in range(ROUNDS):
        for line in order:
            total = 0.0
            count = 0
            for at in range(starts[line], ends[line]):
                if known[tokens[at]]:
                    total += weights[tokens[at]]
                    count += 1
            if count == 0:
                continue
            miss = (1 / (1 + np.exp(-base - SCALE * total / count)) - goal[line]) * weight[line]
            past_base += miss * miss
            base -= RATE * miss / np.sqrt(past_base)
            for at in range(starts[line], ends[line]):
                token = tokens[at]
                if known[token]:
                    step = (miss + shrink * weights[token] * weight[line]) * SCALE / count
                    past[token] += step * step
                    weights[token] -= RATE * step / np.sqrt(past[token])
    return weights


class Corpus:
    """The tokens of all lines of some pages."""

    def __init__(self, pages: Sequence[Page], known: Wordings) -> None:
        self.known = known
        found, ends, base = [], [], 0
        for page in pages:
            data = np.frombuffer(page.text, np.uint8)
            places = np.empty((len(page.lines), 3), np.int64)
            assert find_lines(data, 0, len(data), known.blanks, places) == len(page.lines)
            tokens, last = _tokens(data, places, len(page.lines), known.table, known.parts)
            found.append(tokens)
            ends.append(last + base)
            base += len(tokens)
        self.names, tokens = np.unique(np.concatenate(found), return_inverse=True)
        self.tokens = tokens.astype(np.int32)
        self.ends = np.concatenate(ends)
        self.starts = np.concatenate(([0], self.ends[:-1]))
        self.labels = np.concatenate([page.labels for page in pages])
        self.sizes = np.concatenate([page.characters for page in pages])
        sites = {domain: number for number, domain in enumerate(sorted({page.domain for page in pages}))}
        self.sites = np.concatenate([np.full(len(page.lines), sites[page.domain]) for page in pages])
        self.folds = np.concatenate([np.full(len(page.lines), page.fold) for page in pages])

    def weights(self, without: Collection[int] = ()) -> NDArray[np.uint32]:
        """Fit the table of `Wordings.weights` to all lines but those of some folds."""
        used = ~np.isin(self.folds, list(without))
        order = np.flatnonzero(used)[np.argsort(self.sites[used], kind="stable")]
        counts = _sites(self.tokens, self.starts, self.ends, order, self.sites, len(self.names))
        ranked = np.lexsort((self.names, -counts))
        _, first = np.unique(self.names[ranked] >> 16, return_index=True)  # the commonest token takes the place
        known = np.zeros(len(self.names), np.bool_)
        known[ranked[first]] = True
        known &= counts >= DOMAINS
        goes = self._fitted(used & (self.labels >= 0), self.labels > STAYS, known, shrink=1e-3)
        long = self.ends - self.starts >= 9
        talk = self._fitted(
            used & long & ((self.labels == STAYS) | (self.labels == COMMENT)),
            self.labels == COMMENT,
            known,
            shrink=1e-2,
        )
        table = np.zeros(1 << 16, np.uint32)
        names = self.names[known]
        table[names >> 16] = (names & 0xFFFF) << 16 | goes[known] << 8 | talk[known]
        return table

    def _fitted(
        self, used: NDArray[np.bool_], goal: NDArray[np.bool_], known: NDArray[np.bool_], shrink: float
    ) -> NDArray[np.uint32]:
        weight = np.minimum(self.sizes, LONGEST) ** 0.5 / 10
        total = np.bincount(self.sites[used], weight[used], minlength=int(self.sites.max()) + 1)
        weight = weight / np.sqrt(np.maximum(1, total / 50))[self.sites]
        share = weight[used & goal].sum() / weight[used & ~goal].sum()
        weight = np.where(goal, weight * max(1, min(4, 1 / (3 * share))), weight)
        order = np.flatnonzero(used)
        np.random.default_rng(0).shuffle(order)
        fitted = _descend(self.tokens, self.starts, self.ends, order, goal.astype(float), weight, known, shrink)
        scale = 110 / np.quantile(np.abs(fitted[known]), 0.995)
        return (np.clip(np.round(fitted * scale), -127, 127) + 128).astype(np.uint32)
