"""Writes ORDERS as Evergreen does. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from local.simulators.library.basket import Basket, BasketLine, Wanted
from local.simulators.library.files import Accounts

_LONGEST_TEXT = 70
_LONGEST_NOTE = 512
_IN_ONE_GIR = 5
# The number by which the system itself knows its supplier.
_SUPPLIER_ID = 3
_TROUBLE = re.compile(r"[^\x00-\x7f]|[\[\]\\?+':]")


def reference(basket: Basket, line: BasketLine) -> str:
    """Returns what RFF+LI has: the numbers of order and line, with a slash that is data."""
    return f"{basket.number}/{line.number}"


def write_orders(basket: Basket, accounts: Accounts, now: datetime) -> bytes:
    """Returns one interchange with one message. Every reference is 1, and what would need an escape is left out."""
    segments = [
        "UNH+1+ORDERS:D:96A:UN",
        # The same for a rush order: it writes no other kind.
        f"BGM+220+{basket.number}+9",
        f"DTM+137:{now:%Y%m%d}:102",
        f"NAD+BY+{accounts.library}::31B",
        f"NAD+BY+{accounts.sub_account}::91",
        f"NAD+SU+{accounts.supplier}::31B",
        f"NAD+SU+{_SUPPLIER_ID}::92",
        "CUX+2:GBP:9",
        *(segment for line in basket.lines for segment in _line(basket, line)),
        "UNS+S",
        f"CNT+2:{len(basket.lines)}",
    ]
    head = f"UNB+UNOB:3+{accounts.library}:31B+{accounts.supplier}:31B+{now:%y%m%d:%H%M}+1"
    segments = ["UNA:+.? ", head, *segments, f"UNT+{len(segments) + 1}+1", "UNZ+1+1"]
    return "".join(f"{segment}'" for segment in segments).encode("ascii")


def _line(basket: Basket, line: BasketLine) -> Iterator[str]:
    # The line's own number in the system, not its place in the message.
    yield f"LIN+{line.number}++{line.book.isbn}:EN"
    yield f"PIA+5+{line.book.isbn}:EN"
    for code, text in {
        "BTI": line.book.title,
        "BPU": line.book.publisher,
        "BPD": line.book.year,
        "BAU": line.book.author,
    }.items():
        yield from _description(code, _plain(text))
    yield f"QTY+21:{len(line.copies)}"
    yield from _copies(line)
    note = _plain(line.note)
    yield from (f"FTX+LIN+1+{note[at : at + _LONGEST_NOTE]}" for at in range(0, len(note), _LONGEST_NOTE))
    yield f"PRI+AAB:{line.book.pence / 100:.2f}"
    yield f"RFF+LI:{reference(basket, line)}"


def _description(code: str, text: str) -> Iterator[str]:
    if not text:
        yield f"IMD+F+{code}"
    yield from (f"IMD+F+{code}+:::{text[at : at + _LONGEST_TEXT]}" for at in range(0, len(text), _LONGEST_TEXT))


def _copies(line: BasketLine) -> Iterator[str]:
    """Yields one number for all copies that are the same in everything, with their count."""
    groups: Counter[Wanted] = Counter(line.copies)
    for number, (copy, count) in enumerate(groups.items(), start=1):
        marks = {
            "LLO": copy.branch,
            "LSQ": copy.sequence,
            "LQT": str(count),
            "LST": copy.item_type,
            "LSM": copy.shelfmark,
            "LFN": copy.fund,
        }
        pairs = [f"{_plain(value)}:{mark}" for mark, value in marks.items() if value]
        for at in range(0, len(pairs), _IN_ONE_GIR):
            yield f"GIR+{number:03d}+{'+'.join(pairs[at : at + _IN_ONE_GIR])}"


def _plain(text: str) -> str:
    """Returns the text without what is not ASCII, and without brackets, separators and escapes."""
    return _TROUBLE.sub("", text.replace("\n", " "))
