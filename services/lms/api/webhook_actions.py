"""What is done with a webhook endpoint beside stating it: another secret, sending to it again."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.lms.api.sending import Sending
from services.lms.api.webhook_access import NO_SUCH, PATH, AsRead, Writer, secretly, shown
from services.lms.domain.webhooks import Endpoint
from services.lms.schemas.webhooks import Enabling, NewSecret, SendingAgain, WebhookEndpointView, WebhookEndpointWithSecret
from services.lms.usecases import webhooks
from services.lms.usecases.webhooks import Read
from shared.clock import Clock
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.signatures import new_secret


def webhook_actions_router(engine: AsyncEngine, sending: Sending) -> APIRouter:
    """Returns the routes of these actions."""
    router = APIRouter(prefix=f"{PATH}/{{webhook_endpoint_id}}", tags=["webhooks"])
    _add_rotating(router, engine, sending)
    _add_resuming(router, engine, sending.clock)
    return router


def _add_rotating(router: APIRouter, engine: AsyncEngine, sending: Sending) -> None:
    clock = sending.clock

    async def rotate_webhook_secret(
        body: NewSecret, caller: Writer, read: AsRead, response: Response, repeatable: Repeatable
    ) -> WebhookEndpointWithSecret:
        """Gives an endpoint another secret, shown this once. For some hours requests have a signature by each of the two."""
        secret, keep = body.secret or new_secret(), timedelta(hours=body.keep_previous_hours)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                sealed = sending.seal.seal(secret)
                changed = await webhooks.rotate(turn.connection, read, clock, secret=sealed, keep=keep)
            else:
                changed = await _as_it_is(turn.connection, read)
        return secretly(response, changed, secret if turn.first else None, clock.now())

    router.add_api_route("/rotate-secret", rotate_webhook_secret, methods=["POST"], responses=refusals(NO_SUCH))


def _add_resuming(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def enable_webhook_endpoint(
        body: Enabling, caller: Writer, read: AsRead, response: Response, repeatable: Repeatable
    ) -> WebhookEndpointView:
        """Sends to a disabled endpoint again, from where it stopped or from now; tries one that fails at once."""
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                changed = await webhooks.enable(turn.connection, read, from_now=body.from_now)
            else:
                changed = await _as_it_is(turn.connection, read)
        return shown(response, changed, clock.now())

    async def resend_changes(
        body: SendingAgain, caller: Writer, read: AsRead, response: Response, repeatable: Repeatable
    ) -> WebhookEndpointView:
        """Sends all changes again from a given moment, or from a cursor of the feed. Then it sends new ones."""
        since = body.since(caller.council)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                changed = await webhooks.send_again(turn.connection, read, since)
            else:
                changed = await _as_it_is(turn.connection, read)
        return shown(response, changed, clock.now())

    refused = refusals(NO_SUCH, "changes-not-kept")
    router.add_api_route("/enable", enable_webhook_endpoint, methods=["POST"], responses=refused)
    refused = refusals(NO_SUCH, "webhook-endpoint-disabled", "bad-cursor", "changes-forgotten", "feed-rebuilt")
    router.add_api_route("/resend", resend_changes, methods=["POST"], responses=refused)


async def _as_it_is(connection: AsyncConnection, read: Read) -> Endpoint:
    return await webhooks.get(connection, read.council, read.webhook_endpoint_id)
