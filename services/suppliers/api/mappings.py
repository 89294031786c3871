"""Routes of mappings: staff map a supplier's reference to ours, list mappings and withdraw them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

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
from shared.auth import Principal
from shared.http.headers import IfMatchWhereSent, check_match
from shared.http.paging import Page, number
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tag_of_view

_FOR_ALL = "for-all-councils"
_WRONG = ("not-a-status", "not-an-isbn", "not-in-message", "unknown-here")
# How a mapping of a reference in a message may be refused.
REFUSED_MAPPINGS = ("wrong-state", _FOR_ALL, *_WRONG, "too-large-to-show", "bytes-unreadable")


def mappings_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}/mappings` and `/v1/mappings`."""
    router = APIRouter(prefix="/v1", tags=["mappings"])
    _add_reading(router, engine)

    async def add_mapping(
        message_id: MessagePath, body: schemas.NewMapping, caller: Writer, repeatable: Repeatable, response: Response
    ) -> schemas.MappingView:
        """Maps a reference in a held message to ours. Replay the message to apply it. A later mapping replaces this one."""
        async with repeatable.once(engine, caller) as turn:
            await own(turn.connection, message_id, caller)
            if turn.subject is None:
                added = await mapping.add_mapping(
                    turn.connection, exchange, message_id, asked_mapping(body, caller, reason=body.reason)
                )
                turn.subject = str(added.id)
            else:
                added = await mapping.get_mapping(turn.connection, UUID(turn.subject), council=caller.council)
        response.headers["Location"] = f"/v1/mappings/{added.id}"
        return schemas.mapping_view(added)

    async def withdraw(
        mapping_id: MappingPath, body: schemas.Reason, caller: Writer, repeatable: Repeatable, if_match: IfMatchWhereSent = ""
    ) -> schemas.MappingView:
        """Ends a mapping. What was applied with it stays applied; messages read from now on do not use it."""
        async with repeatable.once(engine, caller) as turn:
            found = await mapping.lock_mapping(turn.connection, mapping_id, council=caller.council)
            if turn.first:
                check_match(if_match, tag_of_view(schemas.mapping_view(found)), "mapping")
                found = await mapping.withdraw(
                    turn.connection, exchange, found, actor=caller.subject, reason=body.reason, council=caller.council
                )
            return schemas.mapping_view(found)

    added = refusals(*OWN_REFUSALS, *REFUSED_MAPPINGS)
    ended = refusals("no-such-mapping", _FOR_ALL)
    router.add_api_route("/messages/{message_id}/mappings", add_mapping, methods=["POST"], status_code=201, responses=added)
    router.add_api_route("/mappings/{mapping_id}/withdraw", withdraw, methods=["POST"], responses=ended)
    return router


def _add_reading(router: APIRouter, engine: AsyncEngine) -> None:
    async def list_mappings(caller: Reader, query: Annotated[schemas.MappingQuery, Query()]) -> Page[schemas.MappingView]:
        """Mappings, newest first, in force or ended. A council sees those that concern only itself."""
        narrowed = Filter(**query.filters(), council=caller.council)
        async with engine.connect() as connection:
            rows = await mappings.page(connection, narrowed, after=query.after(number), limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.seq,), view=schemas.mapping_view)

    async def get_mapping(mapping_id: MappingPath, caller: Reader, response: Response) -> schemas.MappingView:
        """One mapping. A council sees one that concerns only itself."""
        async with engine.connect() as connection:
            view = schemas.mapping_view(await mapping.get_mapping(connection, mapping_id, council=caller.council))
        response.headers["ETag"] = tag_of_view(view)
        return view

    router.add_api_route("/mappings", list_mappings, methods=["GET"], responses=refusals())
    router.add_api_route("/mappings/{mapping_id}", get_mapping, methods=["GET"], responses=refusals("no-such-mapping"))


def asked_mapping(body: schemas.ProposedMapping, caller: Principal, *, reason: str) -> MappingRequest:
    """Returns the mapping that a body asks for, as of its caller."""
    return MappingRequest(
        field=body.field,
        theirs=body.theirs,
        ours=body.ours,
        everywhere=body.scope is schemas.Scope.SUPPLIER,
        actor=caller.subject,
        reason=reason,
        council=caller.council,
    )
