"""Each event of the contracts is told as the changes that this table names, or is told as none for a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from httpx import AsyncClient

from services.lms.domain.bodies import Kind
from services.lms.incoming import handlers
from services.lms.usecases.telling import Gathered
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts import (
    asked,
    catalogue,
    decisions,
    delivery,
    enquiries,
    invoices,
    messages,
    orders,
    reachability,
    selections,
    spend,
    suppliers,
    waiting,
)
from shared.contracts.base import Event
from shared.contracts.example_events import EXAMPLES
from shared.contracts.orders import OrderPlaced
from shared.contracts.registry import EVENTS
from tests.services.hearing import Hearing

_OWN_SETTING = "the council's own setting; what follows from it is told of each copy, title and switch"
_FOR_THE_LEDGER = "for the council's ledger, which reads them itself; `GET /v1/funds/{code}` has the sums"
_STAFF = "for operations staff: nothing of the council's orders changed"
_BY_MAILBOX = "the LMS asked for it by mailbox, and is answered there"
_BY_THE_CATALOGUE = "the catalogue tells what became of the title"

TOLD: Mapping[type[Event], Mapping[Kind, int] | str] = {
    orders.OrderPlaced: {Kind.ORDER_PLACED: 1},
    orders.LinesAdded: {Kind.LINE_ADDED: 1},
    orders.CancellationRequested: {Kind.CANCELLATION_REQUESTED: 1},
    orders.LineProgressed: {Kind.COPY_MOVED: 1},
    orders.RouteChanged: {Kind.COPY_REROUTED: 2, Kind.COPY_REDIRECTED: 1},
    decisions.LinesDecided: {Kind.DECISION_TAKEN: 1},
    enquiries.EnquiryRequested: {Kind.ENQUIRY_SENT: 1},
    enquiries.EnquirySent: "the order book tells what it asks, and a line asks for a decision where it could not be sent",
    orders.SourcingRuleChanged: _OWN_SETTING,
    orders.OrderingSwitchChanged: {Kind.SWITCH_CHANGED: 1},
    spend.SpendCommitted: _FOR_THE_LEDGER,
    spend.SpendReleased: _FOR_THE_LEDGER,
    spend.SpendInvoiced: _FOR_THE_LEDGER,
    suppliers.OrderSent: "the order book tells it: copies move to `sent`, or a line asks for a decision",
    suppliers.OrderResponded: {Kind.LINE_ANSWERED: 1},
    suppliers.DespatchAdvised: "delivery tells it by place and copy, as `copy_expected`",
    suppliers.RecordsSupplied: _BY_THE_CATALOGUE,
    suppliers.RecordSupplied: _BY_THE_CATALOGUE,
    messages.MessageQuarantined: _STAFF,
    messages.MessageSettled: _STAFF,
    messages.MessageHandled: _STAFF,
    suppliers.FeedQuieted: _STAFF,
    suppliers.FeedResumed: _STAFF,
    reachability.SupplierUnreachable: _STAFF,
    reachability.SupplierReachable: _STAFF,
    suppliers.ReconciliationCompared: _STAFF,
    suppliers.SupplierAnnounced: _STAFF,
    invoices.InvoiceReceived: "the order book tells whether it matches",
    invoices.InvoiceMatched: {Kind.INVOICE_MATCHED: 1},
    invoices.InvoiceQueried: {Kind.INVOICE_QUERIED: 1},
    invoices.InvoiceRejected: {Kind.INVOICE_REJECTED: 1},
    selections.SelectionReceived: {Kind.PROPOSAL_RECEIVED: 1},
    catalogue.TitleChanged: {Kind.TITLE_CHANGED: 1},
    catalogue.RecordRequested: "nothing is there yet: the title's change tells when it is",
    catalogue.RecordsFiled: "a file for mailboxes; the feed tells of each title",
    catalogue.RecordJudged: {Kind.RECORD_JUDGED: 1},
    catalogue.RecordCounted: "for figures: the record did not change by it",
    catalogue.DuplicationCounted: "for figures",
    catalogue.CatalogueRuleChanged: _OWN_SETTING,
    catalogue.CatalogueSwitchChanged: {Kind.SWITCH_CHANGED: 1},
    delivery.ConsignmentExpected: {Kind.COPY_EXPECTED: 1},
    delivery.CopiesReceived: {Kind.COPY_RECEIVED: 1},
    delivery.DiscrepancyFound: {Kind.DISCREPANCY_FOUND: 1},
    delivery.CopyMisdirected: {Kind.DISCREPANCY_FOUND: 1},
    delivery.DeliveryRuleChanged: _OWN_SETTING,
    delivery.DeliverySwitchChanged: {Kind.SWITCH_CHANGED: 1},
    asked.OrderAsked: "the LMS put it into its mailbox itself; `order_placed` tells that it was placed",
    asked.PlacingAnswered: _BY_MAILBOX,
    asked.LmsMessageHeld: _STAFF,
    waiting.ApprovalChanged: _STAFF,
    waiting.ProposalChanged: _STAFF,
    waiting.DeadLetterChanged: _STAFF,
    asked.LmsMessageSettled: _STAFF,
}
# The mailbox's consumer takes others: the feed tells nothing of those.
_CONSUMED = {line.event for line in handlers(Gathered())}
_PLACED = next(event for event in EXAMPLES if isinstance(event, OrderPlaced))


def test_of_each_event_it_was_decided_what_is_told() -> None:
    assert set(TOLD) == set(EVENTS)
    assert {event for event, told in TOLD.items() if not isinstance(told, str)} == _CONSUMED


@pytest.mark.parametrize("example", [e for e in EXAMPLES if type(e) in _CONSUMED], ids=lambda example: example.event_type)
async def test_an_event_is_told_as_its_kinds(example: Event, lms: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    others = [] if isinstance(example, OrderPlaced) else [_PLACED]
    known = [to_envelope(event, clock=clock, version=1) for event in others]
    await lms.hears_envelopes([*known, to_envelope(example, clock=clock, version=2)])
    told = (await client.get("/v1/changes")).json()["items"]
    kinds = Counter(change["kind"] for change in told[len(known) :])
    expected = TOLD[type(example)]
    assert not isinstance(expected, str)
    assert kinds == expected
    assert all(change["kind"] == change["body"]["kind"] for change in told)
    assert all(link["path"].startswith("/v1/") for change in told for link in change["links"])
