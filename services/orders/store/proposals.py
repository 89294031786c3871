"""Keeps proposed orders and their lines, and lists them. Scoped by council."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row, RowMapping, Select, case, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.proposals import Proposal, ProposalState
from services.orders.store.stated import as_json, from_json
from services.orders.store.tables import history, proposal, proposal_line
from shared.contracts.base import money_or_none
from shared.contracts.selections import SelectedCopy, SelectedLine, SelectionReceived
from shared.contracts.stated import SupplierReferences
from shared.db.bulk import insert_many
from shared.db.locks import lock_names
from shared.db.paging import locked_page, narrowed, newest_first

_COPIES = TypeAdapter(tuple[SelectedCopy, ...])


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which proposals a list contains; a field that is None does not narrow it."""

    council: str
    supplier_id: str | None = None
    state: ProposalState | None = None
    selection_number: str | None = None


async def lock_selections(connection: AsyncConnection, selections: Collection[SelectionReceived]) -> None:
    """Locks the numbers of selections until the transaction ends: two that are new with one number wait for each other."""
    numbers = {f"selection/{event.council}/{event.supplier_id}/{event.selection_number}" for event in selections}
    await lock_names(connection, *numbers)


async def hold_proposals(connection: AsyncConnection, selections: Collection[SelectionReceived]) -> None:
    """Locks the numbers of selections, and the proposals that they may supersede, in order of id, until the transaction ends.

    Before any order number is taken: who accepts a proposal also locks it first and takes a number then.
    """
    if not selections:
        return
    await lock_selections(connection, selections)
    c = proposal.c
    numbers = {(event.council, event.supplier_id, event.selection_number) for event in selections}
    named = (tuple_(c.council, c.supplier_id, number).in_(numbers) for number in (c.selection_number, c.part_of))
    await connection.execute(select(c.proposal_id).where(or_(*named)).order_by(c.proposal_id).with_for_update())


async def newest(connection: AsyncConnection, event: SelectionReceived) -> Proposal | None:
    """Locks and returns, without lines, the open proposal with a selection's number, else the newest; None if there is none."""
    c = proposal.c
    same = (c.council == event.council, c.supplier_id == event.supplier_id, c.selection_number == event.selection_number)
    query = select(proposal).where(*same).order_by((c.state == ProposalState.OPEN.value).desc(), c.received_at.desc()).limit(1)
    row = (await connection.execute(query.with_for_update())).one_or_none()
    return None if row is None else _proposal(row, [])


async def open_parts(connection: AsyncConnection, event: SelectionReceived, numbers: Collection[str]) -> list[Proposal]:
    """Locks and returns, without lines, open proposals that are parts of a selection and have none of these numbers."""
    c = proposal.c
    same = (c.council == event.council, c.supplier_id == event.supplier_id, c.part_of == event.selection_number)
    query = select(proposal).where(*same, c.state == ProposalState.OPEN.value, c.selection_number.not_in(numbers))
    return [_proposal(row, []) for row in await connection.execute(query.order_by(c.proposal_id).with_for_update())]


async def add_proposal(connection: AsyncConnection, new: Proposal) -> None:
    """Keeps a new proposal with its lines."""
    values = {
        "proposal_id": new.proposal_id,
        "council": new.council,
        "supplier_id": new.supplier_id,
        "selection_number": new.selection_number,
        "message_id": new.message_id,
        "firm": new.firm,
        "received_at": new.received_at,
        "fingerprint": new.fingerprint,
        "state": new.state.value,
        "file_id": new.file_id,
        "part_of": new.part_of,
    }
    await connection.execute(insert(proposal).values(**values))
    rows = [_line_row(new.proposal_id, place, line) for place, line in enumerate(new.lines, start=1)]
    await insert_many(connection, proposal_line, rows)


