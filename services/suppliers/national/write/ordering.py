"""Writes the lines of ORDERS, ORDCHG and OSTENQ: book, copies, price and references, in one bookseller's dialect. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from stdnum import isbn as stdnum_isbn

from services.suppliers.contract import EnquiryToSend, OfferAnswerToSend
from services.suppliers.national.dialect import Dialect
from services.suppliers.national.item_data import pairs_of
from services.suppliers.national.write.wording import code, transliteration
from shared.contracts.base import Money
from shared.contracts.decisions import AfterDecline
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.findings import Finding
from shared.formats.edifact.fitting import transliterated
from shared.formats.editeur import (
    ChangeLine,
    Copy,
    Description,
    EnquiryLine,
    Mark,
    Number,
    Numbers,
    OrderLine,
    Price,
    Quantity,
    Reference,
    Remark,
    Split,
    Status,
    remarks,
)
from shared.money import to_decimal

_MARKS_OF_A_CANCELLED_COPY = 5
_LONGEST = 35
_TRANSLITERATED = "Title or author transliterated; the ISBN is exact"
# Kept for the titles that many orders name: to check an ISBN takes a tenth of writing an order.
_isbn10 = lru_cache(maxsize=10_000)(stdnum_isbn.to_isbn10)


class LineWriter:
    """Writes lines for one supplier. Raises ValueError for codes that its charset or the field cannot hold."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._charset = dialect.charset

    def ordered(self, position: int, line: OrderedLine, *, elsewhere: bool = False) -> OrderLine:
        """Writes a line of ORDERS; `elsewhere`: its copies are unpacked at another place than their branches."""
        item, numbers = self._article(line.isbn)
        return OrderLine(
            str(position),
            item=item,
            item_type="EN" if item else "",
            numbers=(*numbers, *self._their_article(line)),
            descriptions=tuple(self._descriptions(line)),
            quantities=(_count("21", len(line.copies)),),
            copies=tuple(self._copy(copy) for copy in line.copies),
            remarks=self._remarks(line),
            prices=self._prices(line),
            references=self._references(line),
            splits=self._splits(line.copies, elsewhere=elsewhere),
        )

    def cancelled(self, position: int, line: OrderedLine, numbers: Sequence[int]) -> ChangeLine:
        """Writes a line of ORDCHG: action 2 cancels it, 3 reduces it to the copies in QTY+21; QTY+85 and GIR are cancelled."""
        remaining = len(line.copies) - len(numbers)
        quantities = (*([_count("21", remaining)] if remaining else []), _count("85", len(numbers)))
        return self._changed(position, "3" if remaining else "2", line, numbers, quantities)

    def answered(self, position: int, line: OrderedLine, numbers: Sequence[int], answer: OfferAnswerToSend) -> ChangeLine:
        """Writes the answer to an offer as a line of ORDCHG; QTY+21 and GIR are the copies that it is about.

        Action 3 accepts: the substitute is in PIA+3, where the supplier's own answer has it, and the price in PRI. Action 4
        declines and keeps the copies as ordered, at the ordered price. Declined and not wanted at all, they are cancelled.
        Raises ValueError for a price where the dialect has no place for one.
        """
        if answer.then is AfterDecline.CANCEL:
            return self.cancelled(position, line, numbers)
        if answer.then is AfterDecline.KEEP:
            kept = self._changed(position, "4", line, numbers, (_count("21", len(numbers)),))
            return replace(kept, prices=self._prices(line))
        changed = self._changed(position, "3", line, numbers, (_count("21", len(numbers)),))
        substitute = () if answer.isbn is None else (Numbers("3", (Number(answer.isbn, "EN"),)),)
        return replace(changed, numbers=(*changed.numbers, *substitute), prices=self._accepted(answer.price))

    def _accepted(self, price: Money | None) -> tuple[Price, ...]:
        if price is None:
            return ()
        if self._dialect.price is None:
            raise ValueError("this supplier's messages have no place for a price, so it cannot be told that one is accepted")
        return (Price(self._dialect.price, to_decimal(price.minor, price.currency)),)

    def enquired(self, position: int, line: OrderedLine, numbers: Sequence[int], enquiry: EnquiryToSend) -> EnquiryLine:
        """Writes a line of OSTENQ: QTY+21 and GIR are the copies that it is about, RFF+DQ the despatch of a claim.

        Raises ValueError for a claim that would read like any question.
        """
        about, codes = enquiry.about_line(line.line_key), self._dialect.enquiries
        event: str = getattr(codes, enquiry.kind.value)
        if enquiry.kind.is_claim and self._dialect.notes is None and event == codes.status:
            raise ValueError("this supplier's messages have no place for a claim: neither free text nor a code of its own")
        asked = self._changed(position, "", line, numbers, (_count("21", len(numbers)),))
        despatch = (Reference("DQ", self._code(about.despatch_number, "RFF DQ")),) if about.despatch_number else ()
        said = transliterated(about.wrong, self._charset)
        return EnquiryLine(
            asked.number,
            "",
            asked.item,
            asked.item_type,
            numbers=asked.numbers,
            quantities=asked.quantities,
            copies=asked.copies,
            remarks=() if self._dialect.notes is None else remarks(self._dialect.notes, said)[:1],
            references=(*asked.references, *despatch),
            statuses=(Status(codes.type, event=event),),
        )

    def _changed(
        self, position: int, action: str, line: OrderedLine, numbers: Sequence[int], quantities: tuple[Quantity, ...]
    ) -> ChangeLine:
        wanted = set(numbers)
        copies = (self._copy(copy) for copy in line.copies if copy.copy_number in wanted)
        item, article = self._article(line.isbn)
        return ChangeLine(
            str(position),
            action,
            item,
            "EN" if item else "",
            numbers=() if item else article,
            quantities=quantities,
            copies=tuple(Copy(copy.label, copy.marks[:_MARKS_OF_A_CANCELLED_COPY]) for copy in copies),
            references=tuple(each for each in self._references(line) if each.qualifier != "QLI"),
        )

    def _article(self, isbn: str) -> tuple[str, tuple[Numbers, ...]]:
        """Returns the ISBN for LIN and the numbers for PIA+5: the ISBN where LIN does not hold it, then the ISBN-10 where wanted.

        Only ISBNs of prefix 978 have an ISBN-10.
        """
        held = [] if self._dialect.item == "LIN" else [Number(isbn, "EN")]
        if self._dialect.isbn10 and isbn.startswith("978"):
            held.append(Number(_isbn10(isbn), "IB"))
        return (isbn if self._dialect.item == "LIN" else ""), ((Numbers("5", tuple(held)),) if held else ())

    def _their_article(self, line: OrderedLine) -> tuple[Numbers, ...]:
        """Returns the supplier's own number of the article (PIA+1, type SA), where it gave one."""
        article = line.supplier_references.article if line.supplier_references is not None else ""
        return (Numbers("1", (Number(self._code(article, "PIA SA"), "SA"),)),) if article else ()

    def _descriptions(self, line: OrderedLine) -> list[Description]:
        """Returns author (IMD 009, or 010 and 011 where a comma separates family and given name) and title (050)."""
        author = transliterated(line.author, self._charset)
        family, comma, given = author.partition(", ")
        split = comma and self._dialect.authors == "parts"
        names = [("010", family), ("011", given)] if split else [("009", author)]
        descriptions = [*names, ("050", transliterated(line.title, self._charset))]
        return [Description.of(number, text) for number, text in descriptions if text]

    def findings(self, line: OrderedLine) -> list[Finding]:
        """Returns what of the line cannot be sent as it is."""
        texts = (("title", line.title), ("author", line.author))
        found = (transliteration(f"line {line.line_key}: {what}", text, self._charset) for what, text in texts)
        return [finding for finding in found if finding is not None]

    def _remarks(self, line: OrderedLine) -> tuple[Remark, ...]:
        if self._dialect.notes is None or not self.findings(line):
            return ()
        return remarks(self._dialect.notes, transliterated(_TRANSLITERATED, self._charset))

    def _copy(self, copy: OrderedCopy) -> Copy:
        codes = self._dialect.copies
        data = list(pairs_of(copy, codes))
        # A supplier that gave the shelf mark as the class (LCL) gets it back as the class, and once.
        shelfmark = "" if (copy.shelfmark, "LCL") in data else copy.shelfmark
        pairs: list[tuple[str, str | None]] = [(copy.branch.code, codes.branch), (copy.fund, codes.fund)]
        pairs += [(copy.sequence, codes.sequence), (shelfmark, codes.shelfmark)]
        pairs += [(service, codes.servicing) for service in copy.servicing]
        pairs += data
        marks = (Mark(self._code(value, f"GIR {qualifier}"), qualifier) for value, qualifier in pairs if value and qualifier)
        return Copy(f"{copy.copy_number:03d}", tuple(marks))

    def _prices(self, line: OrderedLine) -> tuple[Price, ...]:
        if line.unit_price is None or self._dialect.price is None:
            return ()
        return (Price(self._dialect.price, to_decimal(line.unit_price.minor, line.unit_price.currency)),)

    def _references(self, line: OrderedLine) -> tuple[Reference, ...]:
        """Returns our line key, and the references by which the supplier calls the line: RFF+QLI of its selection, RFF+SLI."""
        theirs = line.supplier_references.line if line.supplier_references is not None else ""
        # A selection without RFF+QLI is known by its RFF+SLI, which is given back as what it is.
        quoted = "" if line.quote_reference == theirs else line.quote_reference
        given = ((self._dialect.line_reference, line.line_key), ("QLI", quoted), ("SLI", theirs))
        return tuple(Reference(kind, self._code(number, f"RFF {kind}")) for kind, number in given if number)

    def _splits(self, copies: Sequence[OrderedCopy], *, elsewhere: bool) -> tuple[Split, ...]:
        """Returns how many copies go to each branch (LOC+7 with QTY+11), unless all go to one branch.

        Where they are unpacked elsewhere, each branch is a final destination (LOC+20), also a single one: NAD+DP names none.
        """
        counts = Counter(copy.branch.code for copy in copies)
        if not self._dialect.splits or (len(counts) < 2 and not elsewhere):
            return ()
        qualifier = "20" if elsewhere else "7"
        return tuple(
            Split(qualifier, self._code(branch, "branch"), "92", quantities=(_count("11", count),))
            for branch, count in counts.items()
        )

    def _code(self, text: str, what: str) -> str:
        return code(text, self._charset, what=what, longest=_LONGEST)


def _count(qualifier: str, copies: int) -> Quantity:
    return Quantity(qualifier, Decimal(copies))
