"""Writes ORDERS as FOLIO does. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from local.simulators.library.basket import Basket, BasketLine
from local.simulators.library.files import Accounts

_LONGEST_TITLE = 70
_QUALIFIER = "014"
_RUSH, _NOT_RUSH = "224", "220"


def line_reference(basket: Basket, position: int) -> str:
    """Returns the number of an order line."""
    return f"{basket.number}-{position}"


def write_orders(baskets: Sequence[Basket], accounts: Accounts, job: str, now: datetime) -> bytes:
    """Returns one interchange with a message for each basket, in UTF-8 though it declares Latin-1, a segment in each line.

    The date of preparation begins with the day, and its time has hours of twelve.
    """
    head = f"UNB+UNOC:3+{accounts.library}:{_QUALIFIER}+{accounts.supplier}:{_QUALIFIER}+{now:%d%m%y}:{now:%I%M}+{job}"
    segments = ["UNA:+.? ", head]
    for basket in baskets:
        message = list(_message(basket, accounts, now))
        segments += [*message, f"UNT+{len(message) + 1}+{basket.number}"]
    segments.append(f"UNZ+{len(baskets)}+{job}")
    return "".join(f"{segment}'\n" for segment in segments).encode("utf-8")


def _message(basket: Basket, accounts: Accounts, now: datetime) -> Iterator[str]:
    yield f"UNH+{basket.number}+ORDERS:D:96A:UN:EAN008"
    yield f"BGM+{_RUSH if basket.rush else _NOT_RUSH}+{basket.number}+9"
    yield f"DTM+137:{now:%Y%m%d}:102"
    yield f"NAD+BY+{accounts.library}::{_QUALIFIER}++Central Services, Endeavour Road"
    yield f"NAD+SU+{accounts.supplier}::{_QUALIFIER}"
    yield f"RFF+API:{accounts.sub_account}"
    yield "CUX+2:GBP:9"
    for position, line in enumerate(basket.lines, start=1):
        yield from _line(position, line_reference(basket, position), line)
    yield "UNS+S"
    yield f"CNT+1:{sum(len(line.copies) for line in basket.lines)}"
    yield f"CNT+2:{len(basket.lines)}"


def _line(position: int, reference: str, line: BasketLine) -> Iterator[str]:
    book = line.book
    yield f"LIN+{position}++{book.isbn}:EN"
    # The type of an ISBN-10, whatever its length.
    yield f"PIA+5+{book.isbn}:IB"
    if book.author:
        yield f"IMD+L+009+:::{_escaped(book.author)}"
    for at in range(0, len(book.title), _LONGEST_TITLE):
        yield f"IMD+L+050+:::{_escaped(book.title[at : at + _LONGEST_TITLE])}"
    yield from (f"IMD+L+{code}+:::{_escaped(text)}" for code, text in (("109", book.publisher), ("170", book.year)) if text)
    yield "IMD+L+180+:::book"
    yield f"QTY+21:{len(line.copies)}"
    if book.pence:
        # The price of the whole line, and once more as text with its currency.
        total = f"{book.pence * len(line.copies) / 100:.2f}"
        yield from (f"PRI+AAF:{total}", f"PRI+AAB:GBP {total}")
    yield "CUX+2:GBP:9"
    if line.note:
        yield f"FTX+LIN++::+{_escaped(line.note)}"
    yield f"RFF+LI:{reference}"
    # Fund and expense class: the colon is data, and escaped.
    yield f"RFF+BFN:{line.copies[0].fund}?:PRINT"
    yield from (f"LOC+7+{branch}::92" for branch in dict.fromkeys(copy.branch for copy in line.copies))


def _escaped(text: str) -> str:
    return "".join(f"?{letter}" if letter in "?':+" else letter for letter in text)
