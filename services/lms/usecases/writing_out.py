"""Writes files for an LMS: each with the next number of its mailbox, kept in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.dialects.facts import Answer, Sending
from services.lms.domain.mailbox_messages import Direction, State
from services.lms.speaking import Correspondent
from services.lms.store import post
from services.lms.store.post import NewFile
from services.lms.usecases.holding import hold
from shared.clock import Clock
from shared.ids import new_id


async def write_out(
    connection: AsyncConnection,
    to: Correspondent,
    answer: Answer,
    clock: Clock,
    *,
    answers: UUID | None = None,
    order_numbers: Iterable[str] = (),
) -> bool:
    """Puts an answer into a mailbox; returns False where the LMS takes none of this kind. `answers`: the file that it answers.

    What is withheld from the LMS has no number of its own, and waits for a person.
    """
    # Locked until the commit: a number that is not used after all is given again, so there are no gaps.
    reference = await post.lock_last_reference(connection, to.mailbox_id) + 1
    now = clock.now()
    out = to.dialect.write(answer, Sending(reference, now))
    if out is None:
        return False
    new = NewFile(
        message_id=new_id(),
        mailbox_id=to.mailbox_id,
        council=to.council,
        direction=Direction.OUT,
        kind=out.kind,
        folder=out.folder,
        name=out.name,
        raw=out.content,
        state=State.FAILED if out.withheld else State.READY,
        reason=out.withheld,
        reference=None if out.withheld else reference,
        order_numbers=tuple(sorted(set(order_numbers))),
        answers=answers,
    )
    await post.keep(connection, new, now=now)
    if out.withheld:
        await hold(connection, await post.lock(connection, new.message_id), clock)
    else:
        await post.take_reference(connection, to.mailbox_id, reference)
    return True
