"""Reads mutants of EDIFACT files and stops at the first exception.

    python -m tests.unit.shared.formats.edifact.fuzz --mutants 1000000 --seed 1

The same seed gives the same mutants. Each mutant is read whole and as a stream cut in its midst; both must agree. What it
holds of library messages is then read as typed values.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from shared.findings import Finding
from shared.formats import editeur
from shared.formats.edifact import Segment, read, read_segments
from tests.unit.shared.formats.edifact.examples import SEEDS as SYNTAX

_LIBRARY = Path(__file__).parents[1] / "library" / "files"
SEEDS = (*SYNTAX, *(file.read_bytes() for file in sorted(_LIBRARY.glob("*.edi"))))
"""A file for each way of writing, and one of each message of the library set."""

_BLOCK = 1 << 13
"""What the reader takes of a stream at a time; a mutant is laid across the end of it."""

_INTERESTING = b"+:'?* ^<>\r\n\0\x1a\x1c\x80\xa3\xc3\xa9\xff~0A"
_WORDS = (
    *(
        b"UNA",
        b"UNB",
        b"UNB+UNOC:3",
        b"UNA:+.? '",
        b"UNG+",
        b"UNH+1+ORDERS:D:96A:UN'",
        b"UNT+0+1'",
        b"UNE+1+1'",
        b"UNZ+1+1'",
        b"??+",
    ),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"?'", b"?\r\n", b"CNT+2:9'", b"CNT+1:1e9'", b"LIN+'", b"QTY+21:'", "é".encode(), b"9" * 40),
)


def _flip(raw: bytearray, dice: random.Random) -> None:
    raw[dice.randrange(len(raw))] = dice.choice(_INTERESTING)


def _scramble(raw: bytearray, dice: random.Random) -> None:
    raw[dice.randrange(len(raw))] = dice.randrange(256)


def _drop(raw: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(raw))
    del raw[start : start + dice.randrange(1, 20)]


def _repeat(raw: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(raw))
    raw[start:start] = raw[start : start + dice.randrange(1, 60)]


def _insert(raw: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(raw))
    raw[start:start] = dice.choice(_WORDS)


def _truncate(raw: bytearray, dice: random.Random) -> None:
    del raw[dice.randrange(len(raw)) :]


def _splice(raw: bytearray, dice: random.Random) -> None:
    other = dice.choice(SEEDS)
    start = dice.randrange(len(other))
    raw += other[start : start + dice.randrange(1, 200)]


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _flip,
    _scramble,
    _drop,
    _repeat,
    _insert,
    _splice,
    _truncate,
)


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """So many mutants of the seeds, each by one to eight mutations."""
    dice = random.Random(seed)
    for _ in range(count):
        raw = bytearray(dice.choice(SEEDS))
        for _ in range(dice.randrange(1, 9)):
            if raw:
                dice.choice(_MUTATIONS)(raw, dice)
        yield bytes(raw)


def check(raw: bytes, dice: random.Random) -> None:
    """Read `raw` whole and as a stream cut at any place; AssertionError when the two differ or point outside the bytes."""
    reading = read(raw)
    whole = list(read_segments([raw]))
    assert places(whole, 0) == places(list(read_segments([raw[:7], b"", raw[7:]])), 0)
    if dice.randrange(2) == 0:
        noise = _BLOCK - dice.randrange(len(raw) + 1)
        assert places(whole, noise) == places(list(read_segments([b"\n" * noise, raw])), 0)
    offsets = [item.offset for item in whole if isinstance(item, Segment)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(raw) for offset in offsets)
    assert all(finding.offset is None or 0 <= finding.offset <= len(raw) for finding in reading.findings)
    assert reading.interchanges or reading.findings
    for interchange in reading.interchanges:
        for message in interchange.messages:
            editeur.read_message(message, [])


def places(items: list[Segment | Finding], shift: int) -> list[tuple[Segment | Finding, int, int]]:
    """Items with where they stand, `shift` bytes further on; findings without their own offset, so that they compare."""
    placed = []
    for item in items:
        number = item.position if isinstance(item, Segment) else item.segment or 0
        bare = item if isinstance(item, Segment) else replace(item, offset=None)
        placed.append((bare, number, (item.offset or 0) + shift))
    return placed


def main() -> None:
    """Run as many mutants as asked for and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    begin = time.perf_counter()
    for number, raw in enumerate(mutants(asked.mutants, asked.seed), start=1):
        try:
            check(raw, dice)
        except Exception:
            print(f"mutant {number} of seed {asked.seed}: {raw!r}")  # noqa: T201
            raise
    print(f"{asked.mutants:,} mutants, seed {asked.seed}: no exception in {time.perf_counter() - begin:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
