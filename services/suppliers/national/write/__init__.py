"""Writes ORDERS, ORDCHG, OSTENQ (UN/EDIFACT D.96A, EDItEUR library profile) and lists of wanted ISBNs. Pure; sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.suppliers.contract import (
    CancellationToSend,
    EnquiryToSend,
    Kind,
    OfferAnswerToSend,
    OrderToSend,
    OutboundMessage,
)
from services.suppliers.national.order_numbers import on_the_wire
from services.suppliers.national.profile import NationalProfile, named
from services.suppliers.national.write.addressing import Addressing
from services.suppliers.national.write.envelope import interchange
from services.suppliers.national.write.ordering import LineWriter
from services.suppliers.national.write.wording import code, transliteration
from shared.contracts.orders import OrderedLine
from shared.formats.edifact.fitting import transliterated
from shared.formats.editeur import Change, ChangeLine, Currencies, Date, Document, Enquiry, Orders, Reference, remarks

EDIFACT_TYPE = "application/EDIFACT"
CSV_TYPE = "text/csv"

_ORDER, _RUSH, _ANSWER_TO_A_QUOTATION, _CHANGE = "220", "224", "22V", "230"


class Writer:
    """Writes the messages to one supplier, in its dialect."""

    def __init__(self, profile: NationalProfile) -> None:
        self._profile = profile
        self._dialect = profile.dialect
        self._names = profile.mailbox.names
        self._addressing = Addressing(profile)
        self._lines = LineWriter(profile.dialect)

    def order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """Writes ORDERS: BGM 224 for a rush order, 22V where every line orders a title that the supplier selected, else 220.

        NAD+DP names each branch, or the one place where all copies are unpacked; then LOC+20 of each line names the branches.
        Raises ValueError for what the message cannot carry.
        """
        currency, placed_at = _only_currency(order.lines), order.placed_at.astimezone(self._dialect.time_zone)
        branches = [copy.branch for line in order.lines for copy in line.copies]
        places = branches if order.place is None else [order.place]
        number = self._order_number(order.order_number, order.part)
        message = Orders(
            document=Document(_kind_of(order), number, "9"),
            dates=(self._dated(placed_at),),
            parties=(*self._addressing.parties(order.council), *self._addressing.places(order.council, places)),
            currencies=(Currencies("2", currency, "9"),),
            lines=tuple(
                self._lines.ordered(position, line, elsewhere=order.place is not None)
                for position, line in enumerate(order.lines, start=1)
            ),
        )
        body = interchange(message, self._profile, reference, placed_at)
        findings = tuple(finding for line in order.lines for finding in self._lines.findings(line))
        return OutboundMessage(Kind.ORDER, reference, named(self._names.orders, reference), body, EDIFACT_TYPE, findings)

    def cancellation(self, cancellation: CancellationToSend, reference: int, prepared: datetime) -> OutboundMessage:
        """Writes ORDCHG with BGM 230, according to the directory: no real sample was available."""
        lines = [
            self._lines.cancelled(position, line, numbers) for position, (line, numbers) in enumerate(cancellation.lines, start=1)
        ]
        return self._change(Kind.CANCELLATION, cancellation, lines, None, reference, prepared)

    def offer_answer(self, answer: OfferAnswerToSend, reference: int, prepared: datetime) -> OutboundMessage:
        """Writes the answer to an offer as ORDCHG with BGM 230, as a cancellation is written.

        Raises ValueError for an accepted price where the dialect has no place for prices.
        """
        lines = [
            self._lines.answered(position, line, numbers, answer)
            for position, (line, numbers) in enumerate(answer.lines, start=1)
        ]
        currency = _only_currency(line for line, _ in answer.lines) if answer.price is None else answer.price.currency
        return self._change(Kind.OFFER_ANSWER, answer, lines, currency, reference, prepared)

    def _change(
        self,
        kind: Kind,
        change: CancellationToSend | OfferAnswerToSend,
        lines: Sequence[ChangeLine],
        currency: str | None,
        reference: int,
        prepared: datetime,
    ) -> OutboundMessage:
        prepared = prepared.astimezone(self._dialect.time_zone)
        message = Change(
            document=Document(_CHANGE, str(reference), "4"),
            dates=(self._dated(prepared),),
            remarks=remarks("GEN", transliterated(change.reason, self._dialect.charset))[:1],
            references=(Reference("ON", self._order_number(change.order_number, change.part)),),
            parties=self._addressing.parties(change.council),
            currencies=() if currency is None else (Currencies("2", currency, "9"),),
            lines=tuple(lines),
        )
        body = interchange(message, self._profile, reference, prepared)
        odd = transliteration("the reason", change.reason, self._dialect.charset)
        name = named(self._names.changes, reference)
        return OutboundMessage(kind, reference, name, body, EDIFACT_TYPE, (odd,) if odd else ())

    def enquiry(self, enquiry: EnquiryToSend, reference: int, prepared: datetime) -> OutboundMessage:
        """Writes OSTENQ, whose BGM repeats the order's code and number. What is wrong with each line's copies is in STS and FTX.

        Raises ValueError for a claim where the dialect has neither free text nor a code for it.
        """
        prepared = prepared.astimezone(self._dialect.time_zone)
        number = self._order_number(enquiry.order_number, enquiry.part)
        message = Enquiry(
            document=Document(self._dialect.enquiries.document, number, "9"),
            dates=(self._dated(prepared),),
            remarks=remarks("GEN", transliterated(enquiry.reason, self._dialect.charset))[:1],
            references=(Reference("ON", number),),
            parties=self._addressing.parties(enquiry.council),
            lines=tuple(
                self._lines.enquired(position, line, numbers, enquiry)
                for position, (line, numbers) in enumerate(enquiry.lines, start=1)
            ),
        )
        body = interchange(message, self._profile, reference, prepared)
        odd = transliteration("the reason", enquiry.reason, self._dialect.charset)
        name = named(self._names.of_enquiries, reference)
        return OutboundMessage(Kind.ENQUIRY, reference, name, body, EDIFACT_TYPE, (odd,) if odd else ())

    def record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """Writes a CSV with one column of ISBNs under the heading `isbn`."""
        body = "".join(f"{row}\r\n" for row in ("isbn", *isbns)).encode("ascii")
        return OutboundMessage(Kind.RECORD_REQUEST, reference, named(self._names.record_requests, reference), body, CSV_TYPE)

    def _order_number(self, number: str, part: int) -> str:
        wired = on_the_wire(number, part, self._dialect)
        return code(wired, self._dialect.charset, what="order number", longest=self._dialect.longest_order_number)

    def _dated(self, moment: datetime) -> Date:
        return Date.minute("137", moment) if self._dialect.dates == "203" else Date.day("137", moment)


def _kind_of(order: OrderToSend) -> str:
    """Returns the code for BGM. A rush order says with RFF+QLI alone which lines the supplier selected."""
    if order.rush:
        return _RUSH
    return _ANSWER_TO_A_QUOTATION if all(line.quote_reference for line in order.lines) else _ORDER


def _only_currency(lines: Iterable[OrderedLine]) -> str:
    """Returns the currency of the order's prices (CUX applies to the whole message); GBP when no price is known."""
    currencies = {line.unit_price.currency for line in lines if line.unit_price is not None} or {"GBP"}
    if len(currencies) > 1:
        raise ValueError(f"an order message can carry one currency only, not {', '.join(sorted(currencies))}")
    return currencies.pop()
