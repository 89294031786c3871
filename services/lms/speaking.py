"""Who is spoken to: a mailbox and the dialect of its LMS. Reading and answering need no more of either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.dialects.facts import Answer, FileOut, ReadFile, Sending


class Dialect(Protocol):
    """How the LMS of a mailbox speaks. Pure, and never raises for bad content."""

    @property
    def repeats_answers(self) -> bool:
        """Whether the LMS is given the first answers again when it puts the same bytes in again."""

    @property
    def wants_hub_leg(self) -> bool:
        """Whether it is told of goods on their way to the hub, instead of those on their way to the branch."""

    def read(self, raw: bytes) -> ReadFile:
        """Reads a file that the LMS put in."""

    def write(self, answer: Answer, sending: Sending) -> FileOut | None:
        """Writes an answer; None where the LMS does not take answers of this kind, or this one says nothing to it."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A mailbox of a council, and how its LMS speaks."""

    mailbox_id: str
    council: str
    dialect: Dialect


class Correspondents(Protocol):
    """Finds mailboxes, also those that are switched off for now: what is for them waits in them."""

    async def named(self, connection: AsyncConnection, mailbox_id: str, /) -> Correspondent | None:
        """Returns a mailbox; None where there is none any more."""

    async def of_council(self, connection: AsyncConnection, council: str, /) -> Sequence[Correspondent]:
        """Returns the mailboxes of a council, the oldest first."""
