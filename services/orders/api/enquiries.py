"""`/v1/enquiries`, enquiries below `/v1/orders/{order_id}`, and `/v1/chasing-policies`: parse, use case, render."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.api.orders import view_of_order
from services.orders.store import chasing
from services.orders.store import enquiries as store
from services.orders.store.enquiries import EnquiryFilter
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.contracts import words
from shared.contracts.words import OrderId
from shared.errors import no_such
from shared.http.headers import IfMatchWhereSent, bare_tag, etag, sent_version
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable

_SupplierId = Annotated[words.SupplierId, Path(max_length=40)]


def enquiries_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes that show enquiries."""
    router = APIRouter(prefix="/v1/enquiries", tags=["enquiries"])

    async def list_enquiries(caller: Reader, query: Annotated[schemas.EnquiryQuery, Query()]) -> Page[schemas.EnquiryView]:
        """Lists what suppliers were asked about copies, and what became of that, the newest first."""
        wanted, after = EnquiryFilter(caller.council, **query.filters()), query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await store.list_enquiries(connection, wanted, after=after, limit=query.fetched)
            copies = await store.copies_of_enquiries(connection, [row.enquiry_id for row in rows])
        return query.page(
            rows,
            keys=lambda row: (row.asked_at, row.enquiry_id),
            view=lambda row: schemas.enquiry_view(row, copies[row.enquiry_id]),
        )

    async def get_enquiry(enquiry_id: schemas.EnquiryId, caller: Reader) -> schemas.EnquiryView:
        """Returns one enquiry."""
        async with engine.connect() as connection:
            row = await store.enquiry_of(connection, enquiry_id, caller.council)
            copies = await store.copies_of_enquiries(connection, [enquiry_id])
        if row is None:
            raise no_such("enquiry")
        return schemas.enquiry_view(row, copies[enquiry_id])

    router.add_api_route("", list_enquiries, methods=["GET"], responses=refusals())
    router.add_api_route("/{enquiry_id}", get_enquiry, methods=["GET"], responses=refusals("no-such-enquiry"))
    return router


def asking_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route that asks suppliers about copies of an order now."""
    router = APIRouter(prefix="/v1/orders", tags=["enquiries"])

    async def ask(
        order_id: OrderId,
        body: schemas.AskBody,
        caller: Writer,
        repeatable: Repeatable,
        response: Response,
        if_match: IfMatchWhereSent = "",
    ) -> schemas.OrderView:
        """Asks suppliers about copies of the order now, whatever the policy says.

        `GET /v1/enquiries?order_id=` shows what became of it. Where a supplier takes no enquiries, the line asks you to ask it. A
        repetition with the same Idempotency-Key asks nothing again.
        """
        asked = usecases.AskSupplier(
            order_id,
            caller.council,
            body.kind,
            tuple(body.line_keys),
            tuple(body.copy_ids),
            body.reason,
            caller.subject,
            sent_version(if_match),
        )
        set_cause(cause_by(caller.subject))
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await usecases.ask_supplier(turn.connection, asked, clock)
        return await view_of_order(engine, order_id, caller.council, response)

    refused = refusals("no-such-order", "not-askable", "nothing-to-ask")
    router.add_api_route("/{order_id}/enquiries", ask, methods=["POST"], status_code=202, responses=refused)
    return router


def chasing_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/chasing-policies`: how suppliers are asked about copies that are late, short or damaged."""
    router = APIRouter(prefix="/v1/chasing-policies", tags=["enquiries"])

    async def list_policies(caller: Reader, query: Annotated[PageQuery, Query()]) -> Page[schemas.PolicyView]:
        """Lists the council's policies by supplier. A supplier without one is not chased."""
        after = query.after(str)
        async with engine.connect() as connection:
            rows = await chasing.list_policies(connection, caller.council, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.supplier_id,), view=schemas.policy_view)

    async def get_policy(supplier_id: _SupplierId, caller: Reader, response: Response) -> schemas.PolicyView:
        """Returns the council's policy for a supplier."""
        return await _policy(supplier_id, caller.council, response)

    async def keep_policy(
        supplier_id: _SupplierId,
        body: schemas.PolicyBody,
        caller: Writer,
        response: Response,
        if_match: IfMatchWhereSent = "",
    ) -> schemas.PolicyView:
        """Keeps how a supplier is chased, from now on. Copies that are late already are asked about, too.

        To change a policy, send its ETag as `If-Match` (428 without). A repetition changes nothing, and is answered.
        """
        wanted = usecases.KeepPolicy(body.policy(caller.council, supplier_id), bare_tag(if_match), caller.subject)
        async with engine.begin() as connection:
            await usecases.keep_policy(connection, wanted, clock)
        return await _policy(supplier_id, caller.council, response)

    async def _policy(supplier_id: str, council: str, response: Response) -> schemas.PolicyView:
        async with engine.connect() as connection:
            row = await chasing.find_policy(connection, council, supplier_id)
        if row is None:
            raise no_such("chasing-policy")
        response.headers["ETag"] = etag(row.version)
        return schemas.policy_view(row)

    router.add_api_route("", list_policies, methods=["GET"], responses=refusals())
    router.add_api_route("/{supplier_id}", get_policy, methods=["GET"], responses=refusals("no-such-chasing-policy"))
    kept = refusals("unknown-supplier", "if-match-required", "stale-version")
    router.add_api_route("/{supplier_id}", keep_policy, methods=["PUT"], responses=kept)
    return router
