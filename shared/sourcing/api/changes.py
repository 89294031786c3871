"""`/v1/approval` and `/v1/changes`: whether a council requires a second person, what changed, and what waits for one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.acts.noting import note_change
from shared.auth import CouncilPrincipal, council_with
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.contracts import words
from shared.errors import no_such
from shared.http.asked import ONE_THING
from shared.http.headers import REPLAYED, IfMatch, IfMatchWhereSent, check_match, check_required_match
from shared.http.paging import Page, PageQuery
from shared.http.refusals import Responses, refusals
from shared.http.repeating import Keyed, Repeatable
from shared.http.representations import tag_of_view, with_tag
from shared.sourcing import change_store as store
from shared.sourcing.api.shapes import WhyAsked
from shared.sourcing.approving import Carried, Decision, Step, Submitted, decide, submit
from shared.sourcing.changes import Approval, Asked, Change, ChangeKind, ChangeState
from shared.sourcing.rules import Strand
from shared.sourcing.warnings import RuleWarning

ChangeId = Annotated[UUID, Path(description="Identifies the change")]
Made = TypeVar("Made")
_CHANGE = "/v1/changes/0192f0c1-2b3a-7c4d-8e5f-60718293a4b5"
View = TypeVar("View", bound=BaseModel)


class ApprovalBody(BaseModel):
    """Whether the council requires a second person, and why."""

    model_config = ConfigDict(extra="forbid")

    second_person: StrictBool = Field(description="Whether a second person must approve changes of rules and switches")
    reason: WhyAsked


class ApprovalView(BaseModel):
    """Whether the council requires a second person in this service; null where nobody ever said so."""

    model_config = ConfigDict(from_attributes=True)

    second_person: bool = Field(description="Whether a second person must approve changes of rules and switches")
    reason: str = Field(description='Why; "" where nobody ever said so', examples=["Auditors ask for two people"])
    changed_by: words.Actor | None = Field(description="Who said so; null where nobody ever did")
    changed_at: datetime | None = Field(description="When it was said; null where it never was")
    approved_by: words.SecondPerson | None = Field(
        description="The second person that agreed to require none any more; null where one is required, or ever was"
    )


class ChangeQuery(PageQuery):
    """Which changes a list contains."""

    model_config = ConfigDict(extra="forbid")

    state: ChangeState | None = Field(
        default=None, description="Only those that were `made` at once, are `waiting`, or were `approved` or `declined`"
    )


class ChangeView(BaseModel):
    """A change of rules that was made, or waits for a second person. The rule that it adds, or the switch, has its id."""

    model_config = ConfigDict(from_attributes=True)

    change_id: UUID = Field(description="Identifies the change; the rule that it adds, or the switch, has the same id")
    kind: ChangeKind = Field(description="What the change does")
    asked: Mapping[str, Any] = Field(
        description="What was asked for, as the request named it; pointers of a refused approval lead into it",
        examples=[{"supplier_id": "national", "branch": "IPSW", "valid_from": "2026-12-01", "mode": "live"}],
    )
    reason: str = Field(description='Why; "" where none was given', examples=["The consortium's contract ends in March"])
    proposed_by: words.Actor = Field(description="Who asked for it")
    proposed_at: datetime = Field(description="When it was asked for")
    state: ChangeState = Field(
        description="`made` at once, `waiting` for a second person, or decided by one", examples=["declined"]
    )
    decided_by: words.SecondPerson | None = Field(
        description="Who approved or declined it; null while it waits, and where no second person was required"
    )
    decided_at: datetime | None = Field(description="When it was approved or declined; null as `decided_by` is")
    decided_reason: str = Field(description='Why it was declined; "" otherwise', examples=["Wait for the new contract"])
    warnings: Sequence[RuleWarning] = Field(
        default=(),
        description="What the council may not have meant by a rule that waits. Lists leave it out; a switch has its own",
    )


_WAITS: dict[str, Any] = {
    "model": ChangeView,
    "description": "It waits for a second person, and has no effect until one approves it",
    "headers": {"Location": {"description": "Path of the change", "schema": {"type": "string"}, "example": _CHANGE}},
}


class Refusal(BaseModel):
    """Why a person declines a change."""

    model_config = ConfigDict(extra="forbid")

    reason: WhyAsked


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the changes of one service are made and decided: its database and clock, strand and scopes, and kinds of changes."""

    engine: AsyncEngine
    clock: Clock
    strand: Strand
    scope_read: str
    scope_write: str
    carried: Mapping[ChangeKind, Carried[Any]]


