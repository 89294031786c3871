"""`/v1/marc-order-mappings` and `/v1/marc-order-presets`: how the order data in suppliers' MARC files are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders.api.access import Reader, Writer
from services.orders.api.suppliers import check_supplier
from services.orders.domain.proposal_files import MOST_MAPPINGS, MarcOrderMapping
from services.orders.schemas.marc_mappings import (
    MappingBody,
    MappingId,
    MappingView,
    PresetView,
    mapping_view,
    preset_view,
)
from services.orders.store import marc_mappings as store
from shared.acts.noting import note_change
from shared.clock import Clock
from shared.db.locks import lock_names
from shared.errors import DomainError, Kind, no_such
from shared.formats.marc.order_data import PRESETS
from shared.http.headers import IfMatch, etag, required_version, stale
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Attempt, Repeatable, attempt_at
from shared.ids import new_id

_PATH, _ONE, _WHAT = "/v1/marc-order-mappings", "/{mapping_id}", "mapping"
AsRead = Annotated[Attempt, Depends(attempt_at(_WHAT))]


def marc_mappings_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of a council's mappings."""
    router = APIRouter(prefix=_PATH, tags=["proposals"])
    _add_creating(router, engine, clock)
    _add_reading(router, engine)
    _add_changing(router, engine, clock)
    return router


def marc_presets_router() -> APIRouter:
    """Returns the route of the presets."""
    router = APIRouter(prefix="/v1/marc-order-presets", tags=["proposals"])

    async def list_presets(_: Reader, query: Annotated[PageQuery, Query()]) -> Page[PresetView]:
        """Lists mappings to copy, for fields that several systems exchange. Change the copy to what the supplier fills in."""
        (last,) = query.after(str) or ("",)
        return query.page([one for name, one in PRESETS.items() if name > last], keys=lambda one: (one.name,), view=preset_view)

    router.add_api_route("", list_presets, methods=["GET"], responses=refusals())
    return router


def _add_creating(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def create_mapping(body: MappingBody, caller: Writer, response: Response, repeatable: Repeatable) -> MappingView:
        """Keeps how the files of a supplier are read: a mapping of the council, or a copy of a preset."""
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await _check(turn.connection, body, caller.council)
                at = clock.now()
                made = MarcOrderMapping(
                    new_id(), caller.council, body.supplier_id, body.name, body.wanted(), 1, at, at, caller.subject
                )
                await store.add_mapping(turn.connection, made)
                turn.subject = str(made.mapping_id)
            else:
                made = await find_mapping(turn.connection, caller.council, UUID(turn.subject))
        response.headers["Location"] = f"{_PATH}/{made.mapping_id}"
        return _shown(response, made)

    refused = refusals("unknown-supplier", "too-many-mappings", "no-such-mapping")
    router.add_api_route("", create_mapping, methods=["POST"], status_code=201, responses=refused)


def _add_reading(router: APIRouter, engine: AsyncEngine) -> None:
    async def list_mappings(caller: Reader, query: Annotated[PageQuery, Query()]) -> Page[MappingView]:
        """Lists the council's mappings, the newest first."""
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await store.list_mappings(connection, caller.council, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.created_at, row.mapping_id), view=mapping_view)

    async def get_mapping(caller: Reader, mapping_id: MappingId, response: Response) -> MappingView:
        """Returns one mapping."""
        async with engine.connect() as connection:
            return _shown(response, await find_mapping(connection, caller.council, mapping_id))

    router.add_api_route("", list_mappings, methods=["GET"], responses=refusals())
    router.add_api_route(_ONE, get_mapping, methods=["GET"], responses=refusals("no-such-mapping"))


def _add_changing(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def replace_mapping(
        body: MappingBody, caller: Writer, mapping_id: MappingId, response: Response, if_match: IfMatch = ""
    ) -> MappingView:
        """States a mapping again. It counts for files that are uploaded from now on."""
        version = required_version(if_match, _WHAT)
        async with engine.begin() as connection:
            before = await _to_change(connection, caller.council, mapping_id, version)
            await _check_supplier(connection, body)
            stated = replace(before, supplier_id=body.supplier_id, name=body.name, mapping=body.wanted())
            after = replace(stated, version=version + 1, changed_at=clock.now(), changed_by=caller.subject)
            await store.change_mapping(connection, after)
            await note_change(connection, before, after)
        return _shown(response, after)

    async def delete_mapping(caller: Writer, mapping_id: MappingId, read: AsRead) -> None:
        """Removes a mapping. Proposals and files that were read by it stay as they are."""
        async with read.repeatable.once(engine, caller) as turn:
            if turn.first:
                await _to_change(turn.connection, caller.council, mapping_id, read.version)
                await store.remove_mapping(turn.connection, mapping_id)

    refused = refusals("unknown-supplier", "no-such-mapping")
    router.add_api_route(_ONE, replace_mapping, methods=["PUT"], responses=refused)
    router.add_api_route(_ONE, delete_mapping, methods=["DELETE"], status_code=204, responses=refusals("no-such-mapping"))


async def find_mapping(connection: AsyncConnection, council: str, mapping_id: UUID) -> MarcOrderMapping:
    """Returns a mapping of the council. Raises DomainError (404)."""
    found = await store.get_mapping(connection, council, mapping_id)
    if found is None:
        raise no_such("mapping")
    return found


async def _to_change(connection: AsyncConnection, council: str, mapping_id: UUID, version: int) -> MarcOrderMapping:
    found = await store.get_mapping(connection, council, mapping_id, to_change=True)
    if found is None:
        raise no_such("mapping")
    if found.version != version:
        raise stale(_WHAT)
    return found


async def _check(connection: AsyncConnection, body: MappingBody, council: str) -> None:
    await _check_supplier(connection, body)
    await lock_names(connection, f"marc-order-mappings/{council}")
    if await store.count_mappings(connection, council) >= MOST_MAPPINGS:
        text = f"The council has {MOST_MAPPINGS} mappings, and cannot have more; change one, or delete those that are not used."
        raise DomainError("too-many-mappings", text, Kind.CONFLICT)


async def _check_supplier(connection: AsyncConnection, body: MappingBody) -> None:
    fault = await check_supplier(connection, body.supplier_id)
    if fault is not None:
        raise DomainError("unknown-supplier", fault.detail, Kind.INVALID, [fault])


def _shown(response: Response, kept: MarcOrderMapping) -> MappingView:
    response.headers["ETag"] = etag(kept.version)
    return mapping_view(kept)
