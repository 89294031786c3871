"""The table of sourcing rules and its queries. Services add `metadata` to theirs. Every query is limited to one council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Date,
    Index,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from shared.db.paging import in_order, locked_page, narrowed
from shared.sourcing.rules import Ending, Mode, SourcingRule, Strand, Trail
from shared.sourcing.trail_store import ended, to_trail, trail_columns, trail_values
from shared.sourcing.trial_store import TrialStore, trial_columns, trial_of, trial_values

metadata = MetaData()

# Rules are ended, never deleted, so that the choice of a line's supplier can be explained.
# `trial*`: the trial of a pilot rule; null in live rules, and in pilot rules of an earlier release.
sourcing_rule = Table(
    "sourcing_rule",
    metadata,
    Column("rule_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("strand", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("branch", Text),
    Column("material", Text),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("mode", Text, nullable=False),
    *trial_columns(),
    Column("reason", Text, nullable=False, server_default=text("''")),
    *trail_columns(),
    Index("sourcing_rule_of_council", "council", "strand", "valid_from", "rule_id"),
)


def in_force(columns: ReadOnlyColumnCollection[str, Any], day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Returns whether a rule with these columns applies on a day."""
    return and_(columns.valid_from <= day, or_(columns.valid_to.is_(None), columns.valid_to > day))


_FIELDS = sourcing_rule.c
# Built once: a group of orders waits for it.
_RULES_ON: Select[Any] = select(*_FIELDS).where(
    sourcing_rule.c.council == bindparam("council"),
    sourcing_rule.c.strand == bindparam("strand"),
    in_force(sourcing_rule.c, bindparam("day")),
)


def _rule(row: Row[Any]) -> SourcingRule:
    values = {name: row._mapping[name] for name in SourcingRule.__dataclass_fields__ if name != "trail"}
    typed = {"strand": Strand(row.strand), "mode": Mode(row.mode), "trial": trial_of(row), "trail": to_trail(row)}
    return SourcingRule(**{**values, **typed})


def _rules_of(council: str, strand: Strand) -> Select[Any]:
    mine = (sourcing_rule.c.council == council) & (sourcing_rule.c.strand == strand.value)
    return select(*_FIELDS).where(mine)


async def add(connection: AsyncConnection, rule: SourcingRule, *, by: str, approved_by: str | None = None) -> SourcingRule:
    """Stores a new rule; returns it with who made it, and who approved it where a second person was needed."""
    made = replace(rule, trail=Trail(created_by=by, approved_by=approved_by))
    values = {name: getattr(made, name) for name in SourcingRule.__dataclass_fields__ if name != "trail"}
    own = {**values, **trial_values(made.trial), **trail_values(made.trail)}
    await connection.execute(sourcing_rule.insert().values(**own))
    return made


async def get_rule(connection: AsyncConnection, council: str, strand: Strand, rule_id: UUID) -> SourcingRule | None:
    """Returns one rule of a council and strand, or None."""
    query = _rules_of(council, strand).where(sourcing_rule.c.rule_id == rule_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _rule(row)


async def rules_on(connection: AsyncConnection, council: str, strand: Strand, on: date) -> list[SourcingRule]:
    """Returns the rules of a council and strand that apply on a day; the input of `trials.chooser`."""
    rows = await connection.execute(_RULES_ON, {"council": council, "strand": strand.value, "day": on})
    return [_rule(row) for row in rows]


async def page(
    connection: AsyncConnection, council: str, strand: Strand, *, after: tuple[date, UUID] | None, limit: int
) -> Sequence[SourcingRule]:
    """Returns rules of a council and strand by first day, including past and future ones."""
    keys = (sourcing_rule.c.valid_from, sourcing_rule.c.rule_id)
    query = in_order(_rules_of(council, strand), keys, after=after, limit=limit)
    return [_rule(row) for row in await connection.execute(query)]


async def rules_after(
    connection: AsyncConnection, council: str | None, *, strand: Strand, after: UUID | None, limit: int
) -> list[SourcingRule]:
    """Returns the next rules of a strand by id, past and future ones too; nobody ends them until the transaction ends."""
    query = narrowed(select(*_FIELDS), {sourcing_rule.c.strand: strand.value, sourcing_rule.c.council: council})
    return [_rule(row) for row in await locked_page(connection, query, sourcing_rule.c.rule_id, after, limit)]


def trials_in(strand: Strand) -> TrialStore[SourcingRule]:
    """Returns the trials of a strand."""
    return TrialStore(sourcing_rule, _rule, strand)


async def end(connection: AsyncConnection, council: str, rule_id: UUID, *, on: date, ending: Ending) -> SourcingRule | None:
    """Ends a rule from the day `on`; a rule that has not begun never applies. Returns None if the council has no such rule."""
    mine = (sourcing_rule.c.council == council) & (sourcing_rule.c.rule_id == rule_id)
    change = sourcing_rule.update().where(mine).values(**ended(sourcing_rule.c, ending, on=on))
    row = (await connection.execute(change.returning(*_FIELDS))).one_or_none()
    return None if row is None else _rule(row)