async def get_proposal(
    connection: AsyncConnection, proposal_id: UUID, council: str, *, to_decide: bool = False
) -> Proposal | None:
    """Returns one proposal of the council, or None; `to_decide` locks its row until the transaction ends."""
    query: Select[Any] = select(proposal).where(proposal.c.proposal_id == proposal_id, proposal.c.council == council)
    row = (await connection.execute(query.with_for_update() if to_decide else query)).one_or_none()
    if row is None:
        return None
    lines = select(proposal_line).where(proposal_line.c.proposal_id == proposal_id).order_by(proposal_line.c.place)
    return _proposal(row, [_line(line) for line in await connection.execute(lines)])


async def titles_of(connection: AsyncConnection, proposal_id: UUID) -> int:
    """Returns how many titles a proposal has."""
    counted = select(func.count()).where(proposal_line.c.proposal_id == proposal_id)
    return (await connection.execute(counted)).scalar_one()


async def settled_after(
    connection: AsyncConnection, council: str | None, *, after: UUID | None, limit: int
) -> list[tuple[Proposal, int, datetime | None]]:
    """Locks and returns the next proposals by id, without lines, each with its number of titles and when it was settled."""
    c, steps = proposal.c, history.c
    titles = select(func.count()).where(proposal_line.c.proposal_id == c.proposal_id).scalar_subquery().label("titles")
    ends = select(func.max(steps.at)).where(steps.subject_id == c.proposal_id, steps.to_state == c.state)
    settled = case((c.state != ProposalState.OPEN.value, ends.scalar_subquery())).label("settled_at")
    query = narrowed(select(proposal, titles, settled), {c.council: council})
    rows = await locked_page(connection, query, c.proposal_id, after, limit)
    return [(_proposal(row, []), row.titles, row.settled_at) for row in rows]


async def settle(connection: AsyncConnection, settled: Proposal) -> None:
    """Writes the state of a proposal, and the order or proposal that it led to."""
    values = {"state": settled.state.value, "order_id": settled.order_id, "superseded_by": settled.superseded_by}
    await connection.execute(update(proposal).where(proposal.c.proposal_id == settled.proposal_id).values(**values))


async def list_proposals(
    connection: AsyncConnection, wanted: ProposalFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the newest proposals first; `after` is the (received_at, proposal_id) of the last row of the page before."""
    c = proposal.c
    equal = {
        c.council: wanted.council,
        c.supplier_id: wanted.supplier_id,
        c.state: wanted.state,
        c.selection_number: wanted.selection_number,
    }
    query = newest_first(narrowed(select(proposal), equal), (c.received_at, c.proposal_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


def _line_row(proposal_id: UUID, place: int, line: SelectedLine) -> dict[str, object]:
    return {
        "proposal_id": proposal_id,
        "place": place,
        "reference": line.reference,
        "isbn": line.isbn,
        "title": line.title,
        "author": line.author,
        "quantity": line.quantity,
        "price_minor": line.unit_price.minor if line.unit_price else None,
        "price_currency": line.unit_price.currency if line.unit_price else None,
        "copies": [copy.model_dump() for copy in line.copies],
        "note": line.note,
        "supplier_references": as_json(line.supplier_references),
    }


def _line(row: Row[Any]) -> SelectedLine:
    return SelectedLine(
        reference=row.reference,
        isbn=row.isbn,
        title=row.title,
        author=row.author,
        quantity=row.quantity,
        unit_price=money_or_none(row.price_minor, row.price_currency),
        copies=_COPIES.validate_python(row.copies),
        note=row.note,
        supplier_references=from_json(SupplierReferences, row.supplier_references),
    )


def _proposal(row: Row[Any], lines: Sequence[SelectedLine]) -> Proposal:
    return Proposal(
        proposal_id=row.proposal_id,
        council=row.council,
        supplier_id=row.supplier_id,
        selection_number=row.selection_number,
        message_id=row.message_id,
        firm=row.firm,
        received_at=row.received_at,
        fingerprint=row.fingerprint,
        lines=tuple(lines),
        state=ProposalState(row.state),
        order_id=row.order_id,
        superseded_by=row.superseded_by,
        file_id=row.file_id,
        part_of=row.part_of,
    )