def answered(
    submitted: Submitted[Made], view: Callable[[Made], View], response: Response, place: Callable[[Made], str] | None = None
) -> View | Response:
    """Returns what was made, or the change that waits for a second person (202), and sets the headers of the answer.

    `place` returns the path of what was created.
    """
    replayed = REPLAYED if submitted.repeated else {}
    if submitted.made is not None:
        response.headers.update(replayed if place is None else {**replayed, "Location": place(submitted.made)})
        return view(submitted.made)
    waiting = _view(submitted.change, submitted.warnings)
    headers = {**replayed, "Location": f"/v1/changes/{waiting.change_id}"}
    return Response(waiting.model_dump_json(), 202, headers, media_type="application/json")


def as_read(if_match: str, what: str, carried: Carried[Made], view: Callable[[Made], BaseModel]) -> Step[None]:
    """Returns the check that a change is of `what`, such as "rule", as its caller read it. Raises DomainError (412) otherwise."""

    async def check(connection: AsyncConnection, change: Change) -> None:
        if if_match:
            check_match(if_match, tag_of_view(view(await carried.show(connection, change))), what)

    return check


def submitting(carried: Carried[Any]) -> Responses:
    """Returns the `responses` of a route that submits changes of a kind: 202 where they wait, and what refuses them."""
    return {202: _WAITS, **refusals("reason-missing", "proposed-before", *carried.refuses)}


def _view(change: Change, warnings: Sequence[RuleWarning]) -> ChangeView:
    return ChangeView.model_validate(change).model_copy(update={"warnings": warnings})


