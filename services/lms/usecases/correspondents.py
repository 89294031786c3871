"""Finds mailboxes with the dialects of their LMSs: profiles that we ship, and councils' own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms import dialects
from services.lms.dialects import LmsProfile
from services.lms.dialects.facts import Answer, FileOut, ReadFile, Sending
from services.lms.domain.mailboxes import Mailbox
from services.lms.speaking import Correspondent
from services.lms.store.mailboxes import find_mailbox, list_mailboxes
from services.lms.usecases.profiles import profile_of

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class ProfileDialect:
    """A dialect that a profile states."""

    profile: LmsProfile

    @property
    def repeats_answers(self) -> bool:
        """Whether the LMS is given the first answers again when it puts the same bytes in again."""
        return self.profile.files.answers_again

    @property
    def wants_hub_leg(self) -> bool:
        """Whether it is told of goods on their way to the hub, instead of those on their way to the branch."""
        return self.profile.writing.hub_leg

    def read(self, raw: bytes) -> ReadFile:
        """Reads a file that the LMS put in."""
        return dialects.read(raw, self.profile)

    def write(self, answer: Answer, sending: Sending) -> FileOut | None:
        """Writes an answer; None where the LMS takes none of this kind."""
        return dialects.write(answer, self.profile, sending)


class KnownMailboxes:
    """The mailboxes that there are, also those that are switched off for now: what is for them waits in them."""

    async def named(self, connection: AsyncConnection, mailbox_id: str, /) -> Correspondent | None:
        """Returns a mailbox; None where there is none any more."""
        found = await find_mailbox(connection, mailbox_id)
        return None if found is None else _correspondent(found)

    async def of_council(self, connection: AsyncConnection, council: str, /) -> Sequence[Correspondent]:
        """Returns the mailboxes of a council, the oldest first."""
        return [_correspondent(each) for each in await list_mailboxes(connection, council, after=None, limit=_MOST)]


def _correspondent(mailbox: Mailbox) -> Correspondent:
    return Correspondent(mailbox.mailbox_id, mailbox.council, ProfileDialect(profile_of(mailbox.profile)))
