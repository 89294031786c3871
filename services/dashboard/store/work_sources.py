"""What waits according to the facts that other tables of the read model keep: one query for each kind, narrowed to some things.

Each answers with columns of `work`. The row of a thing there is what its query answers; no answer: the thing does not wait.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Interval,
    Select,
    String,
    Text,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from services.dashboard.domain.reaches import STOPPED
from services.dashboard.domain.troubles import CANCELLATION_PATIENCE, CLAIM_PATIENCE, OLDEST_DECISION, UNTIED_DISCREPANCY
from services.dashboard.domain.work import WorkKind
from services.dashboard.store.claimed import claimed
from services.dashboard.store.reach_tables import NOT_REACHED, supplier_reach
from services.dashboard.store.tables import (
    ASKED,
    NOT_SCANNED,
    NOT_SENT,
    OWED_AGAIN,
    TO_COME,
    TO_SEND,
    WAITING,
    cancellation,
    consigned_copy,
    consignment,
    copy,
    decision,
    discrepancy,
    feed,
    heard,
    held_file,
    invoice,
    quarantined,
    sending,
)
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import SendOutcome
from shared.db.arrays import among

Wanted = Collection[object] | None
"""The keys of the things that are asked about; none: of all."""

_ON_THE_WAY = (CopyState.DESPATCHED.value, CopyState.AT_HUB.value)
_NOTHING = literal("", Text())
# How the order book begins what a switch asks of a line.
_SWITCH = "Switch:"


def _these(key: Column[Any], wanted: Wanted) -> ColumnElement[bool]:
    return literal(True) if wanted is None else among(key, wanted)


def _columns(item: ColumnElement[Any], began_at: ColumnElement[Any], **others: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Returns the columns of an answer; those that a kind does not have are empty."""
    empty: dict[str, ColumnElement[Any]] = {
        "council": null(),
        "order_id": cast(null(), Uuid()),
        "shows_at": cast(literal("-infinity"), DateTime(True)),
        "hides_at": cast(literal("infinity"), DateTime(True)),
    }
    texts = ("supplier_id", "subject", "detail", "place", "isbn", "order_number", "line_key", "cause")
    every = {**dict.fromkeys(texts, _NOTHING), **empty, **others}
    named = [value.label(name) for name, value in every.items()]
    return [cast(item, Text()).label("item"), began_at.label("began_at"), *named]


def _quarantined(wanted: Wanted) -> Select[Any]:
    c = quarantined.c
    shown = _columns(c.message_id, c.waits_since, council=c.council, supplier_id=c.supplier_id, subject=c.kind, detail=c.reason)
    return select(*shown).where(c.waits_since.is_not(None), ~c.in_doubt, _these(c.message_id, wanted))


def _sendings(wanted: Wanted) -> CompoundSelect[Any]:
    """Messages of ours that may not have arrived. An order's subject is its reference, that of any other its kind."""
    return union_all(_unsent_orders(wanted), _left_to_a_person(wanted))


def _unsent_orders(wanted: Wanted) -> Select[Any]:
    """Those whose copies are still to be sent, and that are not in quarantine."""
    c = sending.c
    waiting = select(copy.c.copy_id).where(copy.c.order_id == c.order_id, copy.c.supplier_id == c.supplier_id, TO_SEND)
    twice = select(quarantined.c.message_id).where(
        quarantined.c.message_id == c.message_id, quarantined.c.waits_since.is_not(None)
    )
    shown = _columns(
        c.message_id,
        c.sent_at,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=c.control_reference,
        detail=c.reason,
        cause=c.outcome,
        order_id=c.order_id,
    )
    return select(*shown).where(NOT_SENT, waiting.exists(), ~twice.exists(), _these(c.message_id, wanted))


def _left_to_a_person(wanted: Wanted) -> Select[Any]:
    """Those of which the supplier cannot be asked, of whatever kind."""
    c = quarantined.c
    shown = _columns(
        c.message_id,
        c.waits_since,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=func.coalesce(sending.c.control_reference, c.kind),
        detail=c.reason,
        cause=literal(SendOutcome.UNKNOWN.value, Text()),
        order_id=sending.c.order_id,
    )
    joined = quarantined.outerjoin(sending, sending.c.message_id == c.message_id)
    return select(*shown).select_from(joined).where(c.waits_since.is_not(None), c.in_doubt, _these(c.message_id, wanted))