def approval_router(desk: Desk) -> APIRouter:
    """Returns `/v1/approval` of one service."""
    router = APIRouter(prefix="/v1/approval", tags=["approval"])
    reader = Annotated[CouncilPrincipal, Depends(council_with(desk.scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(desk.scope_write))]

    async def get_approval(caller: reader, response: Response) -> ApprovalView:
        """Returns whether the caller's council requires a second person for its rules and switches in this service."""
        async with desk.engine.connect() as connection:
            return with_tag(ApprovalView.model_validate(await store.approval_of(connection, caller.council)), response)

    async def put_approval(
        caller: writer, body: ApprovalBody, response: Response, if_match: IfMatch = ""
    ) -> ApprovalView | Response:
        """Requires a second person from now on, or none any more: the second person must agree to that, too."""
        set_cause(cause_by(caller.subject))
        async with desk.engine.begin() as connection:
            await store.lock_changes(connection, caller.council)
            known = ApprovalView.model_validate(await store.approval_of(connection, caller.council))
            check_required_match(if_match, tag_of_view(known), "approval")
            if body.second_person:
                required = await _require(connection, caller, body.reason, desk.clock)
                return with_tag(ApprovalView.model_validate(required), response)
            what = {"second_person": False}
            asked = Asked(caller.council, desk.strand, ChangeKind.ONE_PERSON, what, body.reason, caller.subject)
            made = await submit(connection, asked, _ONE_PERSON, desk.clock)
        return answered(made, lambda approval: with_tag(ApprovalView.model_validate(approval), response), response)

    router.add_api_route("", get_approval, methods=["GET"], responses=refusals(), openapi_extra=dict(ONE_THING))
    router.add_api_route("", put_approval, methods=["PUT"], response_model=ApprovalView, responses=submitting(_ONE_PERSON))
    return router


async def _require(connection: AsyncConnection, caller: CouncilPrincipal, reason: str, clock: Clock) -> Approval:
    """Requires a second person; changes nothing where one is required."""
    known = await store.approval_of(connection, caller.council)
    if known.second_person:
        return known
    new = Approval(caller.council, True, reason, caller.subject, clock.now())
    await store.keep_approval(connection, new)
    await note_change(connection, {"second_person": False}, {"second_person": True})
    return new


async def _require_none(connection: AsyncConnection, change: Change) -> Approval:
    """Requires no second person any more, once one has agreed."""
    known = await store.approval_of(connection, change.council)
    if change.decided_by is None or not known.second_person:
        return known
    new = Approval(change.council, False, change.reason, change.proposed_by, change.decided_at, change.decided_by)
    await store.keep_approval(connection, new)
    return new


async def _approval(connection: AsyncConnection, change: Change) -> Approval:
    return await store.approval_of(connection, change.council)


_ONE_PERSON = Carried(_require_none, _approval)


def changes_router(desk: Desk) -> APIRouter:
    """Returns `/v1/changes` of one service."""
    router = APIRouter(prefix="/v1/changes", tags=["approval"])
    reader = Annotated[CouncilPrincipal, Depends(council_with(desk.scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(desk.scope_write))]

    async def list_changes(caller: reader, query: Annotated[ChangeQuery, Query()]) -> Page[ChangeView]:
        """Lists the changes of the caller's council, newest first; `state=waiting`: those that wait for a second person."""
        after = query.after(datetime.fromisoformat, UUID)
        async with desk.engine.connect() as connection:
            found = await store.list_changes(connection, caller.council, query.state, after=after, limit=query.fetched)
        return query.page(found, keys=lambda one: (one.proposed_at, one.change_id), view=ChangeView.model_validate)

    async def get_change(change_id: ChangeId, caller: reader, response: Response) -> ChangeView:
        """Returns one change."""
        async with desk.engine.connect() as connection:
            return with_tag(await _shown(connection, desk, caller.council, change_id), response)

    async def approve(change_id: ChangeId, caller: writer, repeatable: Repeatable, if_match: IfMatchWhereSent = "") -> ChangeView:
        """Approves a change that another person proposed: it is checked again, and made now."""
        decision = Decision(caller.council, desk.strand, change_id, ChangeState.APPROVED, caller.subject)
        return await _decide(desk, decision, caller, repeatable, if_match)

    async def decline(
        change_id: ChangeId, caller: writer, body: Refusal, repeatable: Repeatable, if_match: IfMatchWhereSent = ""
    ) -> ChangeView:
        """Declines a change; one of the caller's own, too. It never has any effect."""
        decision = Decision(caller.council, desk.strand, change_id, ChangeState.DECLINED, caller.subject, body.reason)
        return await _decide(desk, decision, caller, repeatable, if_match)

    made = {code for each in desk.carried.values() for code in each.refuses}
    approving = refusals("no-such-change", "change-decided", "own-change", *made)
    declining = refusals("no-such-change", "change-decided", "no-such-switch", "switch-over")
    router.add_api_route("", list_changes, methods=["GET"], responses=refusals())
    router.add_api_route("/{change_id}", get_change, methods=["GET"], responses=refusals("no-such-change"))
    router.add_api_route("/{change_id}/approve", approve, methods=["POST"], responses=approving)
    router.add_api_route("/{change_id}/decline", decline, methods=["POST"], responses=declining)
    return router


async def _decide(desk: Desk, decision: Decision, caller: CouncilPrincipal, repeatable: Keyed, if_match: str) -> ChangeView:
    """Decides a change, unless this person decided so before."""
    set_cause(cause_by(decision.by))
    async with repeatable.once(desk.engine, caller) as turn:
        if turn.first:
            await store.lock_changes(turn.connection, decision.council)
            found = await _shown(turn.connection, desk, decision.council, decision.change_id)
            check_match(if_match, tag_of_view(found), "change")
            await decide(turn.connection, decision, _carried(desk), desk.clock)
        return await _shown(turn.connection, desk, decision.council, decision.change_id)


async def _shown(connection: AsyncConnection, desk: Desk, council: str, change_id: UUID) -> ChangeView:
    """Returns a change, with warnings while it waits. Raises DomainError (404) where the council has none with this id."""
    found = await store.get_change(connection, council, change_id)
    if found is None:
        raise no_such("change")
    if found.state is not ChangeState.WAITING:
        return ChangeView.model_validate(found)
    return _view(found, await _carried(desk)[found.kind].warn(connection, found))


def _carried(desk: Desk) -> Mapping[ChangeKind, Carried[Any]]:
    return {**desk.carried, ChangeKind.ONE_PERSON: _ONE_PERSON}
