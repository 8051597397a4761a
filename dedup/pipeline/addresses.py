"""Documents of one address: fetched from the same one, or from pages that say that their own is the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urlsplit

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow as pa

    from dedup.engines.shards import Spool
    from dedup.kernel.arrays import I32, I64, U64

_STEP: Final = 1 << 16
"""Documents whose addresses are looked up at once."""


def address(url: str, canonical: str) -> str:
    """
    Give the address that a document is known by, without what browsers do not send; empty if there is none.

    What a page says counts only on its own host, and a home page only for itself: templates often name that for all.
    """
    own, said = _plain(url), _plain(canonical)
    if not said or said == own:
        return own
    if own and (urlsplit(own).netloc != urlsplit(said).netloc or not urlsplit(said).path.strip("/")):
        return own
    return said


def _plain(url: str) -> str:
    try:
        parts = urlsplit(urldefrag(url.strip()).url)
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return ""
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def leaders(spool: Spool, words: I32, order: I64) -> I64:
    """
    Give for each document the first in an order that has its address and, as it has, words; else itself, (n,).

    words  (n,)  int32  in each document
    order  (m,)  int64  documents to be considered
    """
    found = np.arange(len(words), dtype=np.int64)
    keys = _keys(spool)
    some = order[(keys[order] != 0) & (words[order] > 0)]
    _, first, group = np.unique(keys[some], return_index=True, return_inverse=True)
    found[some] = some[first[group]]
    return found


def _keys(spool: Spool) -> U64:
    """Give a hash of each document's address, (n,); 0 for none."""
    keys = np.zeros(len(spool), np.uint64)
    for low in range(0, len(spool), _STEP):
        numbers = np.arange(low, min(low + _STEP, len(spool)))
        keys[numbers] = hashes(*(spool.column(name, numbers) for name in ("url", "canonical")))
    return keys


def hashes(urls: pa.StringArray, said: pa.StringArray) -> U64:
    """Give a hash of the address of each of some documents, by their own and those that they say they have."""
    return np.array([_key(each) if each else 0 for each in _addresses(urls, said)], np.uint64)


def _addresses(urls: pa.StringArray, said: pa.StringArray) -> list[str]:
    if not pc.any(pc.not_equal(pc.binary_join_element_wise(urls, said, ""), "")).as_py():
        return [""] * len(urls)
    return list(map(address, urls.to_pylist(), said.to_pylist()))


def _key(told: str) -> int:
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest(), "little") | 1
