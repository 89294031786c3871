"""One timeline of an order across all services: what happened, who did it, why, and the page behind it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from services.dashboard.domain import links
from services.dashboard.domain.orders import ConsignmentSeen, CostSeen, EntrySeen, FileSeen, LineSeen, MessageSeen, OrderSeen
from services.dashboard.domain.supplier_names import SupplierNames
from services.dashboard.domain.words import copy_state_in_words, kind_in_words, leg_in_words
from shared.contracts.orders import CopyState
from shared.wording import counted

# How an entry of the order book came about, where it is no person's doing.
_CAUSES = {
    "suppliers.order.sent.v1": "Its message was sent",
    "suppliers.order.responded.v1": "The supplier answered",
    "suppliers.enquiry.sent.v1": "The enquiry was sent",
    "delivery.consignment.expected.v1": "Goods were advised",
    "delivery.copies.received.v1": "Goods were scanned",
    "delivery.discrepancy.found.v1": "Goods differ from the advice",
    "orders.switch": "By a switch",
    "orders.supplier_dead": "The supplier answers no more",
    "suppliers.invoice.received.v1": "The invoice was matched",
    "lms.order.asked.v1": "The order came from a mailbox",
}
_PLACED = "api.order"
_GOOD, _BAD = "good", "bad"
_LOOKS = {
    CopyState.RECEIVED: _GOOD,
    CopyState.REFUSED: _BAD,
    CopyState.MISSING: _BAD,
    CopyState.DAMAGED: _BAD,
    CopyState.CANCELLED: _BAD,
}
_WRONG_MESSAGES = frozenset({"quarantined", "partly_applied", "failed", "unknown"})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. Without lines it is about the whole order, without copies about whole lines.

    `look`: `good`, `bad` or "".
    """

    at: datetime
    what: str
    who: str = ""
    why: str = ""
    link: str = ""
    link_text: str = ""
    look: str = ""
    supplier_id: str = ""
    line_keys: frozenset[str] = frozenset()
    copy_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Sources:
    """What services beside the order book know of an order."""

    messages: Sequence[MessageSeen] = ()
    consignments: Sequence[ConsignmentSeen] = ()
    files: Sequence[FileSeen] = ()
    names: SupplierNames = field(default_factory=SupplierNames)


def timeline_of(order: OrderSeen, sources: Sources) -> Sequence[Step]:
    """Returns everything that happened to an order, oldest first."""
    steps = [
        *_files(sources.files),
        *_entries(order),
        *_messages(sources.messages, sources.names),
        *_consignments(order, sources.consignments),
    ]
    return sorted(steps, key=lambda step: step.at)


def narrowed(steps: Iterable[Step], line: LineSeen | None, copy_id: UUID | None = None) -> Sequence[Step]:
    """Returns the steps about a line or a copy of it, those about the whole order, and what was exchanged with its supplier."""
    return [
        step
        for step in steps
        if (line is None or not step.line_keys or line.line_key in step.line_keys)
        and (line is None or step.supplier_id in ("", line.supplier_id))
        and (copy_id is None or not step.copy_ids or copy_id in step.copy_ids)
    ]


def _entries(order: OrderSeen) -> Iterator[Step]:
    def alike(entry: EntrySeen) -> tuple[object, ...]:
        # What happened to copies of several lines at once is one step.
        line = "" if entry.copy_id is not None else entry.line_key or ""
        return entry.noted_at, entry.cause, entry.actor, entry.reason, line, str(entry.from_state), str(entry.to_state)

    for _, group in groupby(sorted(order.timeline, key=alike), key=alike):
        yield _entry(order, list(group))


