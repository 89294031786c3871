"""`python -m services.lms.republish [--council ISIL] [--since DAY]`: publishes again which files of mailboxes wait for a person.

The orders of files are not asked for again by it: whoever waits for an answer of the order book reads the file in again.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms import outgoing
from services.lms.store import post
from shared.dead_letter_news import dead_letter_chapter
from shared.republish import PAGE, Chapter, Owner, Page, Statement, Wanted, command


async def _held(connection: AsyncConnection, wanted: Wanted, after: int | None) -> Page:
    found = await post.held_after(connection, wanted.council, wanted.since, after=after, limit=PAGE)
    statements = (Statement(outgoing.held(one, at=one.moved_at), at=one.moved_at) for one in found)
    return Page.of(found, statements, lambda last: last.seq)


OWNER = Owner([Chapter("file", _held), dead_letter_chapter(lambda: "lms")], post.councils)


if __name__ == "__main__":
    command(OWNER)
