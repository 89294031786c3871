"""How a mailbox does: who logged in, what people did with it, and whether the LMS's own server can be reached."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.api.mailbox_access import NO_SUCH, PATH, Keeping, MailboxName, MailboxReader, MailboxWriter
from services.lms.schemas.mailboxes import (
    MailboxChangeView,
    MailboxStandingView,
    MailboxTestView,
    change_view,
    standing_view,
    test_view,
)
from services.lms.store.mailboxes import list_changes, standing_of
from services.lms.usecases import mailboxes
from shared.errors import DomainError, Kind
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable


def mailbox_state_router(engine: AsyncEngine, keeping: Keeping) -> APIRouter:
    """Returns these routes."""
    router = APIRouter(prefix=f"{PATH}/{{mailbox_id}}", tags=["mailboxes"])
    _add_reading(router, engine)
    _add_testing(router, engine, keeping)
    return router


def _add_reading(router: APIRouter, engine: AsyncEngine) -> None:
    async def get_mailbox_standing(caller: MailboxReader, mailbox_id: MailboxName) -> MailboxStandingView:
        """Returns when somebody last logged in, and what went wrong since then."""
        async with engine.connect() as connection:
            await mailboxes.get(connection, caller.council, mailbox_id)
            return standing_view(await standing_of(connection, mailbox_id))

    async def list_mailbox_changes(
        caller: MailboxReader, mailbox_id: MailboxName, query: Annotated[PageQuery, Query()]
    ) -> Page[MailboxChangeView]:
        """Lists what people did with a mailbox, the newest first."""
        after = query.after(int)
        async with engine.connect() as connection:
            await mailboxes.get(connection, caller.council, mailbox_id)
            rows = await list_changes(connection, mailbox_id, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.change_id,), view=change_view)

    router.add_api_route("/standing", get_mailbox_standing, methods=["GET"], responses=refusals(NO_SUCH))
    router.add_api_route("/changes", list_mailbox_changes, methods=["GET"], responses=refusals(NO_SUCH))


def _add_testing(router: APIRouter, engine: AsyncEngine, keeping: Keeping) -> None:
    async def test_mailbox(caller: MailboxWriter, mailbox_id: MailboxName, repeatable: Repeatable) -> MailboxTestView:
        """Logs in at the LMS's own server now, lists the folders, and says what came back. Changes nothing, there or here."""
        async with repeatable.once(engine, caller) as turn:
            found = await mailboxes.get(turn.connection, caller.council, mailbox_id)
        if found.place is None:
            detail = "The LMS logs in here, so there is nothing to connect to; its last login is in `/standing`."
            raise DomainError("mailbox-is-ours", detail, Kind.CONFLICT)
        return test_view(await keeping.visiting.look(found, keeping.clock.now()))

    router.add_api_route("/test", test_mailbox, methods=["POST"], responses=refusals(NO_SUCH, "mailbox-is-ours"))
