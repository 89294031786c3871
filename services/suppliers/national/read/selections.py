"""Reads QUOTES as titles that a bookseller, or a council on the bookseller's pages, selected. Pure and tolerant.

Orders nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.suppliers.contract import SelectionFact
from services.suppliers.national.item_data import item_of
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import (
    Findings,
    buyer_of,
    count_of,
    currency_of,
    isbn_of,
    number_of,
    supplier_references_of,
    title_of,
)
from shared.contracts.base import Money
from shared.contracts.selections import SelectedCopy, SelectedLine
from shared.formats import editeur
from shared.formats.edifact import Message
from shared.formats.editeur import Copy, QuoteLine, Quotes
from shared.money import to_minor

_FIRM = ("31F", "31T")
_PRICES = ("AAE", "AAB", "AAF", "AAA")


def read_selection(message: Message, findings: Findings) -> SelectionFact | None:
    """Reads one QUOTES (BGM 310, 31C, 31S, 31T, 31F) as a fact; None when it has no number (BGM 1004).

    31F and 31T make it `firm`.
    """
    quotes = editeur.read_as(editeur.Quotes, message, findings)
    number = number_of(quotes.document.number, "selection", findings, at=message.header)
    if not number:
        return None
    lines = [_line(position, line, quotes, findings) for position, line in enumerate(quotes.lines, start=1)]
    return SelectionFact(
        selection_number=number,
        buyer=buyer_of(quotes, findings),
        firm=quotes.document.code in _FIRM,
        lines=tuple(line for line in lines if line is not None),
    )


def _line(position: int, line: QuoteLine, quotes: Quotes, findings: Findings) -> SelectedLine | None:
    """Returns a line; None when it names no article, about which `isbn_of` adds the finding."""
    isbn = isbn_of(line, findings)
    if not isbn:
        return None
    copies = tuple(one for copy in line.copies for one in _copies(copy))
    theirs = supplier_references_of(line)
    invented = f"{quotes.document.number.strip()}-{line.number.strip() or position}"
    return SelectedLine(
        reference=line.reference("QLI").strip() or (theirs.line if theirs else "") or invented,
        isbn=isbn,
        title=title_of(line),
        author=_author(line),
        quantity=_quantity(line, len(copies), findings),
        unit_price=_price(line, quotes),
        copies=copies,
        note="; ".join(dict.fromkeys(_notes(line))),
        supplier_references=theirs,
    )


def _quantity(line: QuoteLine, named: int, findings: Findings) -> int:
    """Returns QTY 1, else QTY 21, else the number of copies named (GIR), else 1."""
    for kind in ("1", "21"):
        if count := count_of(line, kind, findings=findings):
            return count
    text = f"line {line.number} does not state how many copies; {max(named, 1)} assumed"
    findings.append(odd(Odd.NO_QUANTITY, text, line.at))
    return max(named, 1)


def _author(line: QuoteLine) -> str:
    """Returns the author: IMD 009 as one string, else family and given name (010, 011), else BAU or 030."""
    names = (line.described("010"), line.described("011"))
    return line.described("009") or ", ".join(name for name in names if name) or line.described("BAU", "030")


def _price(line: QuoteLine, quotes: Quotes) -> Money | None:
    """Returns the price of a copy; None for none, or for one of zero: the bookseller does not know it yet."""
    value = line.price(*_PRICES)
    currency = currency_of(*(each.code for each in line.currencies), quotes.currency)
    minor = 0 if value is None else to_minor(value, currency)
    return Money(minor=minor, currency=currency) if minor > 0 else None


def _notes(line: QuoteLine) -> Iterator[str]:
    """Yields the remarks about the line (FTX), codes with their list, and servicing instructions in words (GIR LVT)."""
    for remark in line.remarks:
        if code := remark.code.strip():
            yield f"{code} ({remark.list})" if remark.list else code
        if text := remark.text.strip():
            yield text
    for copy in line.copies:
        yield from (text.strip() for text in copy.all("LVT"))


def _copies(copy: Copy) -> Iterator[SelectedCopy]:
    """Yields the copy of a GIR set, or as many equal copies as the set counts.

    The codes are LLO branch, LFN fund, LSQ sequence, LSM (else LCL) shelf mark, LVC servicing; all others are the item's data.
    """
    one = SelectedCopy(
        branch=copy.first("LLO").strip(),
        fund=copy.first("LFN").strip(),
        sequence=copy.first("LSQ").strip(),
        shelfmark=(copy.first("LSM") or copy.first("LCL")).strip(),
        servicing=tuple(code.strip() for code in copy.all("LVC")),
        item=item_of(copy),
    )
    for _ in range(min(copy.count or 1, _MOST_COPIES)):
        yield one


_MOST_COPIES = 1_000
