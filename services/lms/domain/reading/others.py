"""Reads events about records, invoices, selections and switches as news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.lms.domain import bodies
from services.lms.domain.news import News, Title, key_of
from services.lms.domain.reading.stated import Stated
from shared.contracts.catalogue import CatalogueSwitchChanged, RecordJudged, TitleChanged
from shared.contracts.delivery import DeliverySwitchChanged
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.orders import OrderingSwitchChanged
from shared.contracts.selections import SelectionReceived

AnySwitch = OrderingSwitchChanged | CatalogueSwitchChanged | DeliverySwitchChanged
_STRANDS: Mapping[type[AnySwitch], bodies.StrandName] = {
    OrderingSwitchChanged: bodies.StrandName.ORDERING,
    CatalogueSwitchChanged: bodies.StrandName.CATALOGUE,
    DeliverySwitchChanged: bodies.StrandName.DELIVERY,
}


def title_of(event: TitleChanged) -> Title:
    """Returns the version of a title that an event states. It concerns every council that ordered the book."""
    return Title(event.isbn, event.version, event.changed_at, event.title, event.supplier_id)


def title_changed(title: Title, council: str) -> News:
    """Returns that the record of a book changed, for one of the councils that ordered it."""
    body = bodies.TitleChanged(isbn=title.isbn, title=title.title, supplier_id=title.supplier_id)
    return News(council, key_of("title", title.isbn, title.version), title.changed_at, body, title.version)


def record_judged(event: RecordJudged, stated: Stated) -> Iterator[News]:
    """Yields what the council's minimum says of a record."""
    body = bodies.RecordJudged(
        isbn=event.isbn,
        supplier_id=event.supplier_id,
        score=event.score,
        pass_mark=event.pass_mark,
        passes=event.passes,
    )
    yield News(stated.council, key_of("judgement", event.isbn, event.version), event.judged_at, body, event.version)


def invoice_matched(event: InvoiceMatched, stated: Stated) -> Iterator[News]:
    """Yields that an invoice was matched. Its parts are one change: the order book has all of it when it sends the first."""
    body = bodies.InvoiceMatched(**_of_invoice(event))
    key = key_of("invoice", event.invoice_id, "matched", event.matched_at)
    yield News(stated.council, key, event.matched_at, body, stated.version)


def invoice_queried(event: InvoiceQueried, stated: Stated) -> Iterator[News]:
    """Yields that an invoice is queried."""
    body = bodies.InvoiceQueried(
        **_of_invoice(event),
        queries=len(event.queries) + event.unlisted,
        codes=tuple(sorted({query.code for query in event.queries})),
    )
    key = key_of("invoice", event.invoice_id, "queried", event.queried_at)
    yield News(stated.council, key, event.queried_at, body, stated.version)


def _of_invoice(event: InvoiceMatched | InvoiceQueried) -> dict[str, object]:
    return {
        "invoice_id": event.invoice_id,
        "invoice_number": event.invoice_number,
        "supplier_id": event.supplier_id,
        "credit": event.credit,
        "invoiced_on": event.invoiced_on,
        "total_minor": event.total,
        "currency": event.currency,
    }


def invoice_rejected(event: InvoiceRejected, stated: Stated) -> Iterator[News]:
    """Yields that an invoice was rejected."""
    body = bodies.InvoiceRejected(
        invoice_id=event.invoice_id,
        invoice_number=event.invoice_number,
        supplier_id=event.supplier_id,
        reason=event.reason,
    )
    key = key_of("invoice", event.invoice_id, "rejected", event.rejected_at)
    yield News(stated.council, key, event.rejected_at, body, stated.version)


def selection_received(event: SelectionReceived, stated: Stated) -> Iterator[News]:
    """Yields that a supplier selected titles."""
    body = bodies.ProposalReceived(
        supplier_id=event.supplier_id,
        selection_number=event.selection_number,
        lines=len(event.lines),
        copies=sum(line.quantity for line in event.lines),
        firm=event.firm,
    )
    yield News(stated.council, key_of("selection", event.supplier_id, event.message_id), event.received_at, body)


def switch_changed(event: AnySwitch, stated: Stated) -> Iterator[News]:
    """Yields that a switch came to a state."""
    body = bodies.SwitchChanged(
        switch_id=event.switch_id,
        strand=_STRANDS[type(event)],
        state=event.state,
        from_supplier_id=event.from_supplier,
        to_supplier_id=event.to_supplier,
        first_day=event.first_day,
        reason=event.reason,
    )
    yield News(stated.council, key_of("switch", event.switch_id, event.version), event.at, body, event.version)