def _held_files(wanted: Wanted) -> Select[Any]:
    c = held_file.c
    number = func.coalesce(c.order_numbers[1], "")
    shown = _columns(
        c.message_id,
        c.waits_since,
        council=c.council,
        subject=c.file_name,
        detail=c.reason,
        place=c.mailbox_id,
        order_number=number,
    )
    return select(*shown).where(c.waits_since.is_not(None), _these(c.message_id, wanted))


def _decisions(wanted: Wanted) -> Select[Any]:
    """Lines that ask for more than what a switch asks, which is listed by itself."""
    c = decision.c
    to_come = select(copy.c.copy_id).where(copy.c.line_key == c.line_key, TO_COME)
    shown = _columns(
        c.line_key,
        c.asked_at,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=c.order_number,
        detail=c.attention,
        isbn=c.isbn,
        order_number=c.order_number,
        line_key=c.line_key,
        order_id=c.order_id,
        hides_at=c.asked_at + cast(literal(OLDEST_DECISION), Interval()),
    )
    asks = and_(ASKED, ~c.attention.startswith(_SWITCH))
    return select(*shown).where(asks, to_come.exists(), _these(c.line_key, wanted))


def _switches(wanted: Wanted) -> Select[Any]:
    """Lines whose copies a switch asks about, with the id of the switch where a call decides it. `wanted`: keys of lines."""
    c = decision.c
    to_come = select(copy.c.copy_id).where(copy.c.line_key == c.line_key, TO_COME)
    asked = func.substring(c.attention, _SWITCH + " (.*)$")
    # Without what is only for programs: the path of a call.
    plain = func.regexp_replace(asked, "[,:]?( then)? decide with POST /v1/switches/[^:]*: place_anew or leave", "", "g")
    shown = _columns(
        c.line_key,
        c.asked_at,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=func.coalesce(func.substring(c.attention, "/v1/switches/([0-9a-f-]{36})/copies"), ""),
        detail=plain,
        isbn=c.isbn,
        order_number=c.order_number,
        line_key=c.line_key,
        order_id=c.order_id,
    )
    return select(*shown).where(c.attention.contains(_SWITCH), to_come.exists(), _these(c.line_key, wanted))


def _claims(wanted: Wanted) -> Select[Any]:
    """Copies that are owed again, from when nobody claimed them for too long on. `wanted`: ids of copies."""
    c = copy.c
    last = func.greatest(c.changed_at, claimed.c.claimed_at)
    why = case((c.state == CopyState.MISSING.value, "did not arrive"), else_="arrived damaged")
    shown = _columns(
        c.copy_id,
        c.changed_at,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=c.state,
        cause=why,
        place=c.branch,
        isbn=c.isbn,
        order_number=c.order_number,
        line_key=c.line_key,
        order_id=c.order_id,
        shows_at=last + cast(literal(CLAIM_PATIENCE), Interval()),
    )
    joined = copy.outerjoin(claimed, claimed.c.copy_id == c.copy_id)
    return select(*shown).select_from(joined).where(OWED_AGAIN, _these(c.copy_id, wanted))


def _invoices(wanted: Wanted) -> Select[Any]:
    c = invoice.c
    shown = _columns(
        c.invoice_id,
        c.waits_since,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=c.invoice_number,
        detail=func.array_to_string(c.reasons, "; ", type_=String()),
        cause=c.code,
    )
    return select(*shown).where(c.waits_since.is_not(None), _these(c.invoice_id, wanted))


def _discrepancies(wanted: Wanted) -> Select[Any]:
    """Those whose copy is still owed, and for some days those without a copy. `wanted`: ids of discrepancies."""
    c = discrepancy.c
    owed = select(copy.c.copy_id).where(copy.c.copy_id == c.copy_id, OWED_AGAIN)
    aged = cast(c.found_at + cast(literal(UNTIED_DISCREPANCY), Interval()), DateTime(True))
    shown = _columns(
        c.discrepancy_id,
        c.found_at,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=c.despatch_number,
        detail=c.note,
        cause=c.kind,
        place=c.branch,
        isbn=c.isbn,
        hides_at=case((c.copy_id.is_(None), aged), else_=cast(literal("infinity"), DateTime(True))),
    )
    return select(*shown).where(or_(c.copy_id.is_(None), owed.exists()), _these(c.discrepancy_id, wanted))


