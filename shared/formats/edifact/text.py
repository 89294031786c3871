"""Reads and writes numbers in EDIFACT's notation (ISO 9735 clause 10). Knows no segment."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


def number(value: Decimal | int) -> str:
    """Writes a number without exponent, trailing zeros and plus sign, with `.` as decimal mark. ValueError unless finite."""
    value = Decimal(value)
    if not value.is_finite():
        raise ValueError(f"{value} cannot be written")
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def parse_number(text: str) -> Decimal | None:
    """Reads a number with `.` or `,` as decimal mark (both are allowed in any interchange); None if it is not a number."""
    text = text.strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
