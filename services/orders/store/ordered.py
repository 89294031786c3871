"""Reads lines as they were ordered, as events state them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.moving import former_places
from services.orders.store.stated import from_json
from services.orders.store.tables import branch, copy, order_line, purchase_order
from shared.contracts.base import Place, money_or_none
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.contracts.stated import ItemData, SupplierReferences
from shared.contracts.trials import arm_or_none
from shared.db.arrays import among


async def ordered_rows(
    connection: AsyncConnection, line_keys: Collection[str], copy_ids: Collection[UUID]
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Returns these lines with when their order was placed, and these copies with name and GLN of their branch, by number."""
    o = purchase_order.c
    placed = select(order_line, o.placed_at).join(purchase_order, o.order_id == order_line.c.order_id)
    lines = (await connection.execute(placed.where(among(order_line.c.line_key, line_keys)))).all()
    at_branch = and_(branch.c.council == o.council, branch.c.code == copy.c.branch_code)
    with_branch = (
        select(copy, branch.c.name.label("branch_name"), branch.c.gln.label("branch_gln"))
        .join(purchase_order, o.order_id == copy.c.order_id)
        .join(branch, at_branch, isouter=True)
        .where(among(copy.c.copy_id, copy_ids))
        .order_by(copy.c.copy_number)
    )
    return lines, (await connection.execute(with_branch)).all()


def branch_of(copy: Any) -> Place:
    """Returns the branch of a copy, given its row with name and GLN of the branch."""
    return Place(code=copy.branch_code, name=copy.branch_name or "", gln=copy.branch_gln)


def _first_branch(copy: Any) -> Place:
    former = former_places(copy.former_branches)
    return former[0] if former else branch_of(copy)


def ordered_line(line: Any, copies: Iterable[Any], *, at_first: bool = False) -> OrderedLine:
    """Returns an ordered line as events state it, given its row and those of its copies, with name and GLN of their branch.

    `at_first`: as it was ordered, whatever was accepted, wherever it goes and whichever branch closed since. The title that the
    council stated is that of the book it ordered.
    """
    substituted = line.ordered_isbn is not None and not at_first
    price = (line.ordered_minor, line.ordered_currency) if line.repriced and at_first else (line.price_minor, line.price_currency)
    return OrderedLine(
        line_key=line.line_key,
        line_number=line.line_number,
        supplier_id=line.supplier_id,
        isbn=line.ordered_isbn if at_first and line.ordered_isbn else line.isbn,
        title="" if substituted else line.title,
        author="" if substituted else line.author,
        material=line.material,
        unit_price=money_or_none(*price),
        quote_reference=line.quote_reference,
        supplier_references=from_json(SupplierReferences, line.supplier_references),
        trial=arm_or_none(line.trial, line.arm),
        replaces=line.replaces,
        copies=tuple(
            OrderedCopy(
                copy_id=copy.copy_id,
                copy_number=copy.copy_number,
                branch=_first_branch(copy) if at_first else branch_of(copy),
                fund=copy.fund,
                sequence=copy.sequence,
                shelfmark=copy.shelfmark,
                servicing=tuple(copy.servicing),
                item=from_json(ItemData, copy.item),
                deliver_to=from_json(Place, copy.deliver_to if at_first else copy.rerouted_to or copy.deliver_to),
                deliver_to_asked=copy.deliver_to_asked,
                route_trial=arm_or_none(copy.route_trial, copy.route_arm),
            )
            for copy in copies
        ),
    )
