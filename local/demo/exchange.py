"""Calls a supplier's exchange as operations staff do: lists messages, maps references, replays."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from local.lms.answers import Answer
from local.lms.calls import Service

UNREAD = "received"
WAITING = ("quarantined", "partly_applied")
SCOPES = ("exchange:read", "exchange:write")


class Message(Answer):
    """One message in the exchange. `name` is the name of its file, with the folder."""

    message_id: UUID
    kind: str
    state: str
    name: str
    reason: str

    @property
    def waits(self) -> bool:
        """Whether the message waits for a person."""
        return self.state in WAITING


class Check(Answer):
    """The health of one part of the process."""

    name: str
    state: str
    detail: str


class Ready(Answer):
    """The health of the process."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange of one supplier, called by HTTP. Every call may raise UnexpectedAnswer."""

    service: Service

    async def inbound_messages(self) -> list[Message]:
        """Returns all messages received from the supplier, newest first."""
        return await self.service.pages("/v1/messages", Message, {"direction": "in"})

    async def message(self, message_id: UUID) -> Message:
        """Returns one message in its current state."""
        return await self.service.get(f"/v1/messages/{message_id}", Message)

    async def map_reference(self, message_id: UUID, *, field: str, theirs: str, ours: str, reason: str) -> None:
        """Maps a wrong reference of the supplier to ours, for this message only."""
        body = {"field": field, "theirs": theirs, "ours": ours, "scope": "message", "reason": reason}
        await self.service.post(f"/v1/messages/{message_id}/mappings", body)

    async def replay(self, message_id: UUID, reason: str) -> None:
        """Has the exchange read and apply a stored message again."""
        path = f"/v1/messages/{message_id}"
        tag = (await self.service.fetch(path, "application/json")).headers["ETag"]
        await self.service.post(f"{path}/replay", {"reason": reason}, if_match=tag)

    async def is_cut_off(self) -> bool:
        """Returns whether the exchange reports that it cannot reach its supplier."""
        ready = await self.service.get("/readyz", Ready)
        return any("cannot be reached" in check.detail for check in ready.checks)
