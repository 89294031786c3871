"""`/v1/switches`: parse, use case, render."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.domain.planning import AskedSwitch
from services.orders.domain.switching import Switch
from services.orders.store import switches as store
from services.orders.store.history import history_of
from services.orders.store.switches import SwitchFilter
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import no_such
from shared.http.headers import REPLAYED, IdempotencyKey, required_key
from shared.http.paging import Page, number

_MOST_ASKING = 200


def switches_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/switches` that plan, withdraw and decide."""
    router = APIRouter(prefix="/v1/switches", tags=["switches"])

    async def plan(
        body: AskedSwitch, caller: Writer, response: Response, idempotency_key: IdempotencyKey = ""
    ) -> schemas.SwitchView:
        """Plans a switch: from its first day on, another supplier gets the orders of a scope, and open copies are dealt with.

        A repetition with the same Idempotency-Key gets the same switch.
        """
        set_cause(cause_by(caller.subject))
        wanted = usecases.PlanSwitch(caller.council, body, required_key(idempotency_key, "switch"), caller.subject)
        async with engine.begin() as connection:
            planned = await usecases.plan_switch(connection, wanted, clock)
        return await planned_answer(engine, planned, caller.council, response)

    async def preview(body: AskedSwitch, caller: Reader) -> schemas.SwitchPreview:
        """Shows what a switch would do, line by line and summed. Writes nothing; refuses what planning would refuse."""
        async with engine.connect() as connection:
            previewed = await usecases.preview_switch(connection, caller.council, body, clock)
        return schemas.preview_view(body, previewed.rules, previewed.lines, previewed.sums)

    async def withdraw(switch_id: UUID, body: schemas.Reason, caller: Writer) -> schemas.SwitchView:
        """Withdraws a switch. What was moved stays moved, the rest stays where it is."""
        set_cause(cause_by(caller.subject))
        async with engine.begin() as connection:
            await usecases.withdraw_switch(connection, switch_id, caller.council, reason=body.reason, clock=clock)
        return await _view(engine, switch_id, caller.council)

    async def decide(switch_id: UUID, body: schemas.CopiesDecision, caller: Writer) -> schemas.SwitchView:
        """Decides about copies whose first supplier did not answer: `place_anew` with the second one, or `leave` them there."""
        set_cause(cause_by(caller.subject))
        copy_ids = tuple(dict.fromkeys(body.copy_ids))
        wanted = usecases.DecideCopies(switch_id, caller.council, copy_ids, body.decision, body.reason)
        async with engine.begin() as connection:
            await usecases.decide_copies(connection, wanted, clock)
        return await _view(engine, switch_id, caller.council)

    router.add_api_route("", plan, methods=["POST"], status_code=201)
    router.add_api_route("/preview", preview, methods=["POST"])
    router.add_api_route("/{switch_id}/withdraw", withdraw, methods=["POST"])
    router.add_api_route("/{switch_id}/copies", decide, methods=["POST"])
    return router


def switch_views_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/switches` that read."""
    router = APIRouter(prefix="/v1/switches", tags=["switches"])

    async def list_switches(caller: Reader, query: Annotated[schemas.SwitchQuery, Query()]) -> Page[schemas.SwitchSummary]:
        """Lists switches of the caller's council, newest first."""
        wanted = SwitchFilter(caller.council, **query.filters())
        async with engine.connect() as connection:
            after = query.after(datetime.fromisoformat, UUID)
            rows = await store.list_switches(connection, wanted, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.planned_at, row.switch_id), view=schemas.switch_summary)

    async def get_switch(switch_id: UUID, caller: Reader) -> schemas.SwitchView:
        """Returns one switch with its progress."""
        return await _view(engine, switch_id, caller.council)

    async def list_copies(
        switch_id: UUID, caller: Reader, query: Annotated[schemas.SwitchedCopyQuery, Query()]
    ) -> Page[schemas.SwitchedCopyView]:
        """Lists the copies of a switch; `stage` narrows them, such as to those that ask."""
        async with engine.connect() as connection:
            await _load(connection, switch_id, caller.council)
            after = query.after(partial(number, bits=64))
            rows = await store.list_copies(connection, switch_id, query.stage, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.entry,), view=schemas.switched_copy_view)

    router.add_api_route("", list_switches, methods=["GET"])
    router.add_api_route("/{switch_id}", get_switch, methods=["GET"])
    router.add_api_route("/{switch_id}/copies", list_copies, methods=["GET"])
    return router


async def planned_answer(engine: AsyncEngine, planned: usecases.Planned, council: str, response: Response) -> schemas.SwitchView:
    """Returns a switch that was planned now, or before by the same request, and sets the headers of the answer (201)."""
    response.headers["Location"] = f"/v1/switches/{planned.switch_id}"
    response.headers.update(REPLAYED if planned.repeated else {})
    return await _view(engine, planned.switch_id, council)


async def _load(connection: AsyncConnection, switch_id: UUID, council: str) -> Switch:
    found = await store.get_switch(connection, switch_id, council)
    if found is None:
        raise no_such("switch")
    return found


async def _view(engine: AsyncEngine, switch_id: UUID, council: str) -> schemas.SwitchView:
    async with engine.connect() as connection:
        found = await _load(connection, switch_id, council)
        counts = await store.stage_counts(connection, switch_id)
        asking = await store.orders_asking(connection, switch_id, limit=_MOST_ASKING)
        return schemas.switch_view(found, counts, asking, await history_of(connection, switch_id))
