"""Sends what a person asks for, at once: a test event, or one change again. The feed itself is sent by `loops`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.lms.domain.webhooks import Delivery, Endpoint, Push
from services.lms.posting import Post
from services.lms.sealing import Seal
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind
from shared.http.outward import Outward, RefusedUrl


@dataclass(frozen=True, slots=True)
class Sending:
    """What the routes send with. `outward` opens a client for strangers' addresses."""

    outward: Callable[[], Outward]
    seal: Seal
    clock: Clock

    async def refusal(self, url: str) -> DomainError | None:
        """Returns why nothing can be sent to a URL as of now (422); None where something can."""
        async with self.outward() as outward:
            try:
                await outward.check(url)
            except RefusedUrl as refused:
                detail = "Nothing can be sent to this URL; correct what `errors` lists."
                return DomainError("refused-url", detail, Kind.INVALID, [Fault("/url", "refused-url", str(refused))])
        return None

    async def send(self, endpoint: Endpoint, push: Push, delivery_id: UUID) -> Delivery:
        """Sends a push now, also to an endpoint that fails or is disabled; returns the attempt, which has this id."""
        async with self.outward() as outward:
            sent = await Post(outward, self.seal, self.clock).send(endpoint, push, endpoint.standing, delivery_id=delivery_id)
        return sent.delivery
