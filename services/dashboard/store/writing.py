"""Writes events into the read model. Statements may run twice and in any order of events: the result is the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, case, cast, delete, exists, false, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.copies import CopyNews, OrderNews
from services.dashboard.domain.searching import searched_words
from services.dashboard.store.day_tables import counted_in, placed_order
from services.dashboard.store.tables import (
    MILESTONES,
    cancellation,
    consigned_copy,
    consignment,
    copy,
    decision,
    discrepancy,
    duplication,
    feed,
    heard,
    held_file,
    invoice,
    judgement,
    quarantined,
    sending,
    title,
)
from shared.db.arrays import among
from shared.db.bulk import arrays_of, given_rows, keep_newest, update_many

Rows = Sequence[Mapping[str, object]]

# Of a query that is settled nothing is left: who tells it again no longer says why it was asked.
_NO_QUERY: Mapping[str, ColumnElement[Any]] = {"reasons": literal([], ARRAY(Text)), "code": literal("")}
_COPY = tuple(field.name for field in fields(CopyNews))
_STATE = ("state", "reason", "expected_on", "changed_at", "version", "barcode")


async def keep_copies(connection: AsyncConnection, copies: Sequence[CopyNews]) -> None:
    """Adds unknown copies and moves known ones. A copy from a later version of the order keeps its state; no title is lost.

    The earliest time of each milestone stays.

    The database counts the copies until the transaction ends, one transaction at a time: write nothing else after this.
    """
    if not copies:
        return
    rows = given_rows(copy, _COPY)
    # In order of ids, so that two group members that briefly hold events of one order wait for each other, not in a circle.
    statement = insert(copy).from_select(list(_COPY), select(rows).order_by(rows.c.copy_id))
    new = statement.excluded
    later = copy.c.version < new.version
    kept: dict[str, ColumnElement[Any]] = {"title": func.coalesce(func.nullif(new.title, ""), copy.c.title)}
    kept |= {name: func.least(copy.c[name], new[name]) for name in MILESTONES}
    moved = {name: case((later, new[name]), else_=copy.c[name]) for name in _STATE}
    news = (kept[name].is_distinct_from(copy.c[name]) for name in kept)
    changed = statement.on_conflict_do_update(index_elements=[copy.c.copy_id], set_={**moved, **kept}, where=or_(later, *news))
    await connection.execute(changed, arrays_of(copy, [asdict(each) for each in copies]))


async def keep_branches(connection: AsyncConnection, branches: Mapping[UUID, str]) -> None:
    """Keeps for which branch known copies are. The database counts the copies from here on, as for `keep_copies`."""
    rows = [{"copy_id": copy_id, "branch": branch} for copy_id, branch in sorted(branches.items())]
    await update_many(connection, copy, "copy_id", rows)


async def keep_placed_orders(connection: AsyncConnection, orders: Iterable[OrderNews]) -> None:
    """Keeps which suppliers orders were placed with; that never changes."""
    rows = sorted((asdict(order) for order in orders), key=lambda row: (row["order_id"], row["supplier_id"]))
    if rows:
        await connection.execute(insert(placed_order).on_conflict_do_nothing(), rows)


async def keep_zone(connection: AsyncConnection, zone: str) -> None:
    """Keeps the zone of the days that are counted. It stays until the read model is emptied, so that all days are of one zone."""
    await connection.execute(insert(counted_in).values(zone=zone).on_conflict_do_nothing())


async def keep_decision(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps what a person must decide about a line, from the latest version of its order. The same question keeps its time."""
    statement = insert(decision).values(row)
    same = decision.c.attention == statement.excluded.attention
    changed = {
        "attention": statement.excluded.attention,
        "asked_at": case((same, decision.c.asked_at), else_=statement.excluded.asked_at),
        "version": statement.excluded.version,
    }
    later = decision.c.version < statement.excluded.version
    await connection.execute(statement.on_conflict_do_update(index_elements=[decision.c.line_key], set_=changed, where=later))


async def keep_cancellations(connection: AsyncConnection, rows: Rows) -> None:
    """Keeps when cancellations of lines were requested or answered; the latest time of each stays."""
    if not rows:
        return
    statement = insert(cancellation)
    latest = {name: func.greatest(cancellation.c[name], statement.excluded[name]) for name in ("requested_at", "answered_at")}
    # An answer does not know the council's order number.
    number = func.greatest(cancellation.c.order_number, statement.excluded.order_number)
    changed = {**latest, "order_number": number}
    await connection.execute(statement.on_conflict_do_update(index_elements=[cancellation.c.line_key], set_=changed), rows)


