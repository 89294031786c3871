"""`python -m services.catalogue.republish [--since DAY]`: publishes ordered titles again as they are now,
the judgements of their records, how often these were supplied, the counts of what was catalogued twice, requests for records,
catalogue rules, and switches.

Titles belong to all councils. An exchange does not act upon a request that is published again: no supplier is asked twice.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.store.asks import asks_after
from services.catalogue.store.duplication import duplication_after
from services.catalogue.store.judgements import judgements_after
from services.catalogue.store.switches import SWITCHES
from shared.dead_letter_news import dead_letter_chapter
from shared.republish import PAGE, Chapter, Owner, Page, Statement, Wanted, command
from shared.sourcing.chapters import change_chapter, rule_chapter, switch_chapter
from shared.sourcing.rules import Strand
from shared.sourcing.store import rules_after


async def _titles(connection: AsyncConnection, wanted: Wanted, after: str | None) -> Page:
    found = await store.published_after(connection, wanted.since, after=after, limit=PAGE)
    statements = (Statement(outgoing.title_changed(title), title.version, title.changed_at) for title in found)
    return Page.of(found, statements, lambda title: title.isbn)


async def _judgements(connection: AsyncConnection, wanted: Wanted, after: tuple[str, str] | None) -> Page:
    found = await judgements_after(connection, wanted.since, after=after, limit=PAGE)
    statements = (Statement(outgoing.record_judged(each), each.version, each.judged_at) for each in found)
    return Page.of(found, statements, lambda each: (each.isbn, each.council))


async def _record_counts(connection: AsyncConnection, wanted: Wanted, after: tuple[str, str] | None) -> Page:
    found = await store.times_supplied_after(connection, wanted.since, after=after, limit=PAGE)
    statements = (Statement(outgoing.record_counted(each), each.times, each.supplied_at) for each in found)
    return Page.of(found, statements, lambda last: (last.isbn, last.supplier_id))


async def _duplication(connection: AsyncConnection, wanted: Wanted, after: tuple[date, str, str] | None) -> Page:
    since = None if wanted.since is None else wanted.since.date()
    found = await duplication_after(connection, since, after=after, limit=PAGE)
    statements = (Statement(outgoing.duplication_counted(day, each), each.version) for day, each in found)
    return Page.of(found, statements, lambda last: (last[0], last[1].supplier_id, last[1].council))


async def _requests(connection: AsyncConnection, wanted: Wanted, after: tuple[str, str] | None) -> Page:
    found = await asks_after(connection, wanted.since, after=after, limit=PAGE)
    statements = (Statement(outgoing.record_requested(ask, at), at=at) for ask, at in found)
    return Page.of(found, statements, lambda last: (last[0].isbn, last[0].supplier_id))


OWNER = Owner(
    [
        Chapter("title", _titles),
        Chapter("judgement", _judgements),
        Chapter("record count", _record_counts),
        Chapter("duplication count", _duplication),
        Chapter("request", _requests),
        rule_chapter("catalogue rule", partial(rules_after, strand=Strand.CATALOGUE), outgoing.rule_changed),
        switch_chapter(SWITCHES, outgoing.switch_changed),
        change_chapter(Strand.CATALOGUE),
        dead_letter_chapter(lambda: "catalogue"),
    ],
    councils=None,
)


if __name__ == "__main__":
    command(OWNER)
