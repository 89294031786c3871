"""A supplier's exchange as operations staff use it: what came in, what waits for a person, and how it is put right."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from local.lms.calls import Service

UNREAD = "received"
WAITING = ("quarantined", "partly_applied")
SCOPES = ("exchange:read", "exchange:write")


class Message(BaseModel):
    """One message that the exchange keeps. `name` is the file's, folder and all."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    kind: str
    state: str
    name: str
    reason: str

    @property
    def waits(self) -> bool:
        """Whether a person has to look at it."""
        return self.state in WAITING


class Check(BaseModel):
    """How one part of the process is doing."""

    name: str
    state: str
    detail: str


class Ready(BaseModel):
    """How the process is doing."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange behind a service. Every call may raise UnexpectedAnswer."""

    service: Service

    async def came_in(self) -> list[Message]:
        """All messages of the supplier, newest first."""
        return await self.service.pages("/v1/messages", Message, {"direction": "in"})

    async def message(self, message_id: UUID) -> Message:
        """One message as it stands now."""
        return await self.service.get(f"/v1/messages/{message_id}", Message)

    async def map_reference(self, message_id: UUID, *, field: str, theirs: str, ours: str, reason: str) -> None:
        """Say what a reference means that the supplier got wrong in this message."""
        body = {"field": field, "theirs": theirs, "ours": ours, "scope": "message", "reason": reason}
        await self.service.post(f"/v1/messages/{message_id}/mappings", body)

    async def replay(self, message_id: UUID, reason: str) -> None:
        """Have a kept message read and applied again."""
        await self.service.post(f"/v1/messages/{message_id}/replay", {"reason": reason})

    async def is_cut_off(self) -> bool:
        """Whether the exchange says that it cannot reach its supplier."""
        ready = await self.service.get("/readyz", Ready)
        return any("cannot be reached" in check.detail for check in ready.checks)
