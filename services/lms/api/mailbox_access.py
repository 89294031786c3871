"""How callers of mailboxes' routes are recognised, and how mailboxes are answered to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Response
from pydantic import SecretStr

from services.lms.domain.mailboxes import Mailbox
from services.lms.schemas.mailboxes import MailboxView, MailboxWithPassword, mailbox_view, with_password
from services.lms.sealing import Seal
from services.lms.usecases.mailboxes import Read
from services.lms.visiting import Visiting
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.http.headers import IfMatchWhereSent, etag, required_version

PATH = "/v1/mailboxes"
NO_SUCH = "no-such-mailbox"
MailboxName = Annotated[str, Path(max_length=40, description="Name of the mailbox", examples=["suffolk-koha"])]
MailboxReader = Annotated[Principal, Depends(principal_with("lms:read"))]
MailboxWriter = Annotated[Principal, Depends(principal_with("lms:write"))]
# Of passwords, nothing between us and the caller may keep a copy.
_NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the routes keep mailboxes with. `most` is how many a council may have; `visiting` connects to LMSs' own servers."""

    seal: Seal
    clock: Clock
    visiting: Visiting
    most: int


def read_by(caller: Principal, mailbox_id: str, if_match: str) -> Read:
    """Returns a mailbox that a caller wants to change, as it had read it."""
    version = required_version(if_match, "mailbox") if if_match else None
    return Read(caller.council, mailbox_id, version, caller.subject)


def _as_read(caller: MailboxWriter, mailbox_id: MailboxName, if_match: IfMatchWhereSent = "") -> Read:
    return read_by(caller, mailbox_id, if_match)


AsRead = Annotated[Read, Depends(_as_read)]
"""The annotation of a route's parameter: which mailbox it changes."""


def shown(response: Response, mailbox: Mailbox, now: datetime) -> MailboxView:
    """Returns the answer with a mailbox."""
    response.headers["ETag"] = etag(mailbox.version)
    return mailbox_view(mailbox, now)


def secretly(response: Response, mailbox: Mailbox, password: SecretStr | None, now: datetime) -> MailboxWithPassword:
    """Returns the answer with a password that we made; None where there is none, or it was shown before."""
    response.headers.update(_NOT_KEPT)
    response.headers["ETag"] = etag(mailbox.version)
    return with_password(mailbox, password, now)
