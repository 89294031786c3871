"""Writes ORDERS and ORDCHG (UN/EDIFACT D.96A, EDItEUR library profile) and the list of wanted ISBNs. Pure; sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from stdnum import isbn as stdnum_isbn

from services.suppliers.contract import CancellationToSend, Kind, OrderToSend, OutboundMessage
from services.suppliers.national.profile import NationalProfile
from services.suppliers.national.wording import code, transliterated
from shared.contracts.base import Place
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.formats import edifact
from shared.formats.library import (
    Change,
    ChangeLine,
    Copy,
    Currencies,
    Date,
    Description,
    Document,
    LibraryMessage,
    Mark,
    Number,
    Numbers,
    OrderLine,
    Orders,
    Party,
    Price,
    Quantity,
    Reference,
    Remark,
    Split,
    remarks,
    to_message,
)

EDIFACT_TYPE = "application/EDIFACT"
CSV_TYPE = "text/csv"

_MARKS_OF_A_CANCELLED_COPY = 5
_LONGEST = 35
_TRANSLITERATED = "Title or author transliterated; the ISBN is exact"


class Writer:
    """Writes what goes to one supplier, in its dialect."""

    def __init__(self, profile: NationalProfile) -> None:
        self._profile = profile
        self._charset = profile.dialect.charset

    def order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """ORDERS with BGM 220. Raises ValueError for what the message cannot carry."""
        currency, placed_at = _only_currency(order.lines), order.placed_at.astimezone(UTC)
        branches = [copy.branch for line in order.lines for copy in line.copies]
        message = Orders(
            document=Document("220", self._code(order.order_number, "order number"), "9"),
            dates=(Date.day("137", placed_at),),
            parties=(*self._parties(order.council), *self._places(branches)),
            currencies=(Currencies("2", currency, "9"),),
            lines=tuple(self._line(position, line) for position, line in enumerate(order.lines, start=1)),
        )
        body = self._interchange(message, reference, placed_at)
        return OutboundMessage(Kind.ORDER, reference, _name(reference, "orders.edi"), body, EDIFACT_TYPE)

    def cancellation(self, cancellation: CancellationToSend, reference: int, prepared: datetime) -> OutboundMessage:
        """ORDCHG with BGM 230, after the directory: no sample of a real one could be had.

        LIN action 2 cancels a line, 3 changes it to the QTY+21 that remain; QTY+85 counts and GIR names the copies
        that are no longer wanted.
        """
        message = Change(
            document=Document("230", str(reference), "4"),
            dates=(Date.day("137", prepared),),
            remarks=remarks("GEN", transliterated(cancellation.reason, self._charset))[:1],
            references=(Reference("ON", self._code(cancellation.order_number, "order number")),),
            parties=self._parties(cancellation.council),
            lines=tuple(
                self._cancelled_line(position, line, numbers)
                for position, (line, numbers) in enumerate(cancellation.lines, start=1)
            ),
        )
        body = self._interchange(message, reference, prepared)
        return OutboundMessage(Kind.CANCELLATION, reference, _name(reference, "ordchg.edi"), body, EDIFACT_TYPE)

    def record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """One column of ISBNs under the heading `isbn`."""
        body = "".join(f"{row}\r\n" for row in ("isbn", *isbns)).encode("ascii")
        return OutboundMessage(Kind.RECORD_REQUEST, reference, _name(reference, "isbns.csv"), body, CSV_TYPE)

    def _interchange(self, message: LibraryMessage, reference: int, prepared: datetime) -> bytes:
        profile, dialect = self._profile, self._profile.dialect
        written = to_message(message, association=dialect.association)
        return edifact.write(
            edifact.OutboundInterchange(
                sender=profile.our_gln,
                sender_qualifier=dialect.our_qualifier,
                recipient=profile.supplier_gln,
                recipient_qualifier=dialect.supplier_qualifier,
                control_reference=str(reference),
                prepared=prepared,
                messages=[written],
                charset=dialect.charset,
                application_reference=written.type,
                test=dialect.test,
            )
        )

    def _parties(self, council: str) -> tuple[Party, ...]:
        """Buyer with the supplier's number for it, and supplier."""
        account = self._profile.accounts.get(council)
        if account is None:
            raise ValueError(f"{self._profile.supplier_id} has no account for council {council!r}")
        known_as = (Reference("API", self._code(account.account_number, "account number")),) if account.account_number else ()
        return Party("BY", account.gln, "9", references=known_as), Party("SU", self._profile.supplier_gln, "9")

    def _places(self, branches: Sequence[Place]) -> list[Party]:
        """Each branch once as delivery party, in the order of its first copy."""
        return [self._place(branch) for branch in {branch.code: branch for branch in branches}.values()]

    def _place(self, branch: Place) -> Party:
        """A branch by GLN with our code for it, which GIR and LOC use, beside it (RFF+API); by the code alone without a GLN."""
        branch_code = self._code(branch.code, "branch")
        if not branch.gln:
            return Party("DP", branch_code, "92")
        return Party("DP", branch.gln, "9", references=(Reference("API", branch_code),))

    def _line(self, position: int, line: OrderedLine) -> OrderLine:
        price = line.unit_price
        return OrderLine(
            str(position),
            item=line.isbn,
            item_type="EN",
            numbers=_isbn10(line.isbn),
            descriptions=tuple(self._descriptions(line)),
            quantities=(_count("21", len(line.copies)),),
            copies=tuple(self._copy(copy) for copy in line.copies),
            remarks=self._remarks(line),
            prices=(Price("AAE", _pounds(price.minor)),) if price is not None else (),
            references=(Reference("LI", self._code(line.line_key, "line key")),),
            splits=self._splits(line.copies),
        )

    def _descriptions(self, line: OrderedLine) -> list[Description]:
        """Author as given (009), or family and given name (010, 011) where a comma parts them; title (050)."""
        author = transliterated(line.author, self._charset)
        family, comma, given = author.partition(", ")
        names = [("010", family), ("011", given)] if comma else [("009", author)]
        said = [*names, ("050", transliterated(line.title, self._charset))]
        return [Description.of(code, text) for code, text in said if text]

    def _remarks(self, line: OrderedLine) -> tuple[Remark, ...]:
        words = f"{line.author} {line.title}"
        if transliterated(words, self._charset) == " ".join(words.split()):
            return ()
        return remarks("LIN", transliterated(_TRANSLITERATED, self._charset))

    def _copy(self, copy: OrderedCopy) -> Copy:
        pairs = [(copy.branch.code, "LLO"), (copy.fund, "LFN"), (copy.sequence, "LSQ")]
        pairs.append((copy.shelfmark, self._profile.dialect.shelfmark))
        pairs += [(service, "LVC") for service in copy.servicing]
        marks = tuple(Mark(self._code(value, f"GIR {qualifier}"), qualifier) for value, qualifier in pairs if value)
        return Copy(f"{copy.copy_number:03d}", marks)

    def _splits(self, copies: Sequence[OrderedCopy]) -> tuple[Split, ...]:
        """How many copies go where (LOC+7 with QTY+11), when not all go to one branch."""
        counts = Counter(copy.branch.code for copy in copies)
        if len(counts) < 2:
            return ()
        return tuple(
            Split("7", self._code(branch, "branch"), "92", quantities=(_count("11", count),)) for branch, count in counts.items()
        )

    def _cancelled_line(self, position: int, line: OrderedLine, numbers: Sequence[int]) -> ChangeLine:
        remaining = len(line.copies) - len(numbers)
        wanted = set(numbers)
        copies = (self._copy(copy) for copy in line.copies if copy.copy_number in wanted)
        return ChangeLine(
            str(position),
            "3" if remaining else "2",
            line.isbn,
            "EN",
            quantities=(*([_count("21", remaining)] if remaining else []), _count("85", len(numbers))),
            copies=tuple(Copy(copy.label, copy.marks[:_MARKS_OF_A_CANCELLED_COPY]) for copy in copies),
            references=(Reference("LI", self._code(line.line_key, "line key")),),
        )

    def _code(self, text: str, what: str) -> str:
        return code(text, self._charset, what=what, longest=_LONGEST)


def _only_currency(lines: Sequence[OrderedLine]) -> str:
    """The currency of the order's prices (CUX speaks for the whole message); pounds when no price is known."""
    currencies = {line.unit_price.currency for line in lines if line.unit_price is not None} or {"GBP"}
    if len(currencies) > 1:
        raise ValueError(f"one order message carries one currency, not {', '.join(sorted(currencies))}")
    return currencies.pop()


def _name(reference: int, what: str) -> str:
    """A file name that sorts by reference, so that a change is never collected before the order it changes."""
    return f"{reference:010d}-{what}"


def _pounds(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _count(qualifier: str, copies: int) -> Quantity:
    return Quantity(qualifier, Decimal(copies))


def _isbn10(isbn: str) -> tuple[Numbers, ...]:
    """PIA with the ISBN-10, which only ISBNs of prefix 978 have."""
    if not isbn.startswith("978"):
        return ()
    return (Numbers("5", (Number(stdnum_isbn.to_isbn10(isbn), "IB"),)),)
