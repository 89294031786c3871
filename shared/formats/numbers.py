"""Reads numbers of zero or more as senders write them, in a size that money and quantities have. Knows no format."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"\+?(\d{1,9}|(?=\.\d))(?:\.(\d{0,6})|,(\d{1,2}))?", re.ASCII)


def decimal_of(text: str) -> Decimal | None:
    """What `12`, `12.50`, `.5` and `12,50` mean; None for anything else.

    A comma stands before one or two decimals only: before three it may part thousands. Exponents are not taken: no
    sender needs one, and `1E-999999999` would be a number that fills memory when it is written out.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    return Decimal(f"{found[1] or '0'}.{found[2] or found[3] or ''}")
