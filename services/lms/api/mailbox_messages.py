"""`/v1/mailbox-messages`: every file in and out of mailboxes, byte for byte, with its state and history; decisions about them.

A decision is about the version that its person has read, so that nobody settles what somebody else has settled meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.lms.api.mailbox_access import MailboxReader, MailboxWriter
from services.lms.domain.mailbox_messages import MailboxMessage
from services.lms.schemas.mailbox_messages import (
    Decision,
    MailboxMessageDetail,
    MailboxMessageQuery,
    MailboxMessageView,
    Whole,
    message_detail,
    message_view,
)
from services.lms.store import asked, post
from services.lms.store.post import Filter
from services.lms.usecases import post_decisions
from services.lms.usecases.post_decisions import Decided, visible
from shared.auth import Principal
from shared.clock import Clock
from shared.http.headers import etag
from shared.http.instants import bounds_of
from shared.http.paging import Page, number
from shared.http.refusals import refusals
from shared.http.repeating import Attempt, attempt_at
from shared.http.representations import never_shown
from shared.http.trees import After, Leaves, TreeView, tree_view

_NO_SUCH = "no-such-mailbox-message"
_ONE = "/{message_id}"
MessagePath = Annotated[UUID, Path(description="Id of the file, as the list shows it")]
MessageAttempt = Annotated[Attempt, Depends(attempt_at("file"))]
Decide = Callable[[AsyncConnection, Decided, Clock], Awaitable[MailboxMessage]]


def mailbox_messages_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of the files of mailboxes."""
    router = APIRouter(prefix="/v1/mailbox-messages", tags=["mailbox messages"])
    _add_reading(router, engine, clock)
    _add_contents(router, engine)
    _add_deciding(router, engine, clock)
    return router


def _add_reading(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def list_mailbox_messages(
        caller: MailboxReader, query: Annotated[MailboxMessageQuery, Query()]
    ) -> Page[MailboxMessageView]:
        """Files of the council's mailboxes, or of all for operations staff, the newest first."""
        wanted = Filter(**bounds_of(query.filters(), clock), council=caller.council)
        async with engine.connect() as connection:
            rows = await post.page(connection, wanted, after=query.after(number), limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.seq,), view=message_view)

    async def get_mailbox_message(message_id: MessagePath, caller: MailboxReader, response: Response) -> MailboxMessageDetail:
        """One file with its findings, its orders and their faults, the files that answer it, and every change of its state."""
        async with engine.connect() as connection:
            return await _detail(connection, await visible(connection, message_id, caller.council), response)

    router.add_api_route("", list_mailbox_messages, methods=["GET"], responses=refusals())
    router.add_api_route(_ONE, get_mailbox_message, methods=["GET"], responses=refusals(_NO_SUCH))


def _add_contents(router: APIRouter, engine: AsyncEngine) -> None:
    async def get_mailbox_message_bytes(message_id: MessagePath, caller: MailboxReader) -> Response:
        """The bytes as they were exchanged."""
        async with engine.connect() as connection:
            await visible(connection, message_id, caller.council)
            raw = await post.bytes_of(connection, message_id)
        return Response(raw, media_type="application/octet-stream", headers=never_shown(str(message_id)))

    async def get_mailbox_message_tree(
        message_id: MessagePath, caller: MailboxReader, after: After = 0, leaves: Leaves = 500
    ) -> TreeView:
        """The file segment by segment, each with its findings."""
        async with engine.connect() as connection:
            found = await visible(connection, message_id, caller.council)
            raw = await post.bytes_of(connection, message_id)
        return await tree_view(raw, found.findings, after, leaves)

    refused = refusals(_NO_SUCH)
    router.add_api_route(f"{_ONE}/raw", get_mailbox_message_bytes, methods=["GET"], response_class=Response, responses=refused)
    router.add_api_route(f"{_ONE}/tree", get_mailbox_message_tree, methods=["GET"], responses=refused)


def _add_deciding(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def decided(
        message_id: UUID, body: Decision, caller: Principal, attempt: Attempt, response: Response, decide: Decide
    ) -> MailboxMessageDetail:
        """Returns the file after the decision; a repetition decides nothing, and gets the file as it is now."""
        decision = Decided(message_id, caller.council, attempt.version, caller.subject, body.reason)
        async with attempt.repeatable.once(engine, caller) as turn:
            if turn.first:
                message = await decide(turn.connection, decision, clock)
            else:
                message = await visible(turn.connection, message_id, caller.council)
            return await _detail(turn.connection, message, response)

    async def replay_mailbox_message(
        message_id: MessagePath, body: Decision, caller: MailboxWriter, attempt: MessageAttempt, response: Response
    ) -> MailboxMessageDetail:
        """Reads a file in again, by the profile that its mailbox has now. Orders that were placed are not placed again."""
        return await decided(message_id, body, caller, attempt, response, post_decisions.replay)

    async def discard_mailbox_message(
        message_id: MessagePath, body: Decision, caller: MailboxWriter, attempt: MessageAttempt, response: Response
    ) -> MailboxMessageDetail:
        """Closes a file that waits for a person. Its bytes are kept."""
        return await decided(message_id, body, caller, attempt, response, post_decisions.discard)

    async def offer_mailbox_message_again(
        message_id: MessagePath, body: Decision, caller: MailboxWriter, attempt: MessageAttempt, response: Response
    ) -> MailboxMessageDetail:
        """Puts a file out again for the LMS: the same bytes under the same number and name."""
        return await decided(message_id, body, caller, attempt, response, post_decisions.offer_again)

    refused = refusals(_NO_SUCH, "wrong-state")
    for action, route in (
        ("replay", replay_mailbox_message),
        ("discard", discard_mailbox_message),
        ("offer-again", offer_mailbox_message_again),
    ):
        router.add_api_route(f"{_ONE}/{action}", route, methods=["POST"], responses=refused)


async def _detail(connection: AsyncConnection, message: MailboxMessage, response: Response) -> MailboxMessageDetail:
    response.headers["ETag"] = etag(message.version)
    message_id = message.message_id
    orders = await asked.orders_of(connection, message_id)
    answers = await post.answers_to(connection, message_id)
    return message_detail(Whole(message, orders, answers, await post.history(connection, message_id)))