def _late(wanted: Wanted) -> Select[Any]:
    """Consignments with copies on the way that their place has not scanned; they show from the day after they are due."""
    c, held = consignment.c, consigned_copy.c
    still = (
        select(func.min(held.due).label("due"))
        .join(copy, copy.c.copy_id == held.copy_id)
        .where(held.consignment_id == c.consignment_id, NOT_SCANNED, copy.c.state.in_(_ON_THE_WAY))
        .lateral("still")
    )
    # An instant of the day that follows, whatever the zone of the database's session.
    begins = func.timezone("UTC", cast(func.greatest(c.expected_on, still.c.due) + 1, DateTime()), type_=DateTime(True))
    shown = _columns(
        c.consignment_id,
        func.timezone("UTC", cast(c.expected_on, DateTime()), type_=DateTime(True)),
        council=c.council,
        supplier_id=c.supplier_id,
        subject=c.despatch_number,
        place=c.place,
        cause=case((c.place_name != "", c.place_name), else_=c.place),
        shows_at=begins,
    )
    known = and_(c.expected_on.is_not(None), still.c.due.is_not(None), still.c.due < date.max)
    return select(*shown).join_from(consignment, still, literal(True)).where(known, _these(c.consignment_id, wanted))


def _cancellations(wanted: Wanted) -> Select[Any]:
    c = cancellation.c
    to_come = select(copy.c.copy_id).where(copy.c.line_key == c.line_key, TO_COME, WAITING)
    order_id = select(copy.c.order_id).where(copy.c.line_key == c.line_key, TO_COME, WAITING).limit(1).scalar_subquery()
    shown = _columns(
        c.line_key,
        c.waits_since,
        council=c.council,
        supplier_id=c.supplier_id,
        subject=c.order_number,
        order_number=c.order_number,
        line_key=c.line_key,
        order_id=order_id,
        shows_at=c.waits_since + cast(literal(CANCELLATION_PATIENCE), Interval()),
    )
    return select(*shown).where(c.waits_since.is_not(None), to_come.exists(), _these(c.line_key, wanted))


def _feeds(wanted: Wanted) -> Select[Any]:
    c = feed.c
    quiet = and_(c.quieted_at.is_not(None), or_(c.resumed_at.is_(None), c.resumed_at < c.quieted_at))
    item = c.supplier_id + "/" + c.kind
    shown = _columns(item, c.quieted_at, council=c.council, supplier_id=c.supplier_id, subject=c.kind, cause=c.kind)
    return select(*shown).where(quiet, _these(c.supplier_id, wanted))


def _unreached(wanted: Wanted) -> Select[Any]:
    """Suppliers that are not reached, or that a person stopped all calls to. `wanted`: ids of suppliers."""
    c = supplier_reach.c
    stopped = literal(STOPPED, Text())
    shown = _columns(
        c.supplier_id,
        c.since,
        supplier_id=c.supplier_id,
        subject=c.supplier_id,
        detail=c.reason
        + case((c.waiting > 0, literal("; messages that wait: ", Text()) + cast(c.waiting, Text())), else_=_NOTHING),
        cause=case((c.opened_by != "", stopped), else_=c.reason),
    )
    return select(*shown).where(NOT_REACHED, _these(c.supplier_id, wanted))


def _accounts(wanted: Wanted) -> Select[Any]:
    c = heard.c
    item = c.supplier_id + "/" + c.council
    shown = _columns(item, c.answered_at, council=c.council, supplier_id=c.supplier_id, subject=c.supplier_id)
    return select(*shown).where(c.account_stopped, _these(c.supplier_id, wanted))


SOURCES: Mapping[WorkKind, Callable[[Wanted], Select[Any] | CompoundSelect[Any]]] = {
    WorkKind.QUARANTINED: _quarantined,
    WorkKind.SENDING: _sendings,
    WorkKind.HELD_FILE: _held_files,
    WorkKind.DECISION: _decisions,
    WorkKind.SWITCH: _switches,
    WorkKind.INVOICE: _invoices,
    WorkKind.DISCREPANCY: _discrepancies,
    WorkKind.CLAIM: _claims,
    WorkKind.LATE: _late,
    WorkKind.CANCELLATION: _cancellations,
    WorkKind.QUIET: _feeds,
    WorkKind.UNREACHABLE: _unreached,
    WorkKind.ACCOUNT_STOPPED: _accounts,
}
