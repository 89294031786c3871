"""Routes of mappings: staff map a supplier's reference to ours, list mappings and withdraw them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import OWN_REFUSALS, Reader, Writer, own
from services.suppliers.api.paths import MappingPath, MessagePath
from services.suppliers.exchange import Exchange
from services.suppliers.store import mappings
from services.suppliers.store.mappings import Filter
from services.suppliers.usecases import mapping
from services.suppliers.usecases.mapping import MappingRequest
from shared.http.paging import Page, number
from shared.http.refusals import refusals

_FOR_ALL = "for-all-councils"
_WRONG = ("not-a-status", "not-an-isbn", "not-in-message", "unknown-here")


def mappings_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}/mappings` and `/v1/mappings`."""
    router = APIRouter(prefix="/v1", tags=["mappings"])

    async def add_mapping(
        message_id: MessagePath, body: schemas.NewMapping, caller: Writer, answer: Response
    ) -> schemas.MappingView:
        """Maps a reference in a held message to ours. Replay the message to apply it. A later mapping replaces this one."""
        request = MappingRequest(
            field=body.field,
            theirs=body.theirs,
            ours=body.ours,
            everywhere=body.scope is schemas.Scope.SUPPLIER,
            actor=caller.subject,
            reason=body.reason,
            council=caller.council,
        )
        async with engine.begin() as connection:
            await own(connection, message_id, caller)
            added = await mapping.add_mapping(connection, exchange, message_id, request)
        answer.headers["Location"] = f"/v1/mappings/{added.id}"
        return schemas.mapping_view(added)

    async def list_mappings(caller: Reader, query: Annotated[schemas.MappingQuery, Query()]) -> Page[schemas.MappingView]:
        """Mappings, newest first, in force or ended. A council sees those that concern only itself."""
        narrowed = Filter(**query.filters(), council=caller.council)
        async with engine.connect() as connection:
            rows = await mappings.page(connection, narrowed, after=query.after(number), limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.seq,), view=schemas.mapping_view)

    async def get_mapping(mapping_id: MappingPath, caller: Reader) -> schemas.MappingView:
        """One mapping. A council sees one that concerns only itself."""
        async with engine.connect() as connection:
            return schemas.mapping_view(await mapping.get_mapping(connection, mapping_id, council=caller.council))

    async def withdraw(mapping_id: MappingPath, body: schemas.Reason, caller: Writer) -> schemas.MappingView:
        """Ends a mapping. What was applied with it stays applied; messages read from now on do not use it."""
        async with engine.begin() as connection:
            ended = await mapping.withdraw(
                connection, exchange, mapping_id, actor=caller.subject, reason=body.reason, council=caller.council
            )
            return schemas.mapping_view(ended)

    added = refusals(*OWN_REFUSALS, "wrong-state", _FOR_ALL, *_WRONG, "too-large-to-show", "bytes-unreadable")
    router.add_api_route("/messages/{message_id}/mappings", add_mapping, methods=["POST"], status_code=201, responses=added)
    router.add_api_route("/mappings", list_mappings, methods=["GET"], responses=refusals())
    router.add_api_route("/mappings/{mapping_id}", get_mapping, methods=["GET"], responses=refusals("no-such-mapping"))
    router.add_api_route(
        "/mappings/{mapping_id}/withdraw", withdraw, methods=["POST"], responses=refusals("no-such-mapping", _FOR_ALL)
    )
    return router
