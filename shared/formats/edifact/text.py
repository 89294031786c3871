"""Small conversions every message needs: long text in pieces, and numbers as EDIFACT writes them (ISO 9735 clause 10)."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


def pieces(text: str, width: int) -> tuple[str, ...]:
    """Cut text into pieces of at most `width` characters that joined make the text again.

    Where possible no piece begins or ends with a space, since receivers strip those. Empty text has no pieces.
    """
    cut: list[str] = []
    while len(text) > width:
        end = _seam(text, width)
        cut.append(text[:end])
        text = text[end:]
    return (*cut, text) if text else tuple(cut)


def _seam(text: str, width: int) -> int:
    """The last place up to `width` with no space on either side; `width` when there is none."""
    for end in range(width, 0, -1):
        if text[end - 1] != " " and text[end] != " ":
            return end
    return width


def groups(text: str, width: int, most: int) -> tuple[tuple[str, ...], ...]:
    """`pieces`, at most `most` of them in each group: one group fills one segment, such as IMD (2 of 35) or FTX (5 of 70)."""
    cut = pieces(text, width)
    return tuple(cut[start : start + most] for start in range(0, len(cut), most))


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
