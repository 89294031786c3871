"""`/v1/webhook-endpoints/{id}/deliveries`: what was sent to an endpoint, and what came back; a test event, and a change again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.api.changes import Reader
from services.lms.api.sending import Sending
from services.lms.api.webhook_access import NO_SUCH, PATH, DeliveryId, EndpointId, Writer
from services.lms.domain.webhooks import Push
from services.lms.schemas.pushes import pushed_again, test_push
from services.lms.schemas.webhooks import DeliveryQuery, DeliveryView, delivery_view
from services.lms.store.deliveries import DeliveryFilter, list_deliveries
from services.lms.usecases import webhooks
from shared.auth import CouncilPrincipal
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.repeating import Keyed, Repeatable
from shared.ids import new_id


def deliveries_router(engine: AsyncEngine, sending: Sending) -> APIRouter:
    """Returns the routes of the attempts to send something to an endpoint."""
    router = APIRouter(prefix=f"{PATH}/{{webhook_endpoint_id}}", tags=["webhooks"])
    _add_reading(router, engine)
    _add_sending(router, engine, sending)
    return router


def _add_reading(router: APIRouter, engine: AsyncEngine) -> None:
    async def list_webhook_deliveries(
        caller: Reader, webhook_endpoint_id: EndpointId, query: Annotated[DeliveryQuery, Query()]
    ) -> Page[DeliveryView]:
        """Lists the attempts to send something to an endpoint, the last one first. They are kept as long as changes."""
        wanted = DeliveryFilter(webhook_endpoint_id, **query.filters())
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            await webhooks.get(connection, caller.council, webhook_endpoint_id)
            rows = await list_deliveries(connection, wanted, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.at, row.webhook_delivery_id), view=delivery_view)

    async def get_webhook_delivery(
        caller: Reader, webhook_endpoint_id: EndpointId, webhook_delivery_id: DeliveryId
    ) -> DeliveryView:
        """Returns one attempt."""
        async with engine.connect() as connection:
            found = await webhooks.get_delivery(connection, caller.council, webhook_endpoint_id, webhook_delivery_id)
        return delivery_view(found)

    router.add_api_route("/deliveries", list_webhook_deliveries, methods=["GET"], responses=refusals(NO_SUCH))
    refused = refusals(NO_SUCH, "no-such-webhook-delivery")
    router.add_api_route("/deliveries/{webhook_delivery_id}", get_webhook_delivery, methods=["GET"], responses=refused)


def _add_sending(router: APIRouter, engine: AsyncEngine, sending: Sending) -> None:
    async def test_webhook_endpoint(
        caller: Writer, webhook_endpoint_id: EndpointId, response: Response, repeatable: Repeatable
    ) -> DeliveryView:
        """Sends a test event now, whatever the endpoint's state, and answers with what came back. It changes no state."""
        push = test_push(webhook_endpoint_id, sending.clock.now())
        return await _answer(response, caller, repeatable, webhook_endpoint_id, push)

    async def resend_webhook_delivery(
        caller: Writer,
        webhook_endpoint_id: EndpointId,
        webhook_delivery_id: DeliveryId,
        response: Response,
        repeatable: Repeatable,
    ) -> DeliveryView:
        """Sends the change of one attempt again now, outside the order of the feed, and answers with what came back."""
        async with engine.connect() as connection:
            made = await webhooks.get_delivery(connection, caller.council, webhook_endpoint_id, webhook_delivery_id)
            change = await webhooks.change_of(connection, made)
        push = test_push(webhook_endpoint_id, sending.clock.now()) if change is None else pushed_again(change)
        return await _answer(response, caller, repeatable, webhook_endpoint_id, push)

    async def _answer(
        response: Response, caller: CouncilPrincipal, repeatable: Keyed, endpoint_id: UUID, push: Push
    ) -> DeliveryView:
        """Notes first what is about to be sent: a repetition sends nothing, even if this process is killed meanwhile."""
        async with repeatable.once(engine, caller) as turn:
            endpoint = await webhooks.get(turn.connection, caller.council, endpoint_id)
            turn.subject = turn.subject or str(new_id())
        delivery_id = UUID(turn.subject)
        if turn.first:
            made = await sending.send(endpoint, push, delivery_id)
            async with engine.begin() as connection:
                await webhooks.keep_sent(connection, made)
        else:
            async with engine.connect() as connection:
                made = await webhooks.sent_before(connection, caller.council, endpoint_id, delivery_id)
        response.headers["Location"] = f"{PATH}/{endpoint_id}/deliveries/{delivery_id}"
        return delivery_view(made)

    tested = refusals(NO_SUCH, "still-being-sent")
    router.add_api_route("/test", test_webhook_endpoint, methods=["POST"], status_code=201, responses=tested)
    refused = refusals(NO_SUCH, "no-such-webhook-delivery", "changes-not-kept", "still-being-sent")
    path = "/deliveries/{webhook_delivery_id}/resend"
    router.add_api_route(path, resend_webhook_delivery, methods=["POST"], status_code=201, responses=refused)
