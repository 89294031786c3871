"""Keeps and reads councils' switches, each in the state of the highest version."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.switches import Switch
from services.evidence.store.tables import switch
from shared.contracts.switches import SwitchState
from shared.db.bulk import keep_newest
from shared.db.paging import narrowed
from shared.sourcing.rules import Strand


async def keep_switch(connection: AsyncConnection, stated: Switch) -> None:
    """Keeps a switch, unless a later state of it is known."""
    await keep_newest(connection, switch, [{**asdict(stated), "strand": stated.strand.value, "state": stated.state.value}])


async def find_switch(connection: AsyncConnection, switch_id: UUID, council: str | None) -> Switch | None:
    """Returns one switch, of any council where none is given, or None."""
    query = narrowed(select(switch).where(switch.c.switch_id == switch_id), {switch.c.council: council})
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _switch(row)


def _switch(row: Row[Any]) -> Switch:
    typed = {
        "strand": Strand(row.strand),
        "state": SwitchState(row.state),
        "branches": tuple(row.branches),
        "materials": tuple(row.materials),
    }
    return Switch(**{**row._mapping, **typed})
