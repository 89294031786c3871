"""`/v1/mailboxes`: where files of an LMS come in and go out, and who may open it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.api.mailbox_access import (
    NO_SUCH,
    PATH,
    AsRead,
    Keeping,
    MailboxName,
    MailboxReader,
    MailboxWriter,
    read_by,
    secretly,
    shown,
)
from services.lms.domain.mailboxes import Mailbox
from services.lms.schemas.mailboxes import (
    MailboxBody,
    MailboxView,
    MailboxWithPassword,
    NewCredentials,
    NewMailbox,
    WhyDeleted,
    mailbox_view,
)
from services.lms.store.mailboxes import list_mailboxes
from services.lms.usecases import mailboxes
from services.lms.usecases.mailboxes import Read, refused
from shared.auth import Principal
from shared.clock import Clock
from shared.http.headers import IfMatch, required_version
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable

_ONE = "/{mailbox_id}"
_REFUSED = "refused-mailbox"


def mailboxes_router(engine: AsyncEngine, keeping: Keeping) -> APIRouter:
    """Returns the routes of mailboxes."""
    router = APIRouter(prefix=PATH, tags=["mailboxes"])
    _add_creating(router, engine, keeping)
    _add_reading(router, engine, keeping.clock)
    _add_changing(router, engine, keeping)
    _add_rotating(router, engine, keeping)
    return router


def _add_creating(router: APIRouter, engine: AsyncEngine, keeping: Keeping) -> None:
    clock = keeping.clock

    async def create_mailbox(
        body: NewMailbox, caller: MailboxWriter, response: Response, repeatable: Repeatable
    ) -> MailboxWithPassword:
        """Makes a mailbox. Where the LMS logs in here and nothing opens it, we make a password, which only this answer shows."""
        wanted, council = body.wanted(body.mailbox_id), _council(caller, body.council)
        # Names are resolved, and passwords hashed, outside of the transaction.
        await keeping.visiting.check(wanted.place)
        prepared = await asyncio.to_thread(
            mailboxes.prepare, body.credentials.given(), wanted.mode, keeping.seal, at="/credentials"
        )
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                read = Read(council, body.mailbox_id, None, caller.subject)
                made = await mailboxes.create(turn.connection, read, wanted, prepared.credentials, clock, most=keeping.most)
            else:
                made = await mailboxes.get(turn.connection, council, body.mailbox_id)
        response.headers["Location"] = f"{PATH}/{made.mailbox_id}"
        return secretly(response, made, prepared.made if turn.first else None, clock.now())

    codes = refusals(_REFUSED, "mailbox-name-taken", "too-many-mailboxes", NO_SUCH)
    router.add_api_route("", create_mailbox, methods=["POST"], status_code=201, responses=codes)


def _add_reading(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def get_mailboxes(caller: MailboxReader, query: Annotated[PageQuery, Query()]) -> Page[MailboxView]:
        """Lists the council's mailboxes, or those of all councils for operations staff; the oldest first."""
        after = query.after(datetime.fromisoformat, str)
        async with engine.connect() as connection:
            rows = await list_mailboxes(connection, caller.council, after=after, limit=query.fetched)
        now = clock.now()
        return query.page(rows, keys=_keys, view=lambda row: mailbox_view(row, now))

    async def get_mailbox(caller: MailboxReader, mailbox_id: MailboxName, response: Response) -> MailboxView:
        """Returns a mailbox; not its secrets."""
        async with engine.connect() as connection:
            found = await mailboxes.get(connection, caller.council, mailbox_id)
        return shown(response, found, clock.now())

    router.add_api_route("", get_mailboxes, methods=["GET"], responses=refusals(), operation_id="list_mailboxes")
    router.add_api_route(_ONE, get_mailbox, methods=["GET"], responses=refusals(NO_SUCH))


def _add_changing(router: APIRouter, engine: AsyncEngine, keeping: Keeping) -> None:
    clock = keeping.clock

    async def replace_mailbox(
        body: MailboxBody, caller: MailboxWriter, mailbox_id: MailboxName, response: Response, if_match: IfMatch = ""
    ) -> MailboxView:
        """States a mailbox again. Its credentials stay, and so does who logs in to whom."""
        required_version(if_match, "mailbox")
        wanted = body.wanted(mailbox_id)
        await keeping.visiting.check(wanted.place)
        async with engine.begin() as connection:
            changed = await mailboxes.change(connection, read_by(caller, mailbox_id, if_match), wanted, clock)
        return shown(response, changed, clock.now())

    async def delete_mailbox(caller: MailboxWriter, read: AsRead, repeatable: Repeatable, reason: WhyDeleted) -> None:
        """Closes a mailbox for ever. Its files stay, and can be read; no other mailbox can have its name."""
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await mailboxes.delete(turn.connection, read, reason, clock)

    codes = refusals(NO_SUCH, _REFUSED, "mailbox-mode-fixed", "mailbox-name-taken")
    router.add_api_route(_ONE, replace_mailbox, methods=["PUT"], responses=codes)
    router.add_api_route(_ONE, delete_mailbox, methods=["DELETE"], status_code=204, responses=refusals(NO_SUCH))


def _add_rotating(router: APIRouter, engine: AsyncEngine, keeping: Keeping) -> None:
    clock = keeping.clock

    async def rotate_mailbox_credentials(
        body: NewCredentials, caller: MailboxWriter, read: AsRead, response: Response, repeatable: Repeatable
    ) -> MailboxWithPassword:
        """Gives a mailbox other credentials. For some hours those before count, too, so that nobody is locked out."""
        keep = timedelta(hours=body.keep_previous_hours)
        async with engine.connect() as connection:
            mode = (await mailboxes.get(connection, caller.council, read.mailbox_id)).mode
        prepared = await asyncio.to_thread(mailboxes.prepare, body.given(), mode, keeping.seal, at="")
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                changed = await mailboxes.rotate(turn.connection, read, prepared.credentials, clock, keep=keep)
            else:
                changed = await mailboxes.get(turn.connection, read.council, read.mailbox_id)
        return secretly(response, changed, prepared.made if turn.first else None, clock.now())

    path = f"{_ONE}/rotate-credentials"
    router.add_api_route(path, rotate_mailbox_credentials, methods=["POST"], responses=refusals(NO_SUCH, _REFUSED))


def _council(caller: Principal, stated: str | None) -> str:
    """Returns the council of a new mailbox. Raises DomainError (422): a council states its own or none, staff must state one."""
    if caller.council is None and stated is None:
        raise refused("/council", "State the council: your token acts for all of them.")
    if caller.council is not None and stated not in (None, caller.council):
        raise refused("/council", "Your token acts for another council; leave this out.")
    council = stated or caller.council
    assert council is not None
    return council


def _keys(mailbox: Mailbox) -> tuple[datetime, str]:
    return mailbox.created_at, mailbox.mailbox_id
