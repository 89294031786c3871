"""Routes that explain a message: its content part by part, the orders it touched, and its references with what they may mean."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import OWN_REFUSALS, Reader, own, visible
from services.suppliers.api.paths import MessagePath
from services.suppliers.exchange import Exchange
from services.suppliers.store import copies, lines, messages
from services.suppliers.usecases.suggesting import references_in, suggestions_for
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.trees import After, Leaves, TreeView, tree_view


def references_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}/references` and `/suggestions`."""
    router = APIRouter(prefix="/v1/messages/{message_id}", tags=["mappings"])

    async def list_references(message_id: MessagePath, caller: Reader) -> schemas.ReferencesView:
        """The references in a message that a mapping can correct, those that are not known here first."""
        async with engine.connect() as connection:
            message = await own(connection, message_id, caller)
            found = await references_in(connection, exchange, message, caller.council)
        views = [schemas.ReferenceView(**asdict(each)) for each in found]
        return schemas.ReferencesView(references=views)

    async def list_suggestions(
        message_id: MessagePath, caller: Reader, query: Annotated[schemas.SuggestionQuery, Query()]
    ) -> schemas.SuggestionsView:
        """What a reference in a message may mean, by what the message names beside it and by how it is written."""
        async with engine.connect() as connection:
            message = await own(connection, message_id, caller)
            found = await suggestions_for(connection, exchange, message, query.field, query.theirs, caller.council)
        return schemas.SuggestionsView(suggestions=[schemas.suggestion_view(each) for each in found])

    refused = refusals(*OWN_REFUSALS, "wrong-state", "too-large-to-show", "bytes-unreadable")
    router.add_api_route("/references", list_references, methods=["GET"], responses=refused)
    router.add_api_route("/suggestions", list_suggestions, methods=["GET"], responses=refused)
    return router


def explaining_router(engine: AsyncEngine) -> APIRouter:
    """`/v1/messages/{id}/tree` and `/orders`."""
    router = APIRouter(prefix="/v1/messages/{message_id}", tags=["messages"])

    async def get_tree(message_id: MessagePath, caller: Reader, after: After = 0, leaves: Leaves = 500) -> TreeView:
        """The message segment by segment, each with its findings. A council gets it only where it concerns no other council."""
        async with engine.connect() as connection:
            message = await own(connection, message_id, caller)
            body = await messages.body_of(connection, message_id)
        return await tree_view(body, message.findings, after, leaves)

    async def get_orders(
        message_id: MessagePath, caller: Reader, query: Annotated[schemas.TouchedQuery, Query()]
    ) -> Page[schemas.OrderView]:
        """The orders, lines and copies that the message touched, with each copy's state now. `limit` counts lines."""
        (after,) = query.after(str) or ("",)
        async with engine.connect() as connection:
            message = await visible(connection, message_id, caller)
            keys = [key for key in sorted(message.line_keys) if key > after]
            found = await lines.by_key(connection, keys[: query.limit], council=caller.council)
            progress = await copies.progress_of(connection, [line.line_key for line in found])
        following = query.next_cursor(keys, lambda key: (key,))
        return Page(items=schemas.order_views(found, progress), next_cursor=following)

    router.add_api_route(
        "/tree", get_tree, methods=["GET"], responses=refusals(*OWN_REFUSALS, "too-large-to-show", "bytes-unreadable")
    )
    router.add_api_route("/orders", get_orders, methods=["GET"], responses=refusals("no-such-message"))
    return router
