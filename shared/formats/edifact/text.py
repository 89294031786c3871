"""Numbers as EDIFACT writes them (ISO 9735 clause 10). Knows no segment."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


def number(value: Decimal | int) -> str:
    """A number without exponent, trailing zeros or plus sign, with `.` as decimal mark. Raises ValueError unless finite."""
    value = Decimal(value)
    if not value.is_finite():
        raise ValueError(f"{value} cannot be written")
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def parse_number(text: str) -> Decimal | None:
    """The number in `text`, with `.` or `,` as decimal mark (both are allowed in any interchange); None if it is none."""
    text = text.strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
