"""Writes ORDERS and ORDCHG (UN/EDIFACT D.96A, EDItEUR library profile) and the list of wanted ISBNs. Pure; sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from stdnum import isbn as stdnum_isbn

from services.suppliers.contract import CancellationToSend, Kind, OrderToSend, OutboundMessage
from services.suppliers.national.profile import NationalProfile
from services.suppliers.national.wording import code, described, transliterated
from shared.contracts.base import Place
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.formats import edifact
from shared.formats.edifact import Segment, groups, number

EDIFACT_TYPE = "application/EDIFACT"
CSV_TYPE = "text/csv"

_PAIRS_PER_GIR = 5
_FREE_TEXT, _FREE_TEXTS = 70, 5
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
        segments = [
            Segment.of("BGM", "220", self._code(order.order_number, "order number"), "9"),
            _date("137", placed_at),
            *self._parties(order.council, [copy.branch for line in order.lines for copy in line.copies]),
            Segment.of("CUX", ("2", currency, "9")),
        ]
        for position, line in enumerate(order.lines, start=1):
            segments += self._line(position, line)
        segments += _closing(len(order.lines))
        body = self._interchange("ORDERS", segments, reference, placed_at)
        return OutboundMessage(Kind.ORDER, reference, _name(reference, "orders.edi"), body, EDIFACT_TYPE)

    def cancellation(self, cancellation: CancellationToSend, reference: int, prepared: datetime) -> OutboundMessage:
        """ORDCHG with BGM 230, after the directory: no sample of a real one could be had.

        LIN action 2 cancels a line, 3 changes it to the QTY+21 that remain; QTY+85 counts and GIR names the copies
        that are no longer wanted.
        """
        segments = [
            Segment.of("BGM", "230", str(reference), "4"),
            _date("137", prepared),
            *self._reason(cancellation.reason),
            Segment.of("RFF", ("ON", self._code(cancellation.order_number, "order number"))),
            *self._parties(cancellation.council, []),
        ]
        for position, (line, numbers) in enumerate(cancellation.lines, start=1):
            segments += self._cancelled_line(position, line, numbers)
        segments += _closing(len(cancellation.lines))
        body = self._interchange("ORDCHG", segments, reference, prepared)
        return OutboundMessage(Kind.CANCELLATION, reference, _name(reference, "ordchg.edi"), body, EDIFACT_TYPE)

    def record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """One column of ISBNs under the heading `isbn`."""
        body = "".join(f"{row}\r\n" for row in ("isbn", *isbns)).encode("ascii")
        return OutboundMessage(Kind.RECORD_REQUEST, reference, _name(reference, "isbns.csv"), body, CSV_TYPE)

    def _interchange(self, kind: str, segments: Sequence[Segment], reference: int, prepared: datetime) -> bytes:
        profile, dialect = self._profile, self._profile.dialect
        return edifact.write(
            edifact.OutboundInterchange(
                sender=profile.our_gln,
                sender_qualifier=dialect.our_qualifier,
                recipient=profile.supplier_gln,
                recipient_qualifier=dialect.supplier_qualifier,
                control_reference=str(reference),
                prepared=prepared,
                messages=[edifact.OutboundMessage(kind, segments, association=dialect.association)],
                charset=dialect.charset,
                application_reference=kind,
                test=dialect.test,
            )
        )

    def _parties(self, council: str, branches: Sequence[Place]) -> list[Segment]:
        """Buyer, supplier, and each branch once as delivery party, in the order of its first copy."""
        account = self._profile.accounts.get(council)
        if account is None:
            raise ValueError(f"{self._profile.supplier_id} has no account for council {council!r}")
        segments = [Segment.of("NAD", "BY", (account.gln, "", "9"))]
        if account.account_number:
            segments.append(Segment.of("RFF", ("API", self._code(account.account_number, "account number"))))
        segments.append(Segment.of("NAD", "SU", (self._profile.supplier_gln, "", "9")))
        for branch in {branch.code: branch for branch in branches}.values():
            segments += self._branch(branch)
        return segments

    def _branch(self, branch: Place) -> list[Segment]:
        """A branch by GLN with our code for it, which GIR and LOC use, beside it (RFF+API); by the code alone without a GLN."""
        branch_code = self._code(branch.code, "branch")
        if not branch.gln:
            return [Segment.of("NAD", "DP", (branch_code, "", "92"))]
        return [Segment.of("NAD", "DP", (branch.gln, "", "9")), Segment.of("RFF", ("API", branch_code))]

    def _line(self, position: int, line: OrderedLine) -> list[Segment]:
        segments = [_item(position, "", line.isbn), *_isbn10(line.isbn), *self._description(line)]
        segments.append(Segment.of("QTY", ("21", str(len(line.copies)))))
        for copy in line.copies:
            segments += self._copy(copy)
        if self._transliterates(line):
            segments.append(Segment.of("FTX", "LIN", "", "", transliterated(_TRANSLITERATED, self._charset)))
        if line.unit_price is not None:
            segments.append(Segment.of("PRI", ("AAE", number(_pounds(line.unit_price.minor)))))
        segments.append(Segment.of("RFF", ("LI", self._code(line.line_key, "line key"))))
        return segments + self._split(line.copies)

    def _description(self, line: OrderedLine) -> list[Segment]:
        """Author as given (009), or family and given name (010, 011) where a comma parts them; title (050)."""
        author = transliterated(line.author, self._charset)
        family, comma, given = author.partition(", ")
        segments = described("010", family) + described("011", given) if comma else described("009", author)
        return segments + described("050", transliterated(line.title, self._charset))

    def _transliterates(self, line: OrderedLine) -> bool:
        words = f"{line.author} {line.title}"
        return transliterated(words, self._charset) != " ".join(words.split())

    def _copy(self, copy: OrderedCopy) -> list[Segment]:
        pairs = [(copy.branch.code, "LLO"), (copy.fund, "LFN"), (copy.sequence, "LSQ")]
        pairs.append((copy.shelfmark, self._profile.dialect.shelfmark))
        pairs += [(service, "LVC") for service in copy.servicing]
        written = [(self._code(value, f"GIR {qualifier}"), qualifier) for value, qualifier in pairs if value]
        label = f"{copy.copy_number:03d}"
        return [
            Segment.of("GIR", label, *written[start : start + _PAIRS_PER_GIR]) for start in range(0, len(written), _PAIRS_PER_GIR)
        ]

    def _split(self, copies: Sequence[OrderedCopy]) -> list[Segment]:
        """How many copies go where (LOC+7 with QTY+11), when not all go to one branch."""
        counts = Counter(copy.branch.code for copy in copies)
        if len(counts) < 2:
            return []
        return [
            segment
            for branch, count in counts.items()
            for segment in (
                Segment.of("LOC", "7", (self._code(branch, "branch"), "", "92")),
                Segment.of("QTY", ("11", str(count))),
            )
        ]

    def _cancelled_line(self, position: int, line: OrderedLine, numbers: Sequence[int]) -> list[Segment]:
        remaining = len(line.copies) - len(numbers)
        quantities = [Segment.of("QTY", ("21", str(remaining)))] if remaining else []
        wanted = set(numbers)
        return [
            _item(position, "3" if remaining else "2", line.isbn),
            *quantities,
            Segment.of("QTY", ("85", str(len(numbers)))),
            *(segment for copy in line.copies if copy.copy_number in wanted for segment in self._copy(copy)[:1]),
            Segment.of("RFF", ("LI", self._code(line.line_key, "line key"))),
        ]

    def _reason(self, reason: str) -> list[Segment]:
        lines = groups(transliterated(reason, self._charset), _FREE_TEXT, _FREE_TEXTS)
        return [Segment.of("FTX", "GEN", "", "", text) for text in lines[:1]]

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


def _date(qualifier: str, moment: datetime) -> Segment:
    return Segment.of("DTM", (qualifier, moment.strftime("%Y%m%d"), "102"))


def _item(position: int, action: str, isbn: str) -> Segment:
    return Segment.of("LIN", str(position), action, (isbn, "EN"))


def _isbn10(isbn: str) -> list[Segment]:
    """PIA with the ISBN-10, which only ISBNs of prefix 978 have."""
    if not isbn.startswith("978"):
        return []
    return [Segment.of("PIA", "5", (stdnum_isbn.to_isbn10(isbn), "IB"))]


def _closing(lines: int) -> list[Segment]:
    return [Segment.of("UNS", "S"), Segment.of("CNT", ("2", str(lines)))]
