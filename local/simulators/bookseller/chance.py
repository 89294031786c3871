"""Makes every decision of the bookseller from a hash of its subject, so that the same orders always end the same way. Pure.

It never uses the time, the order of arrival or a running number: after a restart, the bookseller decides as before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_SCALE = 2**64


def share(*about: object) -> float:
    """Returns a number from 0 up to 1, always the same for the same subject."""
    return number(*about) / _SCALE


def number(*about: object) -> int:
    """Returns a whole number of 64 bits, always the same for the same subject."""
    text = "\x1f".join(str(part) for part in about)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def digits(count: int, *about: object) -> str:
    """Returns `count` decimal digits, at most 18."""
    return f"{number(*about) % 10**count:0{count}d}"


def pick(choices: Sequence[str], *about: object) -> str:
    """Returns one of the choices."""
    return choices[number(*about) % len(choices)]
