"""`python -m services.suppliers.republish [--council ISIL] [--since DAY]`: publishes again what is so by an exchange's events.

With a council, only what names that council. The supplier itself is announced at every start of its exchange.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.exchange import load_adapter
from services.suppliers.settings import SuppliersSettings
from services.suppliers.store import publications
from shared.dead_letter_news import dead_letter_chapter
from shared.republish import PAGE, Chapter, Owner, Page, Statement, Wanted, command


async def _publications(connection: AsyncConnection, wanted: Wanted, after: int | None) -> Page:
    found = await publications.publications_after(connection, wanted.council, wanted.since, after=after, limit=PAGE)
    return Page.of(found, (Statement(one.event, at=one.stated_at) for _, one in found), lambda last: last[0])


def _service() -> str:
    return f"supplier-{load_adapter(SuppliersSettings()).profile.supplier_id}"


OWNER = Owner([Chapter("fact", _publications), dead_letter_chapter(_service)], publications.councils)


if __name__ == "__main__":
    command(OWNER)
