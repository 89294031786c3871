"""Proposed orders: kept when a supplier selects titles, placed like every other order when the council accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.asked import AskedOrder
from services.orders.domain.placing import QuotedLines
from services.orders.domain.proposals import (
    Acceptance,
    Proposal,
    ProposalState,
    decided_before,
    document_of,
    fingerprint_of,
    reference_faults,
    references_of,
    sourced_elsewhere,
    still_open,
    supplier_references_of,
)
from services.orders.store import proposals as proposal_store
from services.orders.store.history import add_steps
from services.orders.store.register import list_branches
from services.orders.usecases.placing import Placed, PlaceOrder, known_orders, place_orders, refused_order, repetition, try_order
from shared.acts.noting import note_act
from shared.bus import Cause, publish
from shared.clock import Clock
from shared.contracts.selections import SelectionReceived
from shared.errors import DomainError, Fault, Kind, no_such
from shared.history import Step
from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison


@dataclass(frozen=True, slots=True)
class AcceptProposal:
    """A council's request to order a proposal. `asked` is the order that results, well-formed but not yet checked."""

    proposal_id: UUID
    council: str
    idempotency_key: str
    acceptance: Acceptance
    asked: AskedOrder
    cause: Cause


@dataclass(frozen=True, slots=True)
class Source:
    """Where a selection came from: in words and by cause for the history; the file, and the number of the whole, if in a file."""

    words: str
    cause: str
    file_id: UUID | None = None
    part_of: str = ""


async def propose_order(connection: AsyncConnection, event: SelectionReceived, envelope: Envelope, *, clock: Clock) -> None:
    """Keeps a selection as a proposed order, which supersedes an open one with its number. Only notes a repetition."""
    if event.council is None:
        raise Poison(f"selection {event.selection_number} of {event.supplier_id} names no council")
    source = Source(f"message {event.message_id}", envelope.type)
    proposal_id, new = await keep_selection(connection, event, source, clock)
    if new:
        # The council may have uploaded a file with this number that had several parts.
        await supersede_parts(connection, event, [event.selection_number], proposal_id, source, clock)


async def keep_selection(
    connection: AsyncConnection, event: SelectionReceived, source: Source, clock: Clock
) -> tuple[UUID, bool]:
    """Keeps a selection as `propose_order` does. Returns the id of its proposal, and whether that is a new one."""
    at, fingerprint = clock.now(), fingerprint_of(event)
    before = await proposal_store.newest(connection, event)
    if before is not None and before.fingerprint == fingerprint:
        note = Step(f"the same selection arrived again, in {source.words}: nothing new")
        await add_steps(connection, before.proposal_id, [note], cause=source.cause, at=at)
        return before.proposal_id, False
    new = new_proposal(event, source, at)
    if before is not None and before.state is ProposalState.OPEN:
        await _supersede(connection, before, new.proposal_id, source, clock)
    await proposal_store.add_proposal(connection, new)
    step = Step(f"received in {source.words}", None, new.state)
    await add_steps(connection, new.proposal_id, [step], cause=source.cause, at=at)
    await _publish(connection, new, clock)
    return new.proposal_id, True


def new_proposal(event: SelectionReceived, source: Source, at: datetime) -> Proposal:
    """Returns the proposal that a selection of a council becomes."""
    return Proposal(
        proposal_id=new_id(),
        council=event.council or "",
        supplier_id=event.supplier_id,
        selection_number=event.selection_number,
        message_id=event.message_id,
        firm=event.firm,
        received_at=at,
        fingerprint=fingerprint_of(event),
        lines=event.lines,
        file_id=source.file_id,
        part_of=source.part_of,
    )


async def supersede_parts(
    connection: AsyncConnection, whole: SelectionReceived, numbers: Sequence[str], by: UUID, source: Source, clock: Clock
) -> None:
    """Supersedes open parts of a selection that it no longer has: those whose number is not one of these."""
    for before in await proposal_store.open_parts(connection, whole, numbers):
        await _supersede(connection, before, by, source, clock)


async def _supersede(connection: AsyncConnection, before: Proposal, by: UUID, source: Source, clock: Clock) -> None:
    at = clock.now()
    after = replace(before, state=ProposalState.SUPERSEDED, superseded_by=by)
    await proposal_store.settle(connection, after)
    step = Step(f"superseded by the selection in {source.words}", before.state, after.state)
    await add_steps(connection, before.proposal_id, [step], cause=source.cause, at=at)
    await _publish(connection, after, clock, settled_at=at)


async def proposed_document(connection: AsyncConnection, proposal: Proposal, order_number: str) -> dict[str, object]:
    """Returns the order that a proposal results in as it is, as a document that may have faults of every kind."""
    codes = {one.gln: one.code for one in await list_branches(connection, proposal.council) if one.gln}
    return document_of(proposal, codes, order_number)


