"""Which known words a misspelt one may mean: those that differ by a letter or two, the most similar first. Pure: no table.

A word's neighbours are itself and what is left of it without each one of its letters. Two words that share a neighbour differ by
at most two edits: a letter more or less, another letter, two letters exchanged. Neighbours are kept as numbers; two texts may
have the same number, though rarely, so `nearest` compares the texts.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

SHORTEST = 4
"""Letters of a word that is corrected: most words of three letters are neighbours of each other."""
MOST_READINGS = 3
"""How many known words one misspelt word is read as."""
_SIGNED = 1 << 31


def neighbours(word: str) -> list[int]:
    """Returns the numbers of a word's neighbours, each of 32 bits with sign. The same in every process."""
    return [(zlib.crc32(text.encode()) + _SIGNED) % (2 * _SIGNED) - _SIGNED for text in _texts(word)]


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Returns the words that a misspelt one may mean: neighbours, by how many groups of three letters they share with it."""
    own = _texts(word)
    near = [each for each in known if not own.isdisjoint(_texts(each))]
    return tuple(sorted(near, key=lambda each: (-_similarity(word, each), each))[:MOST_READINGS])


def _texts(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _similarity(one: str, other: str) -> float:
    """Returns the share of groups of three letters that both words have, of those that either has."""
    ours, theirs = _trigrams(one), _trigrams(other)
    return len(ours & theirs) / len(ours | theirs)


@lru_cache(maxsize=1_000)
def _trigrams(word: str) -> frozenset[str]:
    return frozenset(_groups(f"  {word} "))


def _groups(text: str) -> Iterator[str]:
    return (text[place : place + 3] for place in range(len(text) - 2))