async def keep_judgement(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps the newest version of a judgement."""
    await keep_newest(connection, judgement, [row])


async def keep_duplication(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps the newest counts of a day, supplier and council."""
    await keep_newest(connection, duplication, [row])


async def keep_title(connection: AsyncConnection, isbn: str, name: str, version: int) -> None:
    """Keeps the newest version of a title; no title is replaced by none."""
    words = cast(searched_words(name), TSVECTOR) if name else null()
    statement = insert(title).values(isbn=isbn, title=name, version=version, words=words)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[title.c.isbn],
            set_={
                "title": func.coalesce(func.nullif(statement.excluded.title, ""), title.c.title),
                "version": statement.excluded.version,
                "words": func.coalesce(statement.excluded.words, title.c.words),
            },
            where=title.c.version < statement.excluded.version,
        )
    )


async def note_last_message(
    connection: AsyncConnection,
    council: str,
    supplier_id: str,
    *,
    sent_at: datetime | None = None,
    heard_at: datetime | None = None,
) -> None:
    """Keeps when the last message went to a supplier or arrived from it; the latest time of each stays."""
    statement = insert(heard).values(council=council, supplier_id=supplier_id, sent_at=sent_at, heard_at=heard_at)
    latest = {name: func.greatest(heard.c[name], statement.excluded[name]) for name in ("sent_at", "heard_at")}
    await connection.execute(statement.on_conflict_do_update(index_elements=[heard.c.council, heard.c.supplier_id], set_=latest))


async def note_account(connection: AsyncConnection, council: str, supplier_id: str, *, stopped: bool, at: datetime) -> None:
    """Keeps whether an answer says that the account is stopped; the latest answer counts. Call `note_last_message` first."""
    mine = (heard.c.council == council) & (heard.c.supplier_id == supplier_id)
    later = heard.c.answered_at.is_(None) | (heard.c.answered_at <= at)
    await connection.execute(heard.update().where(mine, later).values(account_stopped=stopped, answered_at=at))


async def keep_sending(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps the outcome of the latest attempt to send a message."""
    statement = insert(sending).values(row)
    later = sending.c.sent_at <= statement.excluded.sent_at
    changed = {name: statement.excluded[name] for name in row if name != "message_id"}
    await connection.execute(statement.on_conflict_do_update(index_elements=[sending.c.message_id], set_=changed, where=later))


async def keep_quarantined(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps that a message is in quarantine, with its latest reason."""
    statement = insert(quarantined).values(row)
    later = quarantined.c.quarantined_at.is_(None) | (quarantined.c.quarantined_at <= statement.excluded.quarantined_at)
    changed: dict[str, ColumnElement[object]] = {name: statement.excluded[name] for name in row if name != "message_id"}
    settled = quarantined.c.settled_at >= statement.excluded.quarantined_at
    changed["in_doubt"] = case((settled, false()), else_=statement.excluded.in_doubt)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[quarantined.c.message_id], set_=changed, where=later)
    )


async def settle_message(
    connection: AsyncConnection, message_id: UUID, *, supplier_id: str, council: str | None, at: datetime
) -> None:
    """Keeps that a message was settled, even where the event of its quarantine has not arrived yet."""
    statement = insert(quarantined).values(message_id=message_id, supplier_id=supplier_id, council=council, settled_at=at)
    settled_at = func.greatest(quarantined.c.settled_at, statement.excluded.settled_at)
    # Nobody knew whether it had arrived, and now somebody does.
    still = and_(quarantined.c.in_doubt, quarantined.c.quarantined_at > settled_at)
    latest = {"settled_at": settled_at, "in_doubt": func.coalesce(still, false())}
    await connection.execute(statement.on_conflict_do_update(index_elements=[quarantined.c.message_id], set_=latest))


async def keep_held(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps that a file of a mailbox waits, with its latest reason."""
    statement = insert(held_file).values(row)
    later = held_file.c.held_at.is_(None) | (held_file.c.held_at <= statement.excluded.held_at)
    changed = {name: statement.excluded[name] for name in row if name != "message_id"}
    await connection.execute(statement.on_conflict_do_update(index_elements=[held_file.c.message_id], set_=changed, where=later))


async def settle_file(connection: AsyncConnection, message_id: UUID, *, mailbox_id: str, council: str, at: datetime) -> None:
    """Keeps that a file does not wait any more, even where the event that it does has not arrived yet."""
    statement = insert(held_file).values(message_id=message_id, mailbox_id=mailbox_id, council=council, settled_at=at)
    latest = {"settled_at": func.greatest(held_file.c.settled_at, statement.excluded.settled_at)}
    await connection.execute(statement.on_conflict_do_update(index_elements=[held_file.c.message_id], set_=latest))


async def quiet_feed(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps that a feed went quiet, with the latest report of it."""
    statement = insert(feed).values(row)
    later = feed.c.quieted_at.is_(None) | (feed.c.quieted_at <= statement.excluded.quieted_at)
    changed = {name: statement.excluded[name] for name in row if name not in ("supplier_id", "kind")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[feed.c.supplier_id, feed.c.kind], set_=changed, where=later)
    )