def _entry(order: OrderSeen, entries: Sequence[EntrySeen]) -> Step:
    if entries[0].cause == _PLACED:
        return Step(entries[0].noted_at, "Order placed", who=entries[0].actor)
    first, copies = entries[0], frozenset(entry.copy_id for entry in entries if entry.copy_id is not None)
    lines = frozenset(entry.line_key for entry in entries if entry.line_key)
    moved = f": {copy_state_in_words(first.to_state)}" if first.to_state is not None else ""
    by_person = first.cause not in _CAUSES
    cost = _charged(order, copies, first.reason)
    return Step(
        first.noted_at,
        f"{_about(order, lines, len(copies))}{moved}",
        who=first.actor if by_person else "",
        why=". ".join(filter(None, ["" if by_person else _CAUSES[first.cause], first.reason])),
        link=links.invoice(cost.invoice_id) if cost is not None else "",
        link_text=_document(cost) if cost is not None else "",
        look=_LOOKS.get(first.to_state, "") if first.to_state is not None else "",
        line_keys=lines,
        copy_ids=copies,
    )


def _about(order: OrderSeen, lines: Collection[str], copies: int) -> str:
    """Returns what an entry is about: the order, a line, or so many copies of some lines."""
    numbers = sorted({line.line_number for line in order.lines if line.line_key in lines})
    of_lines = f"{'line' if len(numbers) == 1 else 'lines'} {', '.join(map(str, numbers))}" if numbers else "the order"
    return f"{counted(copies, 'copy')} of {of_lines}" if copies else of_lines.capitalize()


def _charged(order: OrderSeen, copy_ids: Iterable[UUID], reason: str) -> CostSeen | None:
    """Returns the charge or credit that an entry names by the number of its invoice; None where it names none."""
    named = set(reason.split())
    costs = (cost for copy_id in copy_ids if copy_id in order.copies for cost in order.copies[copy_id][1].costs)
    return next((cost for cost in costs if cost.invoice_number in named), None)


def _document(cost: CostSeen) -> str:
    return f"{'credit note' if cost.credit else 'invoice'} {cost.invoice_number}"


def _messages(messages: Iterable[MessageSeen], names: SupplierNames) -> Iterator[Step]:
    for message in messages:
        kind = kind_in_words(message.kind).capitalize()
        sent = message.direction == "out"
        wrong = message.state in _WRONG_MESSAGES
        yield Step(
            message.sent_at or message.created_at,
            f"{kind} {'to' if sent else 'from'} {names.of(message.supplier_id)}"
            + (f": {message.state.replace('_', ' ')}" if wrong else ""),
            why=message.reason,
            link=links.message(message.supplier_id, message.message_id),
            link_text=message.name if "." in message.name else "the message",
            supplier_id=message.supplier_id,
            look=_BAD if wrong else "",
        )


def _consignments(order: OrderSeen, consignments: Iterable[ConsignmentSeen]) -> Iterator[Step]:
    for consignment in consignments:
        mine = [item for item in consignment.copies if item.order_id == order.order_id]
        due = f", expected on {consignment.expected_on:%-d %B}" if consignment.expected_on else ""
        advised = Step(
            consignment.created_at,
            f"{counted(len(mine), 'copy')} on the way",
            why=f"{leg_in_words(consignment.leg)}, to {consignment.place.named}{due}",
            link=links.consignment(consignment.consignment_id),
            link_text=f"despatch {consignment.despatch_number}",
            line_keys=frozenset(item.line_key for item in mine if item.line_key),
            copy_ids=frozenset(item.copy_id for item in mine if item.copy_id),
        )
        yield advised
        for entry in consignment.history:
            what = f"{entry.action.replace('_', ' ').capitalize()} at {consignment.place.named}"
            yield replace(advised, at=entry.noted_at, what=what, who=entry.actor, why=entry.detail)


def _files(files: Iterable[FileSeen]) -> Iterator[Step]:
    for file in files:
        way = "from" if file.direction == "in" else "for"
        what = f"File {way} the library system, {file.kind}, mailbox {file.mailbox_id}"
        yield Step(file.created_at, what, link=links.file(file.message_id), link_text=file.name)
