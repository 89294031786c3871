"""The checker reports each falsified fact, and nothing when all facts are right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local.lms.orders import CopyKey
from tests.faults.checker import Kind, check
from tests.faults.facts import (
    Application,
    BookedCopy,
    BookedInvoice,
    BookedOrder,
    Charge,
    Facts,
    Goods,
    Message,
    Move,
    OutboxEvent,
    Taking,
    Told,
    ToldGoods,
    ToldMove,
)

KEY = CopyKey("PO-1", 1, "IPSW", 1)
COPY = BookedCopy("copy-1", "LINE-1", 1, KEY, "national", "received")
TAKING = Taking("national", "7", frozenset({"LINE-1"}))
INVOICE = BookedInvoice("I-1", "matched", frozenset(), frozenset({"LINE-1"}))
WAITING_CREDIT = BookedInvoice("C-1", "queried", frozenset({"nothing_to_credit"}), INVOICE.line_keys, credits_invoice="I-1")
MOVES = (
    Move("event-2", "copy-1", "ordered", "sent"),
    Move("event-4", "copy-1", "sent", "despatched"),
    Move("event-6", "copy-1", "despatched", "received"),
)


def outbox_event(number: int, service: str, event: str, **data: object) -> OutboxEvent:
    topic = event.split(".")[0]
    return OutboxEvent(service, f"event-{number}", event, topic, key=f"key-{number}", sent=True, data=data)


def _progressed(number: int, move: Move) -> OutboxEvent:
    copy = {"copy_id": move.copy_id, "from_state": move.from_state, "to_state": move.to_state}
    return outbox_event(number, "orders", "orders.line.progressed.v1", copies=[copy])


def _delivery(number: int, event: str) -> OutboxEvent:
    return outbox_event(number, "delivery", event, consignment_id="consignment-1", copies=[{"copy_id": "copy-1"}])


EVENTS = (
    outbox_event(1, "orders", "orders.order.placed.v1", order_id="order-1", lines=[{"supplier_id": "national"}]),
    outbox_event(2, "supplier-national", "suppliers.order.sent.v1", message_id="message-1", outcome="sent"),
    _progressed(3, MOVES[0]),
    _delivery(4, "delivery.consignment.expected.v1"),
    _progressed(5, MOVES[1]),
    _delivery(6, "delivery.copies.received.v1"),
    _progressed(7, MOVES[2]),
    outbox_event(8, "delivery", "delivery.discrepancy.found.v1", discrepancy_id="discrepancy-1"),
)
TOLD = Told(
    moves=tuple(ToldMove(move.copy_id, move.from_state, move.to_state) for move in MOVES),
    goods=tuple(ToldGoods(kind, "consignment-1", "copy-1") for kind in ("copy_expected", "copy_received")),
    holes=(),
    waiting=0,
)
EVENT_IDS = frozenset(event.event_id for event in EVENTS)
SOUND = Facts(
    accepted=frozenset({"PO-1"}),
    scanned={KEY: "received"},
    takings=(TAKING,),
    shipped=frozenset({("LINE-1", 1)}),
    let_go=frozenset(),
    invoiced=frozenset({"I-1"}),
    orders=(BookedOrder("order-1", "PO-1"),),
    copies=(COPY,),
    switched=(),
    asking=frozenset(),
    moves=MOVES,
    applications=tuple(Application(move.event_id, "order-1", "700") for move in MOVES),
    invoices=(INVOICE,),
    charges=(Charge("copy-1", stands=True),),
    goods=(Goods("consignment-1", "copy-1", "direct", "received"),),
    discrepancies=("discrepancy-1",),
    whereabouts={"copy-1": "received"},
    shown={"copy-1": "received"},
    told=TOLD,
    messages=(Message("national", "message-1", "order", "answered", frozenset({"order-1"})),),
    events=EVENTS,
    handled=dict.fromkeys(("orders", "delivery", "dashboard", "suppliers-national"), EVENT_IDS),
    dead_letters=(),
)


def _without(number: int) -> tuple[OutboxEvent, ...]:
    return tuple(event for event in EVENTS if event.event_id != f"event-{number}")


def test_nothing_is_found_where_all_is_well() -> None:
    assert check(SOUND) == []


def test_an_invoice_for_a_copy_that_did_not_arrive_may_wait_for_a_person_and_its_credit_note_with_it() -> None:
    waiting = replace(INVOICE, state="queried", queries=frozenset({"not_supplied"}))
    missing = replace(SOUND, copies=(replace(COPY, state="missing"),), invoices=(waiting, WAITING_CREDIT), charges=())
    found = check(missing)
    assert not [finding for finding in found if "invoice" in finding.text]


def test_a_credit_note_of_an_invoice_that_counts_may_not_wait() -> None:
    found = check(replace(SOUND, invoices=(INVOICE, WAITING_CREDIT)))
    assert [finding.text for finding in found] == ["invoice C-1 stays queried"]


FALSE = {
    "an order answered 201 is gone": (replace(SOUND, orders=()), Kind.LOST, "order PO-1 was answered 201"),
    "a supplier never got a line": (replace(SOUND, takings=()), Kind.LOST, "line LINE-1 never reached national"),
    "a supplier sent what nobody knows": (
        replace(SOUND, shipped=frozenset({("LINE-1", 1), ("LINE-9", 1)})),
        Kind.LOST,
        "copy 1 of line LINE-9 was sent",
    ),
    "the book missed a despatch": (
        replace(SOUND, copies=(replace(COPY, state="held"),)),
        Kind.LOST,
        "was sent by national, and the order book says held",
    ),
    "the book missed a scan": (replace(SOUND, scanned={KEY: "damaged"}), Kind.LOST, "was scanned by the LMS as damaged"),
    "an invoice is gone": (replace(SOUND, invoices=()), Kind.LOST, "invoice I-1 was sent and is not in the order book"),
    "a copy was never charged": (replace(SOUND, charges=()), Kind.LOST, "was sent and invoiced, and never charged"),
    "an event was never handled": (
        replace(SOUND, handled={**SOUND.handled, "dashboard": EVENT_IDS - {"event-7"}}),
        Kind.LOST,
        "event-7 of orders was never handled by dashboard",
    ),
    "an order is there twice": (
        replace(SOUND, orders=(*SOUND.orders, BookedOrder("order-2", "PO-1"))),
        Kind.DOUBLED,
        "order PO-1 is in the order book twice",
    ),
    "a supplier took a line twice": (
        replace(SOUND, takings=(TAKING, replace(TAKING, request="8"))),
        Kind.DOUBLED,
        "line LINE-1 was taken more than once: national (7), national (8)",
    ),
    "two suppliers took a line": (
        replace(SOUND, takings=(TAKING, replace(TAKING, supplier="consortium"))),
        Kind.DOUBLED,
        "line LINE-1 was taken more than once: national (7), consortium (7)",
    ),
    "an order was written twice": (
        replace(SOUND, messages=(*SOUND.messages, replace(SOUND.messages[0], message_id="message-2"))),
        Kind.DOUBLED,
        "order order-1 was written to national 2 times, and placed 1 times",
    ),
    "an invoice is there twice": (
        replace(SOUND, invoices=2 * SOUND.invoices),
        Kind.DOUBLED,
        "invoice I-1 is in the order book twice",
    ),
    "a copy is charged twice": (replace(SOUND, charges=2 * SOUND.charges), Kind.DOUBLED, "copy copy-1 is charged twice"),
    "an event had its effect twice": (
        replace(SOUND, applications=(*SOUND.applications, Application("event-4", "order-1", "701"))),
        Kind.DOUBLED,
        "event event-4 was applied to order order-1 twice",
    ),
    "the book received a copy twice": (
        replace(SOUND, moves=(*MOVES, Move("event-9", "copy-1", "damaged", "received"))),
        Kind.DOUBLED,
        "copy copy-1 was received twice in the order book",
    ),
    "delivery received a copy twice": (
        replace(SOUND, goods=(*SOUND.goods, Goods("consignment-2", "copy-1", "direct", "received"))),
        Kind.DOUBLED,
        "copy copy-1 was received twice in delivery",
    ),
    "an event is in an outbox twice": (
        replace(SOUND, events=(*EVENTS, EVENTS[0])),
        Kind.DOUBLED,
        "event event-1 is in an outbox twice",
    ),
    "an order was not published": (replace(SOUND, events=_without(1)), Kind.TORN, "order-1 was written"),
    "a move was not published": (replace(SOUND, events=_without(5)), Kind.TORN, "('copy-1', 'sent', 'despatched') was written"),
    "a move was published and not made": (replace(SOUND, moves=MOVES[:2]), Kind.TORN, "but not written"),
    "goods were not published": (
        replace(SOUND, events=_without(4)),
        Kind.TORN,
        "but not published as delivery.consignment.expected.v1",
    ),
    "a receipt was not published": (
        replace(SOUND, events=_without(6)),
        Kind.TORN,
        "but not published as delivery.copies.received.v1",
    ),
    "a discrepancy was not published": (replace(SOUND, events=_without(8)), Kind.TORN, "discrepancy-1 was written"),
    "a discrepancy was published and not kept": (replace(SOUND, discrepancies=()), Kind.TORN, "discrepancy-1 was published as"),
    "a sending was not published": (replace(SOUND, events=_without(2)), Kind.TORN, "orders sent: message-1 was written"),
    "a copy stays on its way": (replace(SOUND, copies=(replace(COPY, state="despatched"),)), Kind.STUCK, "stays despatched"),
    "an invoice is never settled": (
        replace(SOUND, invoices=(replace(INVOICE, state="queried", queries=frozenset({"not_supplied"})),)),
        Kind.STUCK,
        "invoice I-1 stays queried",
    ),
    "goods stay outstanding": (
        replace(SOUND, goods=(replace(SOUND.goods[0], state="outstanding"),)),
        Kind.STUCK,
        "stays outstanding in consignment consignment-1",
    ),
    "an event stays in the outbox": (
        replace(SOUND, events=(replace(EVENTS[0], sent=False), *EVENTS[1:])),
        Kind.STUCK,
        "event-1 stays in the outbox of orders",
    ),
    "a message stays in sending": (
        replace(SOUND, messages=(replace(SOUND.messages[0], state="sending"),)),
        Kind.STUCK,
        "order message message-1 of national stays sending",
    ),
    "a message stays unread": (
        replace(SOUND, messages=(*SOUND.messages, Message("national", "message-2", "despatch", "received", frozenset()))),
        Kind.STUCK,
        "despatch message message-2 of national stays received",
    ),
    "a dead letter waits": (replace(SOUND, dead_letters=("orders: poison",)), Kind.STUCK, "a dead letter waits: orders: poison"),
    "the dashboard shows something else": (replace(SOUND, shown={"copy-1": "sent"}), Kind.DISAGREE, "sent on the dashboard"),
    "the dashboard shows too little": (replace(SOUND, shown={}), Kind.DISAGREE, "None on the dashboard"),
    "a move is not told": (
        replace(SOUND, told=replace(TOLD, moves=(TOLD.moves[0], *TOLD.moves[2:]))),
        Kind.LOST,
        "from_state='sent', to_state='despatched') was published and is in no feed",
    ),
    "a move is told twice": (
        replace(SOUND, told=replace(TOLD, moves=(*TOLD.moves, TOLD.moves[0]))),
        Kind.DOUBLED,
        "is in a feed, and was not published so often",
    ),
    "moves are told in another order": (
        replace(SOUND, told=replace(TOLD, moves=(TOLD.moves[0], TOLD.moves[2], TOLD.moves[1]))),
        Kind.DISAGREE,
        "copy copy-1 is told to move from despatched, and was sent",
    ),
    "a feed that was built again ends too soon": (
        replace(SOUND, told=replace(TOLD, moves=(ToldMove("copy-1", "", "sent"),))),
        Kind.DISAGREE,
        "received in the order book, sent in the feed",
    ),
    "goods are not told": (
        replace(SOUND, told=replace(TOLD, goods=TOLD.goods[1:])),
        Kind.LOST,
        "('copy_expected', 'consignment-1', 'copy-1') was published and is in no feed",
    ),
    "goods are told twice": (
        replace(SOUND, told=replace(TOLD, goods=TOLD.goods * 2)),
        Kind.DOUBLED,
        "('copy_received', 'consignment-1', 'copy-1') is in a feed",
    ),
    "a feed has a hole": (replace(SOUND, told=replace(TOLD, holes=("GB-SFK",))), Kind.DISAGREE, "positions are missing"),
    "a change waits for its order": (replace(SOUND, told=replace(TOLD, waiting=2)), Kind.LOST, "2 changes wait for an order"),
    "delivery says something else": (
        replace(SOUND, whereabouts={"copy-1": "expected"}),
        Kind.DISAGREE,
        "received in the order book, expected in delivery",
    ),
    "delivery knows a copy of nobody": (
        replace(SOUND, whereabouts={**SOUND.whereabouts, "copy-2": "expected"}),
        Kind.DISAGREE,
        "copy copy-2 is known to delivery and not to the order book",
    ),
}


@pytest.mark.parametrize(("facts", "kind", "text"), FALSE.values(), ids=FALSE.keys())
def test_what_was_falsified_is_named(facts: Facts, kind: Kind, text: str) -> None:
    findings = check(facts)
    assert any(finding.kind is kind and text in finding.text for finding in findings), findings
