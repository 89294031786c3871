"""Messages as a bookseller would write them, given by their lines; the envelope and its counts are put round them."""

from __future__ import annotations

from services.suppliers.contract import RawMessage

BUYER, SUPPLIER = "5012345678900", "5098765432100"


def a_message(type_: str, segments: str, *, reference: str = "71") -> RawMessage:
    """One message of a type; `segments` has one segment a line, without terminators, empty lines do not count."""
    held = [line.strip() for line in segments.strip().splitlines() if line.strip()]
    release = "3" if type_ == "CONTRL" else "96A"
    body = [
        "UNA:+.? ",
        f"UNB+UNOC:3+{SUPPLIER}:14+{BUYER}:14+260303:0915+{reference}++{type_}",
        f"UNH+1+{type_}:D:{release}:UN",
        *held,
        f"UNT+{len(held) + 2}+1",
        f"UNZ+1+{reference}",
    ]
    return RawMessage(f"inbox/{reference}", "".join(f"{segment}'" for segment in body).encode("latin-1"))
