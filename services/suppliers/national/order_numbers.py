"""The order number on the wire: the supplier's prefix, the council's number, and the part of the order, as in `SFK-1(2)`.

A supplier takes an order number that it has for a duplicate. Councils' numbers have no brackets, so a part is always recognised.
"""

from __future__ import annotations

import re

from services.suppliers.national.dialect import Dialect

_PART = re.compile(r"\s*\([0-9]+\)$")


def on_the_wire(number: str, part: int, dialect: Dialect) -> str:
    """Returns what stands for a part of an order in BGM and RFF+ON; the first part has the order's own number."""
    return f"{dialect.order_prefix}{number}" + (f"({part})" if part > 1 else "")


def of_the_council(number: str, dialect: Dialect) -> str:
    """Returns the council's order number, given the one that the supplier names."""
    return _PART.sub("", number.removeprefix(dialect.order_prefix))