async def proposal_faults(connection: AsyncConnection, proposal: Proposal, asked: AskedOrder, clock: Clock) -> Sequence[Fault]:
    """Returns what prevents ordering a well-formed proposal as it is: faults of the order, or rules that name other suppliers."""
    tried = await try_order(connection, PlaceOrder(proposal.council, "", asked, Cause("")), clock)
    if isinstance(tried, DomainError):
        return tried.faults
    # A trial draws by the order's number, which the proposal does not have yet.
    certain = tuple(line for line in tried.order.lines if line.trial is None)
    return sourced_elsewhere(replace(tried.order, lines=certain), asked, proposal.supplier_id)


async def accept_proposal(connection: AsyncConnection, command: AcceptProposal, clock: Clock) -> Placed:
    """Orders a proposal; a repetition gets the first answer. The supplier's line references go with the order.

    Raises DomainError: no such proposal (404), decided before (409), a sourcing rule gives copies to another supplier (409,
    unless the council set `follow_sourcing_rules`), and every refusal of an order.
    """
    proposal = await _to_decide(connection, command.proposal_id, command.council)
    acceptance = command.acceptance
    faults = list(reference_faults(proposal, acceptance.lines or ()))
    if faults:
        raise refused_order(faults)
    references = references_of(proposal, acceptance)
    quoted = QuotedLines(proposal.supplier_id, references, supplier_references_of(proposal, references))
    placing = PlaceOrder(command.council, command.idempotency_key, command.asked, command.cause, quoted)
    if proposal.state is not ProposalState.OPEN:
        return await _accepted_before(connection, proposal, placing)
    (placed,) = await place_orders(connection, [placing], clock)
    if isinstance(placed, Exception):
        raise placed
    if placed.order is None:
        text = f"Order {acceptance.order_number!r} was placed before, and not from this proposal; use a new number and key."
        raise DomainError("duplicate-order-number", text, Kind.CONFLICT)
    elsewhere = sourced_elsewhere(placed.order, command.asked, proposal.supplier_id)
    if elsewhere and not acceptance.follow_sourcing_rules:
        text = "Sourcing rules give copies to another supplier than the one that selected them; nothing was ordered."
        raise DomainError(
            "sourced-elsewhere", f"{text} Set `follow_sourcing_rules` to order them there.", Kind.CONFLICT, elsewhere
        )
    after = replace(proposal, state=ProposalState.ACCEPTED, order_id=placed.order_id)
    ordered = {"state": after.state, "order_id": placed.order_id, "order_number": acceptance.order_number}
    await note_act(connection, before={"state": proposal.state}, after=ordered)
    await _settle(
        connection, proposal, after, Step(f"ordered as {acceptance.order_number}"), cause="api.proposal.acceptance", clock=clock
    )
    return placed


async def decline_proposal(connection: AsyncConnection, proposal_id: UUID, council: str, *, reason: str, clock: Clock) -> None:
    """Declines a proposal: nothing is ordered. Raises DomainError: no such proposal (404), decided before (409)."""
    proposal = still_open(await _to_decide(connection, proposal_id, council))
    after = replace(proposal, state=ProposalState.DECLINED)
    await _settle(connection, proposal, after, Step(f"declined: {reason}"), cause="api.proposal.decline", clock=clock)


async def _to_decide(connection: AsyncConnection, proposal_id: UUID, council: str) -> Proposal:
    proposal = await proposal_store.get_proposal(connection, proposal_id, council, to_decide=True)
    if proposal is None:
        raise no_such("proposal")
    return proposal


async def _accepted_before(connection: AsyncConnection, proposal: Proposal, placing: PlaceOrder) -> Placed:
    first = repetition(placing, await known_orders(connection, [placing]))
    if isinstance(first, DomainError) and first.kind is Kind.INVALID:
        raise first
    if isinstance(first, Placed) and first.order_id == proposal.order_id:
        return first
    raise decided_before(proposal)


async def _settle(
    connection: AsyncConnection, before: Proposal, after: Proposal, step: Step, *, cause: str, clock: Clock
) -> None:
    at = clock.now()
    await proposal_store.settle(connection, after)
    moved = replace(step, from_state=before.state, to_state=after.state)
    await add_steps(connection, after.proposal_id, [moved], cause=cause, at=at)
    await _publish(connection, after, clock, settled_at=at)


async def _publish(connection: AsyncConnection, proposal: Proposal, clock: Clock, *, settled_at: datetime | None = None) -> None:
    """Publishes that a proposal waits, or that it was settled."""
    titles = await proposal_store.titles_of(connection, proposal.proposal_id)
    await publish(connection, [outgoing.proposal_changed(proposal, titles=titles, settled_at=settled_at)], clock)
