"""`/v1/switches` of the ordering strand: what they are made of, and the routes of their copies."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.domain.planning import AskedSwitch
from services.orders.domain.switching import OrderingSwitch
from services.orders.store import switches as store
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.http.headers import IfMatchWhereSent, check_match
from shared.http.paging import Page, number
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tag_of_view
from shared.sourcing.api.switches import ServedSwitches, switches_router
from shared.sourcing.rules import Strand
from shared.sourcing.switches.life import warnings_of

_MOST_ASKING = 200
SwitchId = Annotated[UUID, Path(description="Our id of the switch, under which `GET /v1/switches/{switch_id}` shows it")]


async def _preview(connection: AsyncConnection, asked: AskedSwitch, new: OrderingSwitch, clock: Clock) -> schemas.SwitchPreview:
    previewed = await usecases.preview_switch(connection, asked, new, clock)
    return schemas.preview_view(asked, previewed.rules, previewed.lines, previewed.sums)


async def _view(connection: AsyncConnection, found: OrderingSwitch, clock: Clock) -> schemas.SwitchView:
    counts = await store.stage_counts(connection, found.switch_id)
    asking = await store.orders_asking(connection, found.switch_id, limit=_MOST_ASKING)
    history = await store.SWITCHES.history_of(connection, found.switch_id)
    warnings = await warnings_of(connection, found, Strand.ORDERING, clock)
    return schemas.switch_view(found, counts, asking, history, warnings)


def served_switches(clock: Clock) -> ServedSwitches[OrderingSwitch, AskedSwitch, schemas.SwitchView]:
    """Returns what `/v1/switches` of the ordering strand is made of."""
    return ServedSwitches(
        scope_read="orders:read",
        scope_write="orders:write",
        switches=usecases.SWITCHES,
        asked=AskedSwitch,
        summary=schemas.OrderingSummary,
        detail=schemas.SwitchView,
        previewed=schemas.SwitchPreview,
        preview=_preview,
        view=partial(_view, clock=clock),
    )


def ordering_switches_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns `/v1/switches` of the ordering strand."""
    served = served_switches(clock)
    router = switches_router(served, engine, clock)

    async def decide(
        switch_id: SwitchId,
        body: schemas.CopiesDecision,
        caller: Writer,
        repeatable: Repeatable,
        if_match: IfMatchWhereSent = "",
    ) -> schemas.SwitchView:
        """Decides about copies whose first supplier did not answer: `place_anew` with the second one, or `leave` them there."""
        set_cause(cause_by(caller.subject))
        copy_ids = tuple(dict.fromkeys(body.copy_ids))
        wanted = usecases.DecideCopies(switch_id, caller.council, copy_ids, body.decision, body.reason)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                found = await served.find(turn.connection, switch_id, caller.council)
                if if_match:
                    check_match(if_match, tag_of_view(await served.view(turn.connection, found)), "switch")
                await usecases.decide_copies(turn.connection, wanted, clock)
        return await served.found(engine, switch_id, caller.council)

    async def list_copies(
        switch_id: SwitchId, caller: Reader, query: Annotated[schemas.SwitchedCopyQuery, Query()]
    ) -> Page[schemas.SwitchedCopyView]:
        """Lists the copies of a switch; `stage` and `line_key` narrow them, such as to those of a line that ask."""
        async with engine.connect() as connection:
            await served.find(connection, switch_id, caller.council)
            after = query.after(partial(number, bits=64))
            rows = await store.list_copies(connection, switch_id, query.stage, query.line_key, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.entry,), view=schemas.switched_copy_view)

    router.add_api_route("/{switch_id}/copies", list_copies, methods=["GET"], responses=refusals("no-such-switch"))
    refused = refusals("no-such-switch", "not-decidable")
    router.add_api_route("/{switch_id}/copies", decide, methods=["POST"], responses=refused)
    return router
