"""`python -m services.catalogue.republish [--since DAY]`: publishes ordered titles again as they are now,
and the judgements of their records.

Titles belong to all councils. Requests for records are no part of it: a supplier must not be asked twice.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.store.judgements import judgements_after
from shared.republish import PAGE, Chapter, Owner, Page, Statement, Wanted, command


async def _titles(connection: AsyncConnection, wanted: Wanted, after: str | None) -> Page:
    found = await store.published_after(connection, wanted.since, after=after, limit=PAGE)
    statements = [Statement(outgoing.title_changed(title), title.version, title.changed_at) for title in found]
    return Page(statements, len(found), found[-1].isbn if len(found) == PAGE else None)


async def _judgements(connection: AsyncConnection, wanted: Wanted, after: tuple[str, str] | None) -> Page:
    found = await judgements_after(connection, wanted.since, after=after, limit=PAGE)
    statements = [Statement(outgoing.record_judged(each), each.version, each.judged_at) for each in found]
    return Page(statements, len(found), (found[-1].isbn, found[-1].council) if len(found) == PAGE else None)


OWNER = Owner([Chapter("title", _titles), Chapter("judgement", _judgements)], councils=None)


if __name__ == "__main__":
    command(OWNER)
