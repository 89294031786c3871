"""A bookseller selects titles, the council corrects and orders them, and at the end both compare their open lines."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel

from local.demo import ORDERS
from local.demo.exchange import SCOPES as EXCHANGE_SCOPES
from local.demo.exchange import Exchange, Message
from local.lms.answers import Fault, OrderInBook, OrderInList, Proposal, ProposalInList
from local.lms.branches import BRANCHES, branches_of
from local.lms.calls import Service, UnexpectedAnswer
from local.lms.lms import SCOPES, Addresses, Lms, open_lms
from local.lms.order_file import read_orders
from local.lms.proposals import Corrections
from local.simulators import CATALOGUE
from local.simulators.bookseller.desk import leave_note, result_of
from local.simulators.bookseller.notes import Note, NoteResult, ReportNote, SelectionNote
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions
from shared.formats import edifact, editeur
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.long]

T = TypeVar("T")

_COUNCIL = "GB-SFK"
_BRANCHES = branches_of(read_orders(ORDERS), BRANCHES)
_NUMBER = "SFK-SEL-1"
# Half of the titles never come, so that something stays open; and enough of every mistake there is.
_PROPORTIONS = (
    "back_order=0.5", "part_back_order=0", "refuse=0", "part_refuse=0", "substitute_offered=0", "substitute_sent=0",
    "unknown_code=0", "released=0", "late=0", "sent_twice=0", "unknown_branch=0.2", "no_fund=0.2", "forgotten=0.25",
    "wrong_quantity=0.25", "long_done=0.3",
)  # fmt: skip
# With this seed nothing of this order arrives damaged or is missing: whatever stays open is back ordered.
_LMS_SEED = 1


class Compared(BaseModel):
    """One line of a reconciliation."""

    outcome: str
    line_key: str | None
    our_quantity: int | None
    their_quantity: int | None
    age_days: int | None


class Reconciled(BaseModel):
    """A reconciliation in the list of them."""

    reconciliation_id: UUID
    message_id: UUID | None
    agreed: int
    disagreeing: int
    ours_only: int
    theirs_only: int


class ReconciledLines(BaseModel):
    """A reconciliation's lines."""

    items: tuple[Compared, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class World:
    """A running system with a council's LMS, the bookseller's exchange as operations staff use it, and the bookseller."""

    lms: Lms
    exchange: Exchange
    bookseller: Path

    async def send_note(self, name: str, note: Note) -> NoteResult:
        """Leaves a note at the bookseller's desk and returns the bookseller's report on it."""
        leave_note(self.bookseller, name, note)

        async def answer() -> NoteResult | None:
            return result_of(self.bookseller, name)

        report = await until(answer)
        assert report.error == ""
        return report

    async def message(self, name: str) -> Message:
        """What the exchange made of a file, once it is done with it."""

        async def found() -> Message | None:
            inbound = await self.exchange.inbound_messages()
            return next((one for one in inbound if one.name == name and one.state not in ("received", "read")), None)

        return await until(found)

    async def order(self, order_id: UUID) -> OrderInBook:
        """Returns an order in its current state."""
        return await self.lms.orders.get(f"/v1/orders/{order_id}", OrderInBook)


async def test_a_selection_becomes_an_order_and_what_stays_open_is_compared() -> None:
    async with _running_world() as world:
        proposal = await _proposed(world)
        await _refuses_it_as_it_is(world, proposal)
        order = await world.lms.accept(proposal, _NUMBER, Corrections("IPSW", "ADULT-FIC"))
        assert {line.supplier_id for line in order.lines} == {"national"}
        await _bookseller_gets_an_answer_to_its_quotation(world, proposal, order)
        await _all_comes_that_is_to_come(world, order.order_id)
        await _nothing_comes_of_the_same_selection(world)
        await _open_lines_are_compared(world, order.order_id)
        await _a_proposal_can_be_declined(world)


async def _proposed(world: World) -> Proposal:
    """The council sees what was selected, and everything that it must correct."""
    report = await world.send_note("selection", _selection("SEL-1"))
    found = await until(lambda: _first(world.lms.proposals()))
    assert (found.supplier_id, found.selection_number) == ("national", "SEL-1")
    proposal = await world.lms.proposal(found.proposal_id)
    assert [line.reference for line in proposal.lines] == list(report.lines)
    mistakes = {reference: mistakes for reference, mistakes in report.lines.items() if mistakes}
    shown: dict[str, list[str]] = {}
    for fault in proposal.faults:
        shown.setdefault(proposal.lines[int(fault.pointer.split("/")[2])].reference, []).append(_mistake(fault))
    assert {reference: sorted(set(found), reverse=True) for reference, found in shown.items()} == mistakes
    assert set().union(*mistakes.values()) == {"unknown_branch", "no_fund"}
    return proposal


def _mistake(fault: Fault) -> str:
    field = fault.pointer.rpartition("/")[2]
    assert (field, fault.code) in {("branch", "unknown-branch"), ("fund", "string_too_short")}
    return {"branch": "unknown_branch", "fund": "no_fund"}[field]


async def _refuses_it_as_it_is(world: World, proposal: Proposal) -> None:
    with pytest.raises(UnexpectedAnswer) as refusal:
        await world.lms.accept(proposal, _NUMBER)
    assert refusal.value.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert {fault.pointer for fault in refusal.value.problem.errors} == {fault.pointer for fault in proposal.faults}


async def _bookseller_gets_an_answer_to_its_quotation(world: World, proposal: Proposal, order: OrderInBook) -> None:
    archive = world.bookseller / "mailbox" / "archive"

    async def collected() -> list[Path]:
        return sorted(archive.glob("*-orders.edi"))

    (path,) = await until(collected)
    (interchange,) = edifact.read(path.read_bytes()).interchanges
    (message,) = interchange.messages
    written = editeur.read_as(editeur.Orders, message, [])
    assert (written.document.code, written.document.number) == ("22V", _NUMBER)
    references = {line.line_key: proposal.lines[line.line_number - 1].reference for line in order.lines}
    assert {line.reference("LI"): line.reference("QLI") for line in written.lines} == references
    branches = {copy.first("LLO") for line in written.lines for copy in line.copies}
    assert branches <= _BRANCHES.keys()


async def _all_comes_that_is_to_come(world: World, order_id: UUID) -> None:
    """Every copy is received or back ordered, and received where the LMS says that it unpacked it."""

    async def settled() -> OrderInBook | None:
        order = await world.order(order_id)
        states = {copy.state for line in order.lines for copy in line.copies}
        return order if states == {"received", "back_ordered"} else None

    receiving = asyncio.create_task(world.lms.keep_receiving())
    try:
        order = await until(settled)
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
    received = {copy.copy_id for line in order.lines for copy in line.copies if copy.state == "received"}
    assert {world.lms.ledger.keys[copy_id] for copy_id in received} == world.lms.ledger.found.keys()


async def _nothing_comes_of_the_same_selection(world: World) -> None:
    report = await world.send_note("selection-again", _selection("SEL-1"))
    assert (await world.message(report.path)).state == "duplicate"
    (proposal,) = await world.lms.orders.pages("/v1/proposals", ProposalInList)
    assert proposal.state == "accepted"
    assert [order.order_number for order in await world.lms.orders.pages("/v1/orders", OrderInList)] == [_NUMBER]


async def _open_lines_are_compared(world: World, order_id: UUID) -> None:
    before = await world.order(order_id)
    assert await world.lms.orders.pages("/v1/orders", OrderInList, {"attention": "true"}) == []
    open_here = _open_copies(before)
    await until(lambda: _exchange_holds_open(world, open_here))
    report = await world.send_note("report", ReportNote(buyer=COUNCILS[_COUNCIL]))
    message = await world.message(report.path)
    assert message.state == "applied"
    listed = await world.exchange.service.pages("/v1/reconciliations", Reconciled)
    (compared,) = (one for one in listed if one.message_id == message.message_id)
    rows = await _lines_of(world, compared.reconciliation_id)
    copies = {line.line_key: len(line.copies) for line in before.lines}
    assert rows == {key: _expected(wrong, open_here.get(key, 0), copies[key]) for key, wrong in report.lines.items()}
    counted = [compared.agreed, compared.ours_only, compared.disagreeing, compared.theirs_only]
    assert counted == [sum(wrong == made for wrong in report.lines.values()) for made in _SLIPS]
    assert all(counted)
    # The report's codes are answers, too: that it speaks of more copies than were ordered is for a person to settle.
    await until(lambda: _first(world.lms.orders.pages("/v1/orders", OrderInList, {"attention": "true"})))
    assert _open_copies(await world.order(order_id)) == open_here


_SLIPS: tuple[list[str], ...] = ([], ["forgotten"], ["wrong_quantity"], ["long_done"])

Row = tuple[str, int | None, int | None, int | None]
"""Outcome, our quantity, theirs, and the line's age here in days."""


def _expected(wrong: list[str], ours: int, copies: int) -> Row:
    match wrong:
        case ["forgotten"]:
            return "ours_only", ours, None, 0
        case ["wrong_quantity"]:
            return "disagreeing", ours, ours + 1, 0
        case ["long_done"]:
            return "theirs_only", 0, copies, None
    return "agreed", ours, ours, 0


def _open_copies(order: OrderInBook) -> Mapping[str, int]:
    counted = {line.line_key: sum(copy.state == "back_ordered" for copy in line.copies) for line in order.lines}
    return {key: count for key, count in counted.items() if count}


async def _exchange_holds_open(world: World, expected: Mapping[str, int]) -> bool:
    """Whether the exchange knows of all that arrived: compared with an empty list, every open line is only in ours."""
    answer = await world.exchange.service.post(f"/v1/reconciliations?council={_COUNCIL}", {"lines": []})
    rows = await _lines_of(world, Reconciled.model_validate_json(answer.content).reconciliation_id)
    return {key: ours for key, (_, ours, _, _) in rows.items()} == expected


async def _lines_of(world: World, reconciliation_id: UUID) -> dict[str | None, Row]:
    found = await world.exchange.service.get(f"/v1/reconciliations/{reconciliation_id}", ReconciledLines)
    assert found.next_cursor is None
    return {row.line_key: (row.outcome, row.our_quantity, row.their_quantity, row.age_days) for row in found.items}


async def _a_proposal_can_be_declined(world: World) -> None:
    await world.send_note("another", _selection("SEL-2"))
    found = await until(lambda: _first(world.lms.proposals()))
    for _ in range(2):
        await world.lms.decline(found.proposal_id, "no money left this year")
    assert (await world.lms.proposal(found.proposal_id)).state == "declined"


def _selection(number: str) -> SelectionNote:
    return SelectionNote(
        buyer=COUNCILS[_COUNCIL], number=number, branches=tuple(_BRANCHES), funds=("ADULT-FIC", "CHILD"), titles=24
    )


async def _first(listed: Awaitable[list[T]]) -> T | None:
    return next(iter(await listed), None)


@asynccontextmanager
async def _running_world() -> AsyncIterator[World]:
    folder = Path(tempfile.mkdtemp(prefix="stockbridge-selections-"))
    simulators = SimulatorOptions(catalogue=CATALOGUE, national_proportions=_PROPORTIONS)
    try:
        async with Stack(StackOptions(folder, simulators=simulators)) as stack, _world_of(stack) as world:
            yield world
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _world_of(stack: Stack) -> AsyncIterator[World]:
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(_COUNCIL, *SCOPES))

    def operations() -> str:
        return stack.token(None, *EXCHANGE_SCOPES, subject="operations")

    async with open_lms(addresses, _LMS_SEED) as lms, Service(here.suppliers["national"], operations) as exchange:
        await lms.set_up(_BRANCHES, only="national")
        yield World(lms, Exchange(exchange), stack.options.folder / "simulators" / "bookseller")
