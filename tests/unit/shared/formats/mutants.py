"""Damages documents in the ways that senders, lines and editors do. The same seed gives the same mutants."""

import random
from collections.abc import Iterator, Sequence

_INTERESTING = b"<>&;\"'{}[]:,*~^\r\n\0\x1a\x1c\x1d\x1e\x1f\x80\xa3\xc3\xa9\xff0A -"


def mutants(seeds: Sequence[bytes], count: int, *, seed: int, words: Sequence[bytes] = ()) -> Iterator[bytes]:
    """So many mutants of the seeds, each by one to six mutations; `words` are pieces of the format to put in anywhere."""
    dice = random.Random(seed)
    for _ in range(count):
        raw = bytearray(dice.choice(seeds))
        for _ in range(dice.randrange(1, 7)):
            _mutate(raw, dice, (*words, dice.choice(seeds)[:200]))
        yield bytes(raw)


def _mutate(raw: bytearray, dice: random.Random, words: Sequence[bytes]) -> None:
    if not raw:
        return
    start = dice.randrange(len(raw))
    match dice.randrange(6):
        case 0:
            raw[start] = dice.choice(_INTERESTING)
        case 1:
            raw[start] = dice.randrange(256)
        case 2:
            del raw[start : start + dice.randrange(1, 40)]
        case 3:
            raw[start:start] = raw[start : start + dice.randrange(1, 120)]
        case 4:
            raw[start:start] = dice.choice(words)
        case _:
            del raw[len(raw) - dice.randrange(len(raw)) // 4 :]
