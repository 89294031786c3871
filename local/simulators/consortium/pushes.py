"""Sends due pushes, signed (Standard Webhooks 1.0), and repeats each until it is accepted or ten minutes have passed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
from dataclasses import dataclass

import httpx

from local.simulators.consortium.store import Store, StoredPush
from shared.clock import Clock

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0
_PATIENCE_SECONDS = 600.0
_AT_ONCE = 16
_ANSWER_SECONDS = 5.0
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Receiver:
    """The address that receives pushes, and the secret (`whsec_` and base64) that signs them."""

    url: str
    secret: str


def signature(secret: str, push_id: str, timestamp: int, body: bytes) -> str:
    """Returns the value of `webhook-signature`: version 1, HMAC-SHA256 over id, timestamp and body joined by full stops."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{push_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


class Pushes:
    """Sends the pushes in the store."""

    def __init__(self, store: Store, receiver: Receiver, clock: Clock) -> None:
        self._store = store
        self._receiver = receiver
        self._clock = clock
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Ends the pause of `run`, because a push was planned."""
        self._wake.set()

    async def run(self) -> None:
        """Sends until cancelled."""
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False) as client:
            while True:
                self._wake.clear()
                due = self._store.due(self._now(), _AT_ONCE)
                if due:
                    taken = await asyncio.gather(*(self._send(client, push) for push in due))
                    self._store.settle({push.number: self._next(push, done) for push, done in zip(due, taken, strict=True)})
                else:
                    await self._pause()

    async def _pause(self) -> None:
        """Waits until the next push is due or a new one is planned, at most half a second."""
        next_due = self._store.next_due()
        seconds = _LOOK_SECONDS if next_due is None else min(max(next_due - self._now(), 0.001), _LOOK_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    async def _send(self, client: httpx.AsyncClient, push: StoredPush) -> bool:
        body, timestamp = push.body.encode(), int(self._now())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": push.push_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._receiver.secret, push.push_id, timestamp, body),
        }
        try:
            answer = await client.post(self._receiver.url, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success

    def _next(self, push: StoredPush, done: bool) -> float | None:
        now = self._now()
        if done or now - push.first_due > _PATIENCE_SECONDS:
            return None
        return now + min(_FIRST_PAUSE * 2.0 ** min(push.attempts, 10), _LONGEST_PAUSE)

    def _now(self) -> float:
        return self._clock.now().timestamp()
