"""Sends one push to one endpoint, signed, and says what came back. Keeps nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from services.lms.domain.webhooks import Cause, Delivery, Endpoint, Push, Reply, Standing
from services.lms.sealing import Seal
from shared.clock import Clock
from shared.http.outward import NoAnswer, Outward, RefusedUrl
from shared.http.signatures import signed_headers
from shared.ids import new_id
from shared.texts import replace_nul

_KEPT_CHARACTERS = 1_024


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt, and how the endpoint does after it: as before, unless the feed was the cause."""

    delivery: Delivery
    standing: Standing


class Post:
    """Sends pushes, each within the limits of `outward`."""

    def __init__(self, outward: Outward, seal: Seal, clock: Clock) -> None:
        self._outward = outward
        self._seal = seal
        self._clock = clock

    async def send(self, endpoint: Endpoint, push: Push, standing: Standing, *, delivery_id: UUID | None = None) -> Sent:
        """Sends a push to an endpoint that does as `standing` says; returns the attempt, whatever its outcome.

        Raises UnknownKey: then nothing was sent.
        """
        at = self._clock.now()
        secrets = [self._seal.open(sealed) for sealed in endpoint.secrets_at(at)]
        headers = {"Content-Type": "application/json", **signed_headers(push.push_id, at, push.content, secrets)}
        began = time.monotonic()
        reply, body = await self._posted(endpoint.url, push.content.encode(), headers)
        taken = time.monotonic() - began
        after = standing.after(reply, self._clock.now()) if push.cause is Cause.FEED else standing
        delivery = Delivery(
            webhook_delivery_id=delivery_id or new_id(),
            webhook_endpoint_id=endpoint.webhook_endpoint_id,
            council=endpoint.council,
            cause=push.cause,
            push_id=push.push_id,
            position=push.position,
            kind=push.kind,
            attempt=standing.failures + 1 if push.cause is Cause.FEED else 1,
            at=at,
            outcome=reply.outcome,
            status=reply.status,
            body=body,
            milliseconds=round(taken * 1_000),
            error=reply.trouble,
            next_try_at=after.next_try_at if push.cause is Cause.FEED else None,
        )
        return Sent(delivery, after)

    async def _posted(self, url: str, content: bytes, headers: dict[str, str]) -> tuple[Reply, str]:
        try:
            answer = await self._outward.post(url, content, headers)
        except (RefusedUrl, NoAnswer) as error:
            return Reply(None, str(error)), ""
        body = replace_nul(answer.body[:_KEPT_CHARACTERS].decode("utf-8", "replace"))
        return Reply(answer.status, retry_after=answer.retry_after), body
