"""Reads numbers of zero or more as senders write them, in the range of money and quantities. Knows no message format."""

from __future__ import annotations

import re
from decimal import Decimal

from shared.remembering import remembered

_NUMBER = re.compile(r"\+?(\d{1,9}|(?=\.\d))(?:\.(\d{0,6})|,(\d{1,2}))?", re.ASCII)


@remembered
def decimal_of(text: str) -> Decimal | None:
    """Reads `12`, `12.50`, `.5` and `12,50`; None for anything else.

    A comma is a decimal mark before one or two digits only: before three it may separate thousands. Exponents are refused: no
    sender needs one, and `1E-999999999` would fill memory when it is written out.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    return Decimal(f"{found[1] or '0'}.{found[2] or found[3] or ''}")
