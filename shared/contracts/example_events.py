"""One realistic example per event: an order for two branches of a council, from placing it to a damaged copy.

Councils, people and location numbers are invented; the books exist. `shared.contracts.generate` writes these to
`examples/`, and producers are tested against them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts import (
    example_asked,
    example_catalogue,
    example_decisions,
    example_deliveries,
    example_enquiries,
    example_invoices,
    example_records,
    example_spend,
    messages,
    orders,
    reachability,
    suppliers,
)
from shared.contracts.base import Event, Money, Place, RouteKind
from shared.contracts.stated import ItemData, PriceBasis, StatedItem, StatedPrice, SupplierReferences
from shared.contracts.switches import SwitchState
from shared.contracts.trials import Arm, DrawUnit, TrialArm, TrialTerms

_COUNCIL = "GB-SFK"
_SUPPLIER = "harbour-books"
_ORDER = UUID("5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11")
_ORDER_NUMBER = "PO-2026-00417"
_LINE_KEY = "SB-7Q2M4K9XWD3FA1B0"
_ISBN = "9781526622433"
_IPSWICH = Place(code="IPSW", name="Ipswich Library", gln="5012345670010")
_LOWESTOFT = Place(code="LOWE", name="Lowestoft Library", gln="5012345670102")
_FIRST_COPY = UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b101")
_SECOND_COPY = UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b102")
_DESPATCH_NUMBER = "DN88120"
_PARCEL = "050123456000001238"


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def _message(number: int) -> UUID:
    return UUID(int=0x8C1E_0000_4A00_4000_8000_0000_0000_0000 + number)


_ORDER_EVENTS: tuple[Event, ...] = (
    orders.OrderPlaced(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number=_ORDER_NUMBER,
        placed_at=_at(2, 9, 30),
        rush=True,
        lines=(
            orders.OrderedLine(
                line_key=_LINE_KEY,
                line_number=1,
                supplier_id=_SUPPLIER,
                isbn=_ISBN,
                title="Piranesi",
                author="Clarke, Susanna",
                unit_price=Money(minor=899),
                copies=(
                    orders.OrderedCopy(
                        copy_id=_FIRST_COPY,
                        copy_number=1,
                        branch=_IPSWICH,
                        fund="ADULT-FIC",
                        sequence="ANF",
                        servicing=("BC", "BJ"),
                        item=ItemData(stock_category="BK"),
                        deliver_to=_IPSWICH,
                        route_trial=TrialArm(trial="unpacked-at-the-hub", arm=Arm.CONTROL),
                    ),
                    orders.OrderedCopy(
                        copy_id=_SECOND_COPY,
                        copy_number=2,
                        branch=_LOWESTOFT,
                        fund="ADULT-FIC",
                        deliver_to=_IPSWICH,
                        deliver_to_asked=True,
                    ),
                ),
                supplier_references=SupplierReferences(line="SEL-0311/1"),
                trial=TrialArm(trial="bookseller-2026", arm=Arm.PILOT),
            ),
        ),
    ),
    orders.LinesAdded(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number=_ORDER_NUMBER,
        placed_at=_at(2, 9, 30),
        added_at=_at(9, 11, 20),
        reason="placed with fenland-books instead of harbour-books: Harbour no longer orders for us",
        lines=(
            orders.OrderedLine(
                line_key="SB-7K2M9QD4XA",
                line_number=1,
                supplier_id="fenland-books",
                isbn=_ISBN,
                title="Piranesi",
                author="Clarke, Susanna",
                unit_price=Money(minor=899),
                copies=(
                    orders.OrderedCopy(
                        copy_id=UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b103"), copy_number=1, branch=_LOWESTOFT, fund="ADULT-FIC"
                    ),
                ),
                replaces=_LINE_KEY,
            ),
        ),
    ),
    orders.CancellationRequested(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number=_ORDER_NUMBER,
        requested_at=_at(3, 14, 5),
        reason="Ordered twice by mistake",
        lines=(orders.CancelledLine(line_key=_LINE_KEY, supplier_id=_SUPPLIER, copy_ids=(_SECOND_COPY,)),),
        still_wanted=False,
    ),
    orders.LineProgressed(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number=_ORDER_NUMBER,
        line_key=_LINE_KEY,
        supplier_id=_SUPPLIER,
        isbn=_ISBN,
        progressed_at=_at(2, 11, 45),
        substitute_isbn="9780241988268",
        copies=(
            orders.CopyProgress(
                copy_id=_FIRST_COPY,
                copy_number=1,
                branch="IPSW",
                from_state=orders.CopyState.SENT,
                to_state=orders.CopyState.BACK_ORDERED,
                cause=suppliers.OrderResponded.event_type,
                reason="OB",
                expected_on=date(2026, 3, 20),
                barcode="30117012345678",
                promised_on=date(2026, 3, 20),
                sequence="ANF",
                rotation_plan="ROT-A",
                reached=(orders.StateReached(state=orders.CopyState.SENT, at=_at(2, 9, 31)),),
            ),
        ),
        attention="",
    ),
    orders.SourcingRuleChanged(
        council=_COUNCIL,
        rule_id=UUID("7c1e5f0a-2d44-4c39-9a0b-6f5d8e1b2c33"),
        supplier_id=_SUPPLIER,
        material="book",
        valid_from=date(2026, 3, 1),
        pilot=True,
        trial=TrialTerms(name="bookseller-2026", share="0.3", unit=DrawUnit.LINE, seed="a"),
    ),
    orders.OrderingSwitchChanged(
        council=_COUNCIL,
        switch_id=UUID("3b9e1d52-8f60-4b7e-a1c4-2d7f0e6a9c15"),
        version=2,
        state=SwitchState.RUNNING,
        from_supplier="eastern",
        to_supplier=_SUPPLIER,
        branches=("IPSW", "LOWE"),
        materials=("book",),
        first_day=date(2026, 3, 9),
        open_copies="move",
        reason="The consortium ends its hub.",
        at=_at(9, 0, 4),
    ),
)

_SUPPLIER_EVENTS: tuple[Event, ...] = (
    suppliers.OrderSent(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        order_id=_ORDER,
        message_id=_message(1),
        control_reference="412",
        line_keys=(_LINE_KEY,),
        outcome=suppliers.SendOutcome.SENT,
        sent_at=_at(2, 9, 31),
    ),
    suppliers.OrderResponded(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        order_id=_ORDER,
        message_id=_message(2),
        responded_at=_at(2, 11, 40),
        supplier_reference="HB-99107",
        lines=(
            suppliers.RespondedLine(
                line_key=_LINE_KEY,
                isbn=_ISBN,
                action=suppliers.LineAction.ACCEPTED,
                status_code="100",
                availability_code="IP",
                quantities=suppliers.Quantities(ordered=2, accepted=2),
                copies=(
                    suppliers.CopyReference(
                        copy_number=1,
                        branch="IPSW",
                        fund="ADULT",
                        sequence="ANF",
                        item=StatedItem(stock_category="BK", classification="823.92", servicing=("BC",)),
                    ),
                ),
                prices=(StatedPrice(minor=899, currency="GBP", basis=PriceBasis.RETAIL, code="AAE"),),
                supplier_references=SupplierReferences(line="HB-99107/1"),
                offer_until=date(2026, 3, 31),
            ),
        ),
    ),
    suppliers.DespatchAdvised(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        message_id=_message(3),
        despatch_number=_DESPATCH_NUMBER,
        despatched_on=date(2026, 3, 5),
        stated_on=date(2026, 3, 5),
        expected_on=date(2026, 3, 6),
        deliver_to=_IPSWICH,
        parcels=(
            suppliers.Parcel(
                parcel_id=_PARCEL,
                lines=(
                    suppliers.DespatchedLine(
                        line_key=_LINE_KEY,
                        order_id=_ORDER,
                        order_number=_ORDER_NUMBER,
                        isbn=_ISBN,
                        quantity=1,
                        copies=(suppliers.CopyReference(copy_number=1, branch="IPSW", barcode="30117012345678"),),
                        supplier_references=SupplierReferences(line="HB-99107/1"),
                    ),
                ),
            ),
        ),
    ),
    suppliers.RecordSupplied(
        supplier_id=_SUPPLIER,
        message_id=_message(4),
        isbn=_ISBN,
        title="Piranesi",
        author="Clarke, Susanna",
        publisher="Bloomsbury",
        published="2021",
        form="paperback",
        list_price=Money(minor=899),
        supplied_at=_at(2, 13),
    ),
    messages.MessageQuarantined(
        supplier_id=_SUPPLIER,
        message_id=_message(5),
        kind="response",
        reason="Line SB-0000000000000000 is not one of ours",
        quarantined_at=_at(4, 8, 15),
    ),
    messages.MessageSettled(
        supplier_id=_SUPPLIER,
        message_id=_message(5),
        outcome=messages.SettledBy.DISCARDED,
        reason="The supplier sent it to the wrong council",
        settled_at=_at(4, 9),
    ),
    messages.MessageHandled(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        message_id=_message(2),
        mapped=1,
        replayed=1,
        decided=0,
        line_keys=(_LINE_KEY,),
        version=3,
        handled_at=_at(4, 9, 15),
    ),
    suppliers.FeedQuieted(
        supplier_id=_SUPPLIER, kind="despatch", last_heard_at=_at(6, 10), usual_hours=72, quieted_at=_at(11, 10)
    ),
    suppliers.FeedResumed(supplier_id=_SUPPLIER, kind="despatch", resumed_at=_at(12, 9)),
    reachability.SupplierUnreachable(
        supplier_id=_SUPPLIER,
        since=_at(12, 10),
        noticed_at=_at(12, 11),
        reason="the way out to the suppliers' network is being repaired",
        waiting=3,
        next_try_at=None,
        opened_by="j.archer",
    ),
    reachability.SupplierReachable(supplier_id=_SUPPLIER, reached_at=_at(12, 12)),
    suppliers.ReconciliationCompared(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        reconciliation_id=UUID("3c9d8a52-7be1-4f06-8f3e-1d2a4b6c8e55"),
        reported_at=_at(9, 18),
        compared_at=_at(10, 8, 5),
        agreed=41,
        disagreeing=1,
        ours_only=2,
        theirs_only=0,
    ),
    suppliers.SupplierAnnounced(
        supplier_id=_SUPPLIER,
        name="Eastern Libraries Supply",
        announced_at=_at(2, 8),
        takes_cancellations=True,
        routes=(RouteKind.DIRECT, RouteKind.HUB),
        supplies_records=True,
        takes_route_changes=True,
        takes_offer_answers=True,
        takes_enquiries=True,
        takes_rush=True,
        usual_delivery_days=10,
    ),
)

EXAMPLES: tuple[Event, ...] = (
    *_ORDER_EVENTS,
    *_SUPPLIER_EVENTS,
    *example_catalogue.EXAMPLES,
    *example_deliveries.EXAMPLES,
    *example_enquiries.EXAMPLES,
    *example_asked.EXAMPLES,
    *example_decisions.EXAMPLES,
    *example_invoices.EXAMPLES,
    *example_records.EXAMPLES,
    *example_spend.EXAMPLES,
)
