"""How much more often words stand in what goes, and in comments: linear models over words and pairs of words."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
from pages import COMMENT, STAYS

from dedup.kernel.line_measures import find_lines, pair
from dedup.kernel.words import capacity, scan
from dedup.markup.wordings import terms
from dedup.markup.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

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
LONG: Final = 9
"""Tokens of a line that says enough to be told a comment or text."""


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


class Lines:
    """The lines of some pages, with the numbers of their tokens."""

    def __init__(
        self, pages: Sequence[Page], folds: Sequence[int], tokens: NDArray[np.int32], ends: NDArray[np.int64]
    ) -> None:
        """Take pages, the part that each belongs to, all their tokens, and where those of each line end."""
        self.tokens, self.ends = tokens, ends
        self.starts = np.concatenate(([0], ends[:-1]))
        self.labels = np.concatenate([page.labels for page in pages])
        self.sizes = np.concatenate([page.characters for page in pages])
        sites = {domain: number for number, domain in enumerate(sorted({page.domain for page in pages}))}
        self.sites = np.concatenate([np.full(len(page.lines), sites[page.domain]) for page in pages])
        self.folds = np.concatenate([np.full(len(page.lines), fold) for page, fold in zip(pages, folds, strict=True)])

    def used(self, without: Collection[int]) -> NDArray[np.bool_]:
        """Choose the lines that are of none of some parts."""
        return ~np.isin(self.folds, list(without))

    def counts(self, used: NDArray[np.bool_], size: int) -> NDArray[np.int64]:
        """Count on how many sites each of `size` tokens stands in lines that are used."""
        order = np.flatnonzero(used)[np.argsort(self.sites[used], kind="stable")]
        return np.asarray(_sites(self.tokens, self.starts, self.ends, order, self.sites, size))

    def goes(self, used: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Weigh known tokens by how much they speak for going."""
        return self.fitted(used & (self.labels >= 0), self.labels > STAYS, known, shrink=1e-3)

    def fitted(
        self, used: NDArray[np.bool_], goal: NDArray[np.bool_], known: NDArray[np.bool_], shrink: float
    ) -> NDArray[np.int64]:
        """Weigh known tokens, from -127 to 127, by how much they speak for a goal."""
        weight = np.minimum(self.sizes, LONGEST) ** 0.5 / 10
        total = np.bincount(self.sites[used], weight[used], minlength=int(self.sites.max()) + 1)
        weight = weight / np.sqrt(np.maximum(1, total / 50))[self.sites]
        share = weight[used & goal].sum() / weight[used & ~goal].sum()
        weight = np.where(goal, weight * max(1, min(4, 1 / (3 * share))), weight)
        order = np.flatnonzero(used)
        np.random.default_rng(0).shuffle(order)
        found = _descend(self.tokens, self.starts, self.ends, order, goal.astype(float), weight, known, shrink)
        scale = 110 / np.quantile(np.abs(found[known]), 0.995)
        return np.clip(np.round(found * scale), -127, 127).astype(np.int64)


class Corpus(Lines):
    """The tokens of lines, as kernels hash them."""

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
        super().__init__(pages, [page.fold for page in pages], tokens.astype(np.int32), np.concatenate(ends))

    def weights(self, without: Collection[int] = ()) -> NDArray[np.uint32]:
        """Fit the table of `Wordings.weights` to all lines but those of some folds."""
        used = self.used(without)
        counts = self.counts(used, len(self.names))
        ranked = np.lexsort((self.names, -counts))
        _, first = np.unique(self.names[ranked] >> 16, return_index=True)  # the commonest token takes the place
        known = np.zeros(len(self.names), np.bool_)
        known[ranked[first]] = True
        known &= counts >= DOMAINS
        goes, talk = (self._byte(weights[known]) for weights in (self.goes(used, known), self._talk(used, known)))
        table = np.zeros(1 << 16, np.uint32)
        names = self.names[known]
        table[names >> 16] = (names & 0xFFFF) << 16 | goes << 8 | talk
        return table

    def _talk(self, used: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Weigh known tokens by how much they speak for a comment rather than text."""
        long = self.ends - self.starts >= LONG
        some = used & long & ((self.labels == STAYS) | (self.labels == COMMENT))
        return self.fitted(some, self.labels == COMMENT, known, shrink=1e-2)

    @staticmethod
    def _byte(weights: NDArray[np.int64]) -> NDArray[np.uint32]:
        return (weights + 128).astype(np.uint32)


class Vocabulary(Lines):
    """The tokens of lines, as blocks of web pages have them."""

    def __init__(self, pages: Sequence[Page], fold: Callable[[str], int]) -> None:
        """Take pages, and what tells the part that a domain belongs to."""
        numbers: dict[str, int] = {}
        tokens, ends = array("i"), array("q")
        for page in pages:
            for _, line in page.lines:
                tokens.extend(numbers.setdefault(term, len(numbers)) for term in terms(words_of(line)))
                ends.append(len(tokens))
        self.terms = [*numbers]
        folds = [fold(page.domain) for page in pages]
        super().__init__(pages, folds, np.frombuffer(tokens, np.int32), np.frombuffer(ends, np.int64))

    def weights(self, without: Collection[int] = ()) -> dict[str, int]:
        """Fit `wordings.Wordings` to all lines but those of some parts."""
        used = self.used(without)
        known = self.counts(used, len(self.terms)) >= DOMAINS
        goes = self.goes(used, known)
        return {self.terms[at]: int(goes[at]) for at in np.flatnonzero(known)}
