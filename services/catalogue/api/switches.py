"""`/v1/switches` of the catalogue's strand: what they are made of, and the list of their records."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.catalogue.domain.switching import AskedSwitch, RecordSwitch
from services.catalogue.schemas import switches as schemas
from services.catalogue.store import switches as store
from services.catalogue.usecases import switching
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.sourcing.api.switches import ServedSwitches, SwitchId, switches_router
from shared.sourcing.rules import Strand
from shared.sourcing.switches.life import warnings_of

Reader = Annotated[CouncilPrincipal, Depends(council_with("catalogue:read"))]


async def _preview(
    connection: AsyncConnection, asked: AskedSwitch, new: RecordSwitch, clock: Clock
) -> schemas.RecordSwitchPreview:
    previewed = await switching.preview_switch(connection, asked, new, clock)
    return schemas.preview_view(asked.to_supplier, previewed.rules, previewed.books, previewed.owed)


async def _view(connection: AsyncConnection, found: RecordSwitch, clock: Clock) -> schemas.RecordSwitchView:
    progress = await switching.progress_of(connection, found, clock)
    warnings = await warnings_of(connection, found, Strand.CATALOGUE, clock)
    return schemas.switch_view(found, progress, await store.SWITCHES.history_of(connection, found.switch_id), warnings)


def catalogue_switches_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns `/v1/switches` of the catalogue's strand."""
    served = ServedSwitches(
        scope_read="catalogue:read",
        scope_write="catalogue:write",
        switches=switching.SWITCHES,
        asked=AskedSwitch,
        summary=schemas.RecordSwitchSummary,
        detail=schemas.RecordSwitchView,
        previewed=schemas.RecordSwitchPreview,
        preview=_preview,
        view=partial(_view, clock=clock),
    )
    router = switches_router(served, engine, clock)

    async def list_records(
        switch_id: SwitchId, caller: Reader, query: Annotated[schemas.SwitchedRecordQuery, Query()]
    ) -> Page[schemas.SwitchedRecordView]:
        """Lists the records that a switch had asked of the second supplier; `state` narrows them, such as to those given up."""
        async with engine.connect() as connection:
            found = await served.find(connection, switch_id, caller.council)
            after = query.after(str)
            rows = await store.list_records(connection, found, query.state, clock.now(), after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.isbn,), view=schemas.SwitchedRecordView.model_validate)

    router.add_api_route("/{switch_id}/records", list_records, methods=["GET"], responses=refusals("no-such-switch"))
    return router
