"""`/v1/webhook-endpoints`: where the feed is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.api.changes import Reader
from services.lms.api.sending import Sending
from services.lms.api.webhook_access import NO_SUCH, PATH, AsRead, EndpointId, Writer, read_by, secretly, shown
from services.lms.domain.webhooks import Endpoint
from services.lms.schemas.webhooks import (
    NewWebhookEndpoint,
    WebhookEndpointBody,
    WebhookEndpointView,
    WebhookEndpointWithSecret,
    endpoint_view,
)
from services.lms.store import endpoints
from services.lms.usecases import webhooks
from shared.clock import Clock
from shared.http.headers import IfMatch, required_version
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.signatures import new_secret

_ONE = "/{webhook_endpoint_id}"


def webhook_endpoints_router(engine: AsyncEngine, sending: Sending, *, most: int) -> APIRouter:
    """Returns the routes of a council's endpoints, of which it may have `most`."""
    router = APIRouter(prefix=PATH, tags=["webhooks"])
    _add_creating(router, engine, sending, most)
    _add_reading(router, engine, sending.clock)
    _add_changing(router, engine, sending)
    return router


def _add_creating(router: APIRouter, engine: AsyncEngine, sending: Sending, most: int) -> None:
    clock = sending.clock

    async def create_webhook_endpoint(
        body: NewWebhookEndpoint, caller: Writer, response: Response, repeatable: Repeatable
    ) -> WebhookEndpointWithSecret:
        """Registers an endpoint. Changes from now on are sent to it. Only this answer shows its secret."""
        secret, wanted = body.secret or new_secret(), body.wanted()
        # Names are resolved outside of the transaction, and a repetition does not depend on them.
        refusal = await sending.refusal(body.url)
        async with repeatable.once(engine, caller) as turn:
            if turn.first and refusal is not None:
                raise refusal
            if turn.first:
                sealed, by = sending.seal.seal(secret), caller.subject
                made = await webhooks.create(turn.connection, caller.council, wanted, clock, secret=sealed, most=most, by=by)
                turn.subject = str(made.webhook_endpoint_id)
            else:
                made = await webhooks.get(turn.connection, caller.council, UUID(turn.subject))
        response.headers["Location"] = f"{PATH}/{made.webhook_endpoint_id}"
        return secretly(response, made, secret if turn.first else None, clock.now())

    refused = refusals("refused-url", "too-many-webhook-endpoints", NO_SUCH)
    router.add_api_route("", create_webhook_endpoint, methods=["POST"], status_code=201, responses=refused)


def _add_reading(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def list_webhook_endpoints(caller: Reader, query: Annotated[PageQuery, Query()]) -> Page[WebhookEndpointView]:
        """Lists the council's endpoints and how they do, the oldest first."""
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await endpoints.list_endpoints(connection, caller.council, after=after, limit=query.fetched)
        now = clock.now()
        return query.page(rows, keys=_keys, view=lambda row: endpoint_view(row, now))

    async def get_webhook_endpoint(caller: Reader, webhook_endpoint_id: EndpointId, response: Response) -> WebhookEndpointView:
        """Returns an endpoint and how it does; not its secret."""
        async with engine.connect() as connection:
            found = await webhooks.get(connection, caller.council, webhook_endpoint_id)
        return shown(response, found, clock.now())

    router.add_api_route("", list_webhook_endpoints, methods=["GET"], responses=refusals())
    router.add_api_route(_ONE, get_webhook_endpoint, methods=["GET"], responses=refusals(NO_SUCH))


def _add_changing(router: APIRouter, engine: AsyncEngine, sending: Sending) -> None:
    async def replace_webhook_endpoint(
        body: WebhookEndpointBody, caller: Writer, webhook_endpoint_id: EndpointId, response: Response, if_match: IfMatch = ""
    ) -> WebhookEndpointView:
        """States URL, description and kinds again. One that fails is tried at once at another URL."""
        required_version(if_match, "webhook endpoint")
        refusal = await sending.refusal(body.url)
        if refusal is not None:
            raise refusal
        async with engine.begin() as connection:
            changed = await webhooks.change(connection, read_by(caller, webhook_endpoint_id, if_match), body.wanted())
        return shown(response, changed, sending.clock.now())

    async def delete_webhook_endpoint(caller: Writer, read: AsRead, repeatable: Repeatable) -> None:
        """Removes an endpoint and the list of its deliveries. What is being sent at this moment may still arrive."""
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await webhooks.delete(turn.connection, read)

    refused = refusals(NO_SUCH, "refused-url")
    router.add_api_route(_ONE, replace_webhook_endpoint, methods=["PUT"], responses=refused)
    router.add_api_route(_ONE, delete_webhook_endpoint, methods=["DELETE"], status_code=204, responses=refusals(NO_SUCH))


def _keys(endpoint: Endpoint) -> tuple[datetime, UUID]:
    return endpoint.created_at, endpoint.webhook_endpoint_id
