"""`/v1/contract-ends`: state a supplier's last day, list these, and lift one."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import CouncilPrincipal, council_with
from shared.bus import cause_by, set_cause
from shared.days import Day
from shared.errors import DomainError, Fault, Kind, no_such
from shared.http.headers import IdempotencyKey, IfMatchWhereSent, required_key
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.representations import with_tag
from shared.sourcing import contract_end_store as store
from shared.sourcing.api.access import Access
from shared.sourcing.api.changes import answered, as_read, submitting
from shared.sourcing.api.shapes import SupplierId, TrailFields, Why, WhyAsked, trail_fields
from shared.sourcing.approving import Carried, submit
from shared.sourcing.changes import Asked, Change, ChangeKind
from shared.sourcing.contract_ends import ContractEnd, end_faults
from shared.sourcing.rules import Ending, Trail

EndId = Annotated[UUID, Path(description="Identifies the contract end")]


class NewContractEnd(BaseModel):
    """The end of a contract as a council states it."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: SupplierId
    last_day: Day = Field(description="The last day on which the supplier serves the council in this strand")
    next_supplier: SupplierId | None = Field(
        default=None, description="Who gets what this supplier would get too late; null for nobody", examples=["national"]
    )
    reason: WhyAsked


class ContractEndView(NewContractEnd, TrailFields):
    """A contract end as it is stored. It is in force while `ended_by` is null."""

    end_id: UUID = Field(description="Identifies the contract end")


def contract_end_view(end: ContractEnd) -> ContractEndView:
    """Returns a contract end with its audit trail."""
    own = {name: getattr(end, name) for name in NewContractEnd.model_fields}
    return ContractEndView(end_id=end.end_id, **own, **trail_fields(end.trail))


def contract_ends_router(access: Access) -> APIRouter:
    """Returns `/v1/contract-ends` of one strand."""
    router = APIRouter(prefix="/v1/contract-ends", tags=["contract ends"])
    reader = Annotated[CouncilPrincipal, Depends(council_with(access.scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(access.scope_write))]

    async def list_ends(caller: reader, query: Annotated[PageQuery, Query()]) -> Page[ContractEndView]:
        """Lists the contract ends of the caller's council by last day, also those that were lifted or replaced."""
        async with access.engine.connect() as connection:
            after = query.after(date.fromisoformat, UUID)
            ends = await store.page(connection, caller.council, after=after, limit=query.fetched)
        return query.page(ends, keys=lambda end: (end.last_day, end.end_id), view=contract_end_view)

    async def add_end(
        caller: writer, body: NewContractEnd, response: Response, idempotency_key: IdempotencyKey = ""
    ) -> ContractEndView | Response:
        """States a supplier's last day in this strand. It replaces what was stated of this supplier before.

        Where the council requires a second person, it waits for one (202).
        """
        set_cause(cause_by(caller.subject))
        what, key = body.model_dump(mode="json", exclude={"reason"}), required_key(idempotency_key, "contract end")
        asked = Asked(caller.council, access.strand, ChangeKind.END_CONTRACT, what, body.reason, caller.subject, key)
        async with access.engine.begin() as connection:
            made = await submit(connection, asked, ending_contracts(access), access.clock)
        return answered(made, contract_end_view, response, lambda end: f"/v1/contract-ends/{end.end_id}")

    async def get_end(caller: reader, end_id: EndId, response: Response) -> ContractEndView:
        """Returns one contract end, also one that was lifted or replaced."""
        async with access.engine.connect() as connection:
            return with_tag(contract_end_view(await _found(connection, caller.council, end_id)), response)

    adding, lifted = submitting(ending_contracts(access)), submitting(lifting(access))
    router.add_api_route("", list_ends, methods=["GET"], responses=refusals())
    router.add_api_route("", add_end, methods=["POST"], status_code=201, response_model=ContractEndView, responses=adding)
    router.add_api_route("/{end_id}", get_end, methods=["GET"], responses=refusals("no-such-contract-end"))
    lift_end = _lift(access, writer)
    router.add_api_route("/{end_id}", lift_end, methods=["DELETE"], response_model=ContractEndView, responses=lifted)
    return router


def _lift(access: Access, writer: Any) -> Callable[..., Awaitable[ContractEndView | Response]]:
    """Returns the route that lifts a contract end; `writer` is the annotation of its caller."""

    async def lift_end(
        caller: writer,
        end_id: EndId,
        response: Response,
        reason: Why = "",
        idempotency_key: IdempotencyKey = "",
        if_match: IfMatchWhereSent = "",
    ) -> ContractEndView | Response:
        """Lifts a contract end: the supplier's rules decide as before. Where a second person is required, it waits (202)."""
        set_cause(cause_by(caller.subject))
        what, key, lifted = {"end_id": str(end_id)}, required_key(idempotency_key, "change"), lifting(access)
        asked = Asked(caller.council, access.strand, ChangeKind.LIFT_CONTRACT_END, what, reason, caller.subject, key)
        check = as_read(if_match, "contract end", lifted, contract_end_view)
        async with access.engine.begin() as connection:
            made = await submit(connection, asked, lifted, access.clock, reason_at="/query/reason", check=check)
        return answered(made, contract_end_view, response)

    return lift_end


def ending_contracts(access: Access) -> Carried[ContractEnd]:
    """Returns how the end of a contract is stated. A wrong one is refused (422)."""

    async def add(connection: AsyncConnection, change: Change) -> ContractEnd:
        body = NewContractEnd.model_validate({**change.asked, "reason": change.reason})
        trail = Trail(created_by=change.proposed_by, approved_by=change.decided_by)
        new = ContractEnd(change.change_id, change.council, **dict(body), trail=trail)
        others = (await store.in_force(connection, [new.council]))[new.council]
        faults = [*await _unknown(connection, access, new), *end_faults(new, others, access.clock.today())]
        if faults:
            raise DomainError(faults[0].code, faults[0].detail, Kind.INVALID, faults)
        if (former := others.get(new.supplier_id)) is not None:
            ending = Ending(change.proposed_by, access.clock.now(), f"replaced: {change.reason}", change.decided_by)
            await store.end(connection, former.end_id, ending)
        await store.add(connection, new)
        return new

    codes = ("past-day", "same-supplier", "next-ends-too", *access.checks.supplier_codes)
    return Carried(add, lambda connection, change: _found(connection, change.council, change.change_id), refuses=codes)


def lifting(access: Access) -> Carried[ContractEnd]:
    """Returns how contract ends are lifted. One that the council does not have is 404."""

    async def lift(connection: AsyncConnection, change: Change) -> ContractEnd:
        end = await show(connection, change)
        await store.end(connection, end.end_id, change.ending(access.clock.now()))
        return await show(connection, change)

    async def show(connection: AsyncConnection, change: Change) -> ContractEnd:
        return await _found(connection, change.council, UUID(change.asked["end_id"]))

    return Carried(lift, show, refuses=("no-such-contract-end",))


async def _unknown(connection: AsyncConnection, access: Access, new: ContractEnd) -> list[Fault]:
    named = {"/supplier_id": new.supplier_id, "/next_supplier": new.next_supplier}
    asked = {pointer: supplier for pointer, supplier in named.items() if supplier is not None}
    found = {pointer: await access.checks.supplier(connection, supplier) for pointer, supplier in asked.items()}
    return [Fault(pointer, fault.code, fault.detail) for pointer, fault in found.items() if fault is not None]


async def _found(connection: AsyncConnection, council: str, end_id: UUID) -> ContractEnd:
    found = await store.get_end(connection, council, end_id)
    if found is None:
        raise no_such("contract-end")
    return found
