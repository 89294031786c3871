"""Reads and writes which suppliers serve which councils."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.store.tables import ordering_rule
from shared.contracts.orders import SourcingRuleChanged
from shared.sourcing.store import in_force, sourcing_rule


async def keep_ordering_rules(connection: AsyncConnection, events: Sequence[SourcingRuleChanged]) -> None:
    """Keeps the rules that say whom councils order from. If two events end the same rule, the earlier day is kept."""
    names = set(ordering_rule.c.keys())
    statement = insert(ordering_rule)
    end = func.least(ordering_rule.c.valid_to, statement.excluded.valid_to)
    kept = statement.on_conflict_do_update(index_elements=[ordering_rule.c.rule_id], set_={"valid_to": end})
    rows = [event.model_dump(include=names) for event in events]
    # In their order, so that two that keep the same rules wait for each other and do not deadlock.
    await connection.execute(kept, sorted(rows, key=lambda row: str(row["rule_id"])))


async def suppliers_serving(connection: AsyncConnection, council: str, day: date) -> list[str]:
    """Returns the suppliers that a council's rules name on a day: those that it orders from, and those of its records; sorted."""
    rules = (ordering_rule.c, sourcing_rule.c)
    named = (select(c.supplier_id).where(c.council == council, in_force(c, day)) for c in rules)
    return sorted((await connection.execute(union(*named))).scalars())
