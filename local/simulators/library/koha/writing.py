"""Writes ORDERS as Koha does. Pure, but for the references that it draws."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from random import Random

from local.simulators.library.basket import Basket, BasketLine, Book
from local.simulators.library.files import Accounts

_CHUNK = 35
# Typographic signs become those of ASCII when the message is written already: an apostrophe is not escaped, and ends a segment.
_SIGNS = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "--", "\u2026": "..."}
)


def write_orders(basket: Basket, accounts: Accounts, chance: Random, now: datetime) -> bytes:
    """Returns one interchange with one message. Its references are random numbers, and it knows no letter outside ASCII."""
    control, message = f"{chance.randrange(10**14):014d}", f"ME{chance.randrange(10**12):012d}"
    segments = [
        f"UNH+{message}+ORDERS:D:96A:UN:EAN008",
        # The same for a rush order: Koha has no such thing.
        f"BGM+220+{basket.number:011d}+9",
        f"DTM+137:{now:%Y%m%d}:102",
        f"NAD+BY+{accounts.library}::9",
        f"NAD+SU+{accounts.supplier}::9",
        *(segment for position, line in enumerate(basket.lines, start=1) for segment in _line(position, line)),
        "UNS+S",
        f"CNT+2:{len(basket.lines)}",
    ]
    head = f"UNB+UNOC:3+{accounts.library}:14+{accounts.supplier}:14+{now:%y%m%d:%H%M}+{control}++ORDERS"
    segments = [head, *segments, f"UNT+{len(segments) + 1}+{message}", f"UNZ+1+{control}"]
    return _plain("".join(["UNA:+.? '", *(f"{segment}'" for segment in segments)]))


def _line(position: int, line: BasketLine) -> Iterator[str]:
    yield f"LIN+{position}++{line.book.isbn}:EN"
    yield from _description(line.book)
    yield f"QTY+21:{len(line.copies)}"
    for number, copy in enumerate(line.copies, start=1):
        marks = {"LFN": copy.fund, "LLO": copy.branch, "LST": copy.item_type, "LSQ": copy.sequence, "LSM": copy.shelfmark}
        # Six values in one segment where there is a note, and none of them is escaped.
        pairs = (f"+{value}:{mark}" for mark, value in (marks | {"LVT": line.note}).items() if value)
        yield f"GIR+{number:03d}{''.join(pairs)}"
    if line.book.pence:
        yield f"PRI+AAE:{line.book.pence / 100:.2f}:CA"
    yield f"RFF+LI:{line.number}"


def _description(book: Book) -> Iterator[str]:
    texts = {"009": book.author, "050": book.title, "109": book.publisher, "170": book.year}
    for code, text in texts.items():
        chunks = _chunks(_escaped(text))
        for first in range(0, len(chunks), 2):
            yield f"IMD+L+{code}+:::{':'.join(chunks[first : first + 2])}"


def _chunks(text: str) -> list[str]:
    """Cuts an escaped text into pieces that never end within an escape."""
    pieces = []
    while text:
        end = _CHUNK
        while end < len(text) and text[end - 1] == "?":
            end -= 1
        pieces.append(text[:end])
        text = text[end:]
    return pieces


def _escaped(text: str) -> str:
    return "".join(f"?{letter}" if letter in "?':+" else letter for letter in text)


def _plain(text: str) -> bytes:
    """Returns the text without accents, and without letters that ASCII lacks."""
    return unicodedata.normalize("NFKD", text.translate(_SIGNS)).encode("ascii", "ignore")
