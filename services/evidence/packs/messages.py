"""Adds a supplier's messages to a pack: the list of them, and the bytes of each as they were exchanged.

A message that also concerns other councils is in the list with what is this council's own; the exchange refuses its bytes.
Bytes that are damaged, or that the exchange has lost, are noted: they must not keep the rest from anybody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.evidence.packs.archive import Archive
from shared.errors import DomainError
from shared.http.calls import Session
from shared.http.lines import JSON_LINES, lines_in
from shared.http.tables import as_csv

HEADINGS = ("kept_at", "direction", "kind", "state", "message_id", "sha256_when_kept", "file", "note")
# By the code of the exchange's refusal, why a message has no file.
_NO_FILE: Mapping[str, str] = {
    "other-councils-too": (
        "not included: it also concerns other councils; operations staff have its bytes, and sha256_when_kept proves them"
    ),
    "bytes-unreadable": (
        "not included: the database cannot read its bytes, they were damaged since; sha256_when_kept proves them in a backup"
    ),
}
DAMAGED = "damaged since it was exchanged: its bytes do not have the digest that was kept with them"

_Word = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]


class _Line(BaseModel):
    """What the pack needs of a line of the list; the line itself is passed on as it is."""

    message_id: UUID
    direction: Literal["in", "out"]
    kind: _Word
    state: _Word
    created_at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT[0-9:.Z+-]+$")
    digest: str


@dataclass(slots=True)
class _Listed:
    """A message of the list, until its bytes were asked for. There may be very many."""

    message_id: str
    kept_at: str
    direction: str
    kind: str
    state: str
    digest: bytes
    note: str = ""

    @property
    def file(self) -> str:
        return f"messages/{self.kept_at[:10]}-{self.direction}-{self.kind}-{self.message_id}"

    def row(self) -> Sequence[object]:
        file = "" if self.note in _NO_FILE.values() else self.file
        return self.kept_at, self.direction, self.kind, self.state, self.message_id, self.digest.hex(), file, self.note


async def add_messages(archive: Archive, exchange: Session) -> AsyncIterator[bytes]:
    """Adds the list of messages, the bytes of each, and a table of both. What is kept meanwhile is in none of them."""
    found: list[_Listed] = []
    async with exchange.download("/v1/messages", accept=JSON_LINES) as lines:
        async for ready in archive.file("messages.jsonl", _noted(lines, found)):
            yield ready
    for message in found:
        async for ready in _add_bytes(archive, exchange, message):
            yield ready
    async for ready in archive.whole_file("messages.csv", as_csv(HEADINGS, (message.row() for message in found))):
        yield ready


async def _add_bytes(archive: Archive, exchange: Session, message: _Listed) -> AsyncIterator[bytes]:
    """Adds the bytes of a message; notes where there are none, or where they are not those that were exchanged."""
    try:
        async with exchange.download(f"/v1/messages/{message.message_id}/raw") as body:
            async for ready in archive.file(message.file, body):
                yield ready
    except DomainError as error:
        if error.code not in _NO_FILE:
            raise
        message.note = _NO_FILE[error.code]
    else:
        message.note = "" if archive.last_digest == message.digest.hex() else DAMAGED


async def _noted(lines: AsyncIterator[bytes], found: list[_Listed]) -> AsyncIterator[bytes]:
    async for line in lines_in(lines):
        of = _Line.model_validate_json(line)
        kind, state = intern(of.kind), intern(of.state)
        found.append(_Listed(str(of.message_id), of.created_at, intern(of.direction), kind, state, bytes.fromhex(of.digest)))
        yield line
