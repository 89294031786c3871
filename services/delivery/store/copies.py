"""Queries on expected copies and on goods that suppliers advised."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.allocation import BarcodeInUse, Despatch
from services.delivery.domain.goods import AWAITING_GOODS, ExpectedCopy, GoodsState, ItemState
from services.delivery.domain.units import Unit
from services.delivery.store.tables import advised_parcel, consigned_item, consignment, expected_copy
from shared.contracts.base import Place
from shared.contracts.trials import arm_or_none
from shared.db.arrays import among
from shared.db.bulk import insert_new, update_many

_FIELDS = tuple(ExpectedCopy.__dataclass_fields__)


def to_copy(row: Row[*tuple[Any, ...]]) -> ExpectedCopy:
    """Returns the copy of a row that has all columns of `expected_copy`."""
    return ExpectedCopy(
        copy_id=row.copy_id,
        council=row.council,
        order_id=row.order_id,
        order_number=row.order_number,
        line_key=row.line_key,
        isbn=row.isbn,
        branch=Place.model_validate(row.branch),
        supplier_id=row.supplier_id,
        copy_number=row.copy_number,
        state=GoodsState(row.state),
        wanted=row.wanted,
        item_id=row.item_id,
        fund=row.fund,
        sequence=row.sequence,
        rotation_plan=row.rotation_plan,
        barcode=row.barcode,
        substitute_isbn=row.substitute_isbn,
        deliver_to=None if row.deliver_to is None else Place.model_validate(row.deliver_to),
        deliver_to_asked=row.deliver_to_asked,
        material=row.material,
        route_trial=arm_or_none(row.route_trial, row.route_arm),
        former_places=tuple(map(Place.model_validate, row.former_places or ())),
        closed_places=tuple(map(Place.model_validate, row.closed_places or ())),
    )


async def add_copies(connection: AsyncConnection, copies: Sequence[ExpectedCopy]) -> None:
    """Adds copies; known ones stay as they are, but for the material that an earlier release did not keep."""
    rows = [
        {
            **{name: getattr(copy, name) for name in _FIELDS},
            "branch": copy.branch.model_dump(),
            "deliver_to": None if copy.deliver_to is None else copy.deliver_to.model_dump(),
            "route_trial": None if copy.route_trial is None else copy.route_trial.trial,
            "route_arm": None if copy.route_trial is None else copy.route_trial.arm.value,
            "former_places": None,
            "closed_places": None,
        }
        for copy in copies
    ]
    new = {row.copy_id for row in await insert_new(connection, expected_copy, rows, returning=("copy_id",))}
    known = [{"id": copy.copy_id, "now": copy.material} for copy in copies if copy.copy_id not in new]
    c = expected_copy.c
    statement = update(expected_copy).where(c.copy_id == bindparam("id"), c.material.is_(None)).values(material=bindparam("now"))
    if known:
        await connection.execute(statement, sorted(known, key=lambda row: str(row["id"])))


async def set_wanted(connection: AsyncConnection, wanted: Mapping[UUID, bool]) -> None:
    """Keeps which copies the council still waits for. Most events of an order change nothing here, and lock nothing."""
    for value in set(wanted.values()):
        copy_ids = [copy_id for copy_id, is_wanted in wanted.items() if is_wanted is value]
        await connection.execute(update(expected_copy).where(_changing(copy_ids, wanted=value)).values(wanted=value))


async def set_barcodes(connection: AsyncConnection, barcodes: Mapping[UUID, str]) -> None:
    """Keeps the barcodes that copies got before their goods are on the way."""
    statement = update(expected_copy).where(expected_copy.c.copy_id == bindparam("id")).values(barcode=bindparam("code"))
    if barcodes:
        await connection.execute(statement, [{"id": copy_id, "code": code} for copy_id, code in sorted(barcodes.items())])


async def set_places(connection: AsyncConnection, places: Mapping[UUID, Place]) -> None:
    """Keeps where copies are to be unpacked."""
    rows = [{"copy_id": copy_id, "deliver_to": place.model_dump(mode="json")} for copy_id, place in sorted(places.items())]
    await update_many(connection, expected_copy, "copy_id", rows)


async def locked_copies(connection: AsyncConnection, copy_ids: Collection[UUID]) -> list[ExpectedCopy]:
    """Returns these copies, locked in order of id; leaves out unknown ones."""
    query = select(expected_copy).where(among(expected_copy.c.copy_id, copy_ids)).order_by(expected_copy.c.copy_id)
    return [to_copy(row) for row in await connection.execute(query.with_for_update())]


async def set_branches(connection: AsyncConnection, copies: Sequence[ExpectedCopy]) -> None:
    """Keeps for which branches copies are, and where they are unpacked, since branches of before closed."""
    rows = [
        {
            "copy_id": copy.copy_id,
            "branch": copy.branch.model_dump(mode="json"),
            "deliver_to": None if copy.deliver_to is None else copy.deliver_to.model_dump(mode="json"),
            "former_places": [place.model_dump(mode="json") for place in copy.former_places],
            "closed_places": [place.model_dump(mode="json") for place in copy.closed_places],
        }
        for copy in copies
    ]
    await update_many(connection, expected_copy, "copy_id", rows)


async def set_substitutes(connection: AsyncConnection, substitutes: Mapping[str, str]) -> None:
    """Keeps, by line key, the book that the supplier announced instead of the ordered one."""
    changed = expected_copy.c.substitute_isbn.is_distinct_from(bindparam("announced"))
    statement = update(expected_copy).where(expected_copy.c.line_key == bindparam("of_line"), changed)
    if substitutes:
        rows = [{"of_line": line_key, "announced": isbn} for line_key, isbn in sorted(substitutes.items())]
        await connection.execute(statement.values(substitute_isbn=bindparam("announced")), rows)


async def set_goods(connection: AsyncConnection, goods: Mapping[UUID, tuple[GoodsState, UUID]]) -> None:
    """Keeps for each copy where its goods are, and which item they are."""
    if not goods:
        return
    statement = (
        update(expected_copy)
        .where(expected_copy.c.copy_id == bindparam("id"))
        .values(state=bindparam("now"), item_id=bindparam("item"))
    )
    rows = [{"id": copy_id, "now": state, "item": item_id} for copy_id, (state, item_id) in sorted(goods.items())]
    await connection.execute(statement, rows)


async def lock_copies(
    connection: AsyncConnection,
    advised: Mapping[str | None, Sequence[Unit]],
    wanted: Mapping[bool, Collection[UUID]],
    marks: Collection[UUID],
) -> None:
    """Locks, in order of id, all copies that a batch may change.

    These are copies that await goods and are named by units, per council, copies whose `wanted` changes, and copies that get
    other `marks`: barcodes or places. A batch takes all locks at once: two batches that took them event by event could deadlock.
    """
    awaiting = expected_copy.c.state.in_(AWAITING_GOODS)
    parts = [and_(awaiting, *_named(council, units)) for council, units in advised.items()]
    parts += [_changing(copy_ids, wanted=value) for value, copy_ids in wanted.items()]
    parts += [among(expected_copy.c.copy_id, marks)] if marks else []
    if parts:
        query = select(expected_copy.c.copy_id).where(or_(*parts))
        await connection.execute(query.order_by(expected_copy.c.copy_id).with_for_update())


async def lock_copies_in(connection: AsyncConnection, consignment_id: UUID) -> None:
    """Locks the copies of a consignment, so that nobody gives them other goods until the transaction ends."""
    inside = select(consigned_item.c.copy_id).where(consigned_item.c.consignment_id == consignment_id)
    query = select(expected_copy.c.copy_id).where(expected_copy.c.copy_id.in_(inside))
    await connection.execute(query.order_by(expected_copy.c.copy_id).with_for_update())


async def copies_named_by(connection: AsyncConnection, despatch: Despatch) -> list[ExpectedCopy]:
    """Returns the copies, of any supplier and state, that the references in `despatch` lead to.

    Locks those that await goods, so that no other despatch gets them. Does not lock the others: a receipt may be scanning
    their goods at the same time, and must not wait for a batch of despatches.
    """
    table = expected_copy.c
    named = _named(despatch.council, despatch.units)
    awaiting = select(expected_copy).where(*named, table.state.in_(AWAITING_GOODS)).order_by(table.copy_id).with_for_update()
    free = [to_copy(row) for row in await connection.execute(awaiting)]
    others = select(expected_copy).where(*named, ~among(table.copy_id, {copy.copy_id for copy in free}))
    return free + [_taken(to_copy(row)) for row in await connection.execute(others)]


def _taken(copy: ExpectedCopy) -> ExpectedCopy:
    """Returns a copy that was not locked. If it began to await goods since then, returns it as despatched, not to be given."""
    return replace(copy, state=GoodsState.DESPATCHED) if copy.state in AWAITING_GOODS else copy


def _named(council: str | None, units: Sequence[Unit]) -> list[ColumnElement[bool]]:
    table = expected_copy.c
    names = or_(
        among(table.line_key, {unit.line_key for unit in units if unit.line_key}),
        among(table.order_id, {unit.order_id for unit in units if unit.order_id}),
        among(table.order_number, {unit.order_number for unit in units if unit.order_number}),
        among(table.isbn, {unit.isbn for unit in units if not unit.names_order}),
        among(table.substitute_isbn, {unit.isbn for unit in units if not unit.names_order}),
    )
    return [names] if council is None else [names, table.council == council]


def _changing(copy_ids: Collection[UUID], *, wanted: bool) -> ColumnElement[bool]:
    return and_(among(expected_copy.c.copy_id, copy_ids), expected_copy.c.wanted.is_(not wanted))


async def barcodes_in_use(connection: AsyncConnection, council: str, barcodes: Collection[str]) -> dict[str, BarcodeInUse]:
    """Returns which of the barcodes copies or goods of the council have. Missing goods have none."""
    item, of = consigned_item.c, expected_copy.c
    goods = (
        select(item.barcode, item.copy_id, of.copy_number, of.line_key, consignment.c.despatch_number)
        .select_from(consigned_item.join(consignment).outerjoin(expected_copy, of.copy_id == item.copy_id))
        .where(among(item.barcode, barcodes), consignment.c.council == council, item.state != ItemState.MISSING)
    )
    named = select(of.barcode, of.copy_id, of.copy_number, of.line_key, literal("")).where(
        among(of.barcode, barcodes), of.council == council
    )
    return {row.barcode: _in_use(row) for query in (goods, named) for row in await connection.execute(query)}


def _in_use(row: Row[*tuple[Any, ...]]) -> BarcodeInUse:
    barcode, copy_id, number, line_key, despatch_number = row
    if copy_id is None:
        return BarcodeInUse(barcode, None, f"an item of despatch {despatch_number} that matches no ordered copy")
    return BarcodeInUse(barcode, copy_id, f"copy {number} of line {line_key}")


# Only units that can be the same as one of the notice: a despatch grows by many notices, and reading it whole each time would
# take longer each time.
_ADVISED = text(
    "SELECT unit FROM advised_parcel, jsonb_array_elements(units) AS unit "
    "WHERE supplier_id = :supplier AND despatch_number = :number AND place_code = :place AND parcel_id = ANY(:parcels) "
    "AND unit->>'isbn' = ANY(:isbns) AND coalesce(unit->>'line_key', '') = ANY(:line_keys)"
).bindparams(*(bindparam(name, type_=ARRAY(Text)) for name in ("parcels", "isbns", "line_keys")))


async def units_advised(connection: AsyncConnection, despatch: Despatch) -> Counter[Unit]:
    """Returns the units of earlier notices of the same despatch to the same place that one of this notice can repeat.

    The caller holds the lock of the despatch.
    """
    values = {
        "supplier": despatch.supplier_id,
        "number": despatch.despatch_number,
        "place": despatch.deliver_to.code,
        "parcels": list({unit.parcel_id for unit in despatch.units}),
        "isbns": list({unit.isbn for unit in despatch.units}),
        "line_keys": list({unit.line_key or "" for unit in despatch.units}),
    }
    advised: Counter[Unit] = Counter()
    for row in await connection.execute(_ADVISED, values):
        stored = row.unit
        order_id = UUID(stored["order_id"]) if stored["order_id"] else None
        day = date.fromisoformat(stored["stated_on"]) if stored.get("stated_on") else None
        advised[Unit(**{**stored, "order_id": order_id, "stated_on": day})] += 1
    return advised


async def note_advised(connection: AsyncConnection, despatch: Despatch, units: Iterable[Unit]) -> None:
    """Adds `units` to those already advised in `despatch`."""
    parcels: dict[str, list[dict[str, object]]] = {}
    for unit in units:
        plain = asdict(unit)
        del plain["stated"]
        parcels.setdefault(unit.parcel_id, []).append(json.loads(json.dumps(plain, default=str)))
    for parcel_id, stored in sorted(parcels.items()):
        statement = insert(advised_parcel).values(
            supplier_id=despatch.supplier_id,
            despatch_number=despatch.despatch_number,
            place_code=despatch.deliver_to.code,
            parcel_id=parcel_id,
            units=stored,
        )
        merged = advised_parcel.c.units.concat(statement.excluded.units)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=advised_parcel.primary_key.columns, set_={"units": merged})
        )