async def resume_feed(connection: AsyncConnection, supplier_id: str, kind: str, at: datetime) -> None:
    """Keeps that a feed resumed, even where the event of its silence has not arrived yet."""
    statement = insert(feed).values(supplier_id=supplier_id, kind=kind, resumed_at=at)
    latest = {"resumed_at": func.greatest(feed.c.resumed_at, statement.excluded.resumed_at)}
    await connection.execute(statement.on_conflict_do_update(index_elements=[feed.c.supplier_id, feed.c.kind], set_=latest))


async def keep_query(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps that an invoice is queried, with its latest reasons; without them where it was settled since."""
    statement = insert(invoice).values(row)
    later = invoice.c.queried_at.is_(None) | (invoice.c.queried_at <= statement.excluded.queried_at)
    changed: dict[str, ColumnElement[object]] = {name: statement.excluded[name] for name in row if name != "invoice_id"}
    # What was settled is never queried again: then its query was overtaken, or a clock went back.
    settled = invoice.c.settled_at.is_not(None)
    changed["settled_at"] = case((settled, func.greatest(invoice.c.settled_at, statement.excluded.queried_at)))
    changed |= {name: case((settled, nothing), else_=statement.excluded[name]) for name, nothing in _NO_QUERY.items()}
    await connection.execute(statement.on_conflict_do_update(index_elements=[invoice.c.invoice_id], set_=changed, where=later))


async def settle_invoice(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps that an invoice was settled (`settled_at`), even where the event of its query has not arrived yet."""
    statement = insert(invoice).values(row)
    stated = {name: statement.excluded[name] for name in row if name not in ("invoice_id", "settled_at")}
    latest = {
        **stated,
        "settled_at": func.greatest(invoice.c.settled_at, statement.excluded.settled_at, invoice.c.queried_at),
        **_NO_QUERY,
    }
    await connection.execute(statement.on_conflict_do_update(index_elements=[invoice.c.invoice_id], set_=latest))


async def keep_consignment(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps a consignment's expected day once it is known, and the time of its latest scan."""
    statement = insert(consignment).values(row)
    changed = {
        "expected_on": func.coalesce(statement.excluded.expected_on, consignment.c.expected_on),
        "received_at": func.greatest(consignment.c.received_at, statement.excluded.received_at),
    }
    await connection.execute(statement.on_conflict_do_update(index_elements=[consignment.c.consignment_id], set_=changed))


async def keep_consigned(
    connection: AsyncConnection, consignment_id: UUID, parcels: Mapping[UUID, str], *, received: bool, due: date | None = None
) -> None:
    """Keeps which copies a consignment holds; a scanned copy stays scanned. `due`: the day on which they are expected.

    `parcels`: for each copy the parcel that it is in, "" where none is known.
    """
    known = date.max if due is None else due  # infinity: copies without a day are never late
    same = {"consignment_id": consignment_id, "received": received, "due": None if received else known}
    rows = [{**same, "copy_id": copy_id, "parcel_id": parcel} for copy_id, parcel in sorted(parcels.items())]
    if not rows:
        return
    statement = insert(consigned_copy)
    c, new = consigned_copy.c, statement.excluded
    scanned = c.received | new.received
    changed = {
        "received": scanned,
        "due": case((~scanned, func.least(c.due, new.due))),
        "parcel_id": func.coalesce(func.nullif(new.parcel_id, ""), c.parcel_id),
    }
    await connection.execute(statement.on_conflict_do_update(index_elements=[c.consignment_id, c.copy_id], set_=changed), rows)


async def drop_consigned(connection: AsyncConnection, consignment_id: UUID, copy_ids: Collection[UUID]) -> None:
    """Drops copies that are in another consignment since, and with the last one the consignment."""
    c = consigned_copy.c
    await connection.execute(delete(consigned_copy).where(c.consignment_id == consignment_id, among(c.copy_id, copy_ids)))
    rest = exists().where(c.consignment_id == consignment.c.consignment_id)
    await connection.execute(delete(consignment).where(consignment.c.consignment_id == consignment_id, ~rest))


async def keep_discrepancy(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps a discrepancy; it never changes."""
    await connection.execute(insert(discrepancy).values(row).on_conflict_do_nothing())
