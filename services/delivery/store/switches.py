"""Keeps switches of the route, and counts the open copies that they are about. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.switching import OpenCopies, OpenGroup, RouteSwitch, place_of
from services.delivery.store.tables import OPEN, expected_copy, route_rule, switch, switch_history
from shared.contracts.base import Place
from shared.contracts.trials import arm_or_none
from shared.db.arrays import among
from shared.sourcing.switches.store import SwitchStore, in_all_strands


def _read(row: Row[Any]) -> RouteSwitch:
    hub = None if row.hub is None else Place.model_validate(row.hub)
    return RouteSwitch(**in_all_strands(row), hub=hub, open_copies=OpenCopies(row.open_copies))


def _own(new: RouteSwitch) -> dict[str, object]:
    hub = None if new.hub is None else new.hub.model_dump(mode="json")
    return {"hub": hub, "open_copies": new.open_copies.value}


SWITCHES = SwitchStore(switch, switch_history, _read, _own)

_BRANCH: ColumnElement[str] = expected_copy.c.branch["code"].astext


def _of_scope(wanted: RouteSwitch) -> list[ColumnElement[bool]]:
    c, scope = expected_copy.c, wanted.scope
    conditions = [c.council == wanted.council]
    conditions += [] if wanted.from_supplier is None else [c.supplier_id == wanted.from_supplier]
    conditions += [_BRANCH.in_(scope.branches)] if scope.branches else []
    return [*conditions, *([among(c.material, scope.materials)] if scope.materials else [])]


async def open_groups(connection: AsyncConnection, wanted: RouteSwitch) -> list[OpenGroup]:
    """Counts the open copies in a switch's scope by branch, supplier, material, place and trial.

    Those whose place the council named itself are left out: they follow no rule.
    """
    c = expected_copy.c
    columns = (
        _BRANCH.label("branch"),
        c.supplier_id,
        c.material,
        c.deliver_to["code"].astext.label("place"),
        c.deliver_to["kind"].astext.label("kind"),
        c.route_trial,
        c.route_arm,
    )
    query = select(*columns, func.count().label("copies")).where(text(OPEN), ~c.deliver_to_asked, *_of_scope(wanted))
    rows = await connection.execute(query.group_by(*columns).order_by(*columns))
    return [
        OpenGroup(
            Place(code=row.branch),
            row.supplier_id,
            row.material,
            place_of(row.place, row.kind),
            row.copies,
            arm_or_none(row.route_trial, row.route_arm),
        )
        for row in rows
    ]


async def is_covered(connection: AsyncConnection, wanted: RouteSwitch) -> bool:
    """Returns whether any copy in a switch's scope was ever expected, or a delivery rule has ever been about some of it."""
    r, scope = route_rule.c, wanted.scope
    named = ((r.branch, scope.branches), (r.material, scope.materials))
    meets = [or_(column.is_(None), among(column, values)) for column, values in named if values]
    supplier = [] if wanted.from_supplier is None else [or_(r.supplier_id.is_(None), r.supplier_id == wanted.from_supplier)]
    copies, rules = exists().where(*_of_scope(wanted)), exists().where(r.council == wanted.council, *meets, *supplier)
    return bool((await connection.execute(select(or_(copies, rules)))).scalar_one())


async def known_branches(connection: AsyncConnection, council: str, codes: Sequence[str]) -> set[str]:
    """Returns those of the codes that the council ever ordered for, or that one of its delivery rules names."""
    r = route_rule.c
    ordered = select(_BRANCH.label("code")).where(expected_copy.c.council == council)
    named = select(r.branch.label("code")).where(r.council == council, r.branch.is_not(None))
    found = ordered.union(named).subquery()
    return set((await connection.execute(select(found.c.code).where(found.c.code.in_(codes)))).scalars())
