"""A mailbox: where files of one council's LMS come in and go out, and who may open it. Pure; the caller passes the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

Profile = str | Mapping[str, JsonValue]
"""How an LMS speaks: the name of a profile that we ship, or a whole profile."""


class Mode(StrEnum):
    """Who connects to whom: `server`: the LMS logs in to us; `client`: we log in to the LMS's own SFTP server."""

    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Place:
    """The LMS's own SFTP server. `host_keys`: its public keys, `type base64` each; any other key is refused."""

    host: str
    port: int
    host_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many files, and bytes of them, may wait to be read; how many bytes of files out are kept on offer."""

    files_waiting: int
    bytes_waiting: int
    bytes_on_offer: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a mailbox.

    Mode `server`: `public_keys` of the LMS, and a `password` as its hash. Mode `client`: our `private_key` or `password` for the
    LMS's server, both sealed; `public_keys` has the public part of our key.
    """

    public_keys: tuple[str, ...] = ()
    password: str = ""
    private_key: str = ""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox. `number` is that of its lock. The credentials before count until `previous_until`. `user`: who logs in."""

    mailbox_id: str
    number: int
    council: str
    description: str
    profile: Profile
    user: str
    place: Place | None
    quota: Quota
    enabled: bool
    credentials: Credentials = field(repr=False)
    previous_credentials: Credentials | None = field(repr=False)
    previous_until: datetime | None
    version: int
    created_at: datetime
    created_by: str

    @property
    def mode(self) -> Mode:
        """Who connects to whom."""
        return Mode.SERVER if self.place is None else Mode.CLIENT

    def credentials_at(self, now: datetime) -> Sequence[Credentials]:
        """Returns the credentials that count at a moment, the newest first."""
        previous = self.previous_credentials
        if previous is None or self.previous_until is None or self.previous_until <= now:
            return (self.credentials,)
        return (self.credentials, previous)


@dataclass(frozen=True, slots=True)
class MailboxChange:
    """One thing that a person did with a mailbox, and why. `change_id` grows."""

    change_id: int
    at: datetime
    what: str
    reason: str
    actor: str
    correlation_id: str
