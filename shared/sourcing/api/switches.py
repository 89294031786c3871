"""`/v1/switches`: plan, preview, list, read and withdraw the switches of one strand: parse, use case, render."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.auth import CouncilPrincipal, council_with
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import no_such
from shared.http.headers import REPLAYED, IdempotencyKey, IfMatchWhereSent, check_match, required_key
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tag_of_view, with_tag
from shared.http.steps import Reason
from shared.sourcing.switches import life
from shared.sourcing.switches.life import Planned, Switches, withdraw
from shared.sourcing.switches.planning import AskedScope, Switch
from shared.sourcing.switches.shapes import SwitchQuery, SwitchSummary, shown
from shared.sourcing.switches.store import SwitchFilter

SwitchId = Annotated[UUID, Path(description="Identifies the switch")]
S = TypeVar("S", bound=Switch)
Asked = TypeVar("Asked", bound=AskedScope)
Detail = TypeVar("Detail", bound=SwitchSummary)


@dataclass(frozen=True, slots=True)
class ServedSwitches(Generic[S, Asked, Detail]):
    """What the routes of a strand's switches are made of: its shapes, its use cases, and who may call.

    `preview` raises DomainError for a switch that is refused. `view` returns one switch with its progress.
    """

    scope_read: str
    scope_write: str
    switches: Switches[S, Any]
    asked: type[Asked]
    summary: type[SwitchSummary]
    detail: type[Detail]
    previewed: type[BaseModel]
    preview: Callable[[AsyncConnection, Asked, S, Clock], Awaitable[BaseModel]]
    view: Callable[[AsyncConnection, S], Awaitable[Detail]]

    async def find(self, connection: AsyncConnection, switch_id: UUID, council: str) -> S:
        """Returns a switch of the council. Raises DomainError (404) where it has none with this id."""
        found = await self.switches.store.get(connection, switch_id, council)
        if found is None:
            raise no_such("switch")
        return found

    async def found(self, engine: AsyncEngine, switch_id: UUID, council: str) -> Detail:
        """Returns a switch of the council with its progress. Raises DomainError (404) where it has none with this id."""
        async with engine.connect() as connection:
            return await self.view(connection, await self.find(connection, switch_id, council))

    async def planned(self, engine: AsyncEngine, planned: Planned, council: str, response: Response) -> Detail:
        """Returns a switch that was planned now, or before by the same request, and sets the headers of the answer (201)."""
        response.headers["Location"] = f"/v1/switches/{planned.switch_id}"
        response.headers.update(REPLAYED if planned.repeated else {})
        return await self.found(engine, planned.switch_id, council)


def switches_router(served: ServedSwitches[S, Asked, Detail], engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns `/v1/switches` of one strand; callers plan and read their own council's only."""
    router = APIRouter(prefix="/v1/switches", tags=["switches"])
    reader = Annotated[CouncilPrincipal, Depends(council_with(served.scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(served.scope_write))]

    async def list_switches(caller: reader, query: Annotated[SwitchQuery, Query()]) -> Any:
        """Lists switches of the caller's council, newest first."""
        wanted = SwitchFilter(caller.council, **query.filters())
        async with engine.connect() as connection:
            after = query.after(datetime.fromisoformat, UUID)
            rows = await served.switches.store.page(connection, wanted, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.planned_at, row.switch_id), view=lambda row: shown(served.summary, row))

    async def get_switch(switch_id: SwitchId, caller: reader, response: Response) -> Any:
        """Returns one switch with its progress."""
        return with_tag(await served.found(engine, switch_id, caller.council), response)

    async def withdraw_switch(
        switch_id: SwitchId, body: Reason, caller: writer, repeatable: Repeatable, if_match: IfMatchWhereSent = ""
    ) -> Any:
        """Withdraws a switch. What it did stays done, the rest stays as it is."""
        set_cause(cause_by(caller.subject))
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                if if_match:
                    found = await served.find(turn.connection, switch_id, caller.council)
                    check_match(if_match, tag_of_view(await served.view(turn.connection, found)), "switch")
                await withdraw(turn.connection, served.switches, switch_id, caller.council, reason=body.reason, clock=clock)
        return await served.found(engine, switch_id, caller.council)

    listed: Any = Page[served.summary]  # type: ignore[name-defined]  # the strand's own shape
    planning = _plan(served, engine, clock, writer, served.asked)
    previewing = _preview(served, engine, clock, reader, served.asked)
    shape, wrong = served.detail, refusals("switch-refused")
    over = refusals("no-such-switch", "switch-over")
    router.add_api_route("", planning, methods=["POST"], status_code=201, responses=wrong, response_model=shape)
    router.add_api_route("/preview", previewing, methods=["POST"], response_model=served.previewed, responses=wrong)
    router.add_api_route("", list_switches, methods=["GET"], response_model=listed, responses=refusals())
    router.add_api_route("/{switch_id}", get_switch, methods=["GET"], responses=refusals("no-such-switch"), response_model=shape)
    router.add_api_route("/{switch_id}/withdraw", withdraw_switch, methods=["POST"], responses=over, response_model=shape)
    return router


def _plan(
    served: ServedSwitches[S, Asked, Detail], engine: AsyncEngine, clock: Clock, writer: Any, asked: Any
) -> Callable[..., Awaitable[Detail]]:
    """Returns the route that plans; `writer` and `asked` are the annotations of its caller and of its body."""

    async def plan(body: asked, caller: writer, response: Response, idempotency_key: IdempotencyKey = "") -> Any:
        """Plans a switch: from its first day on, another serves the scope, and what is owed is dealt with.

        A repetition with the same Idempotency-Key gets the same switch.
        """
        set_cause(cause_by(caller.subject))
        key = required_key(idempotency_key, "switch")
        async with engine.begin() as connection:
            new = body.planned(caller.council, caller.subject, clock.now())
            planned = await life.plan(connection, served.switches, body, new, key, clock)
        return await served.planned(engine, planned, caller.council, response)

    return plan


def _preview(
    served: ServedSwitches[S, Asked, Detail], engine: AsyncEngine, clock: Clock, reader: Any, asked: Any
) -> Callable[..., Awaitable[BaseModel]]:
    """Returns the route of a preview; `reader` and `asked` are the annotations of its caller and of its body."""

    async def preview(body: asked, caller: reader) -> Any:
        """Shows what a switch would do. Writes nothing; refuses what planning would refuse."""
        async with engine.connect() as connection:
            return await served.preview(connection, body, body.planned(caller.council, caller.subject, clock.now()), clock)

    return preview
