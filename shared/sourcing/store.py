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
    Numeric,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from shared.contracts.trials import DrawUnit
from shared.db.paging import in_order, locked_page, narrowed
from shared.sourcing.rules import Ending, Mode, SourcingRule, Strand, Trail, Trial
from shared.sourcing.trail_store import ended, to_trail, trail_columns, trail_values

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
    Column("trial", Text),
    Column("trial_share", Numeric),
    Column("trial_unit", Text),
    Column("trial_seed", Text),
    Column("reason", Text, nullable=False, server_default=text("''")),
    *trail_columns(),
    Index("sourcing_rule_of_council", "council", "strand", "valid_from", "rule_id"),
)


def in_force(columns: ReadOnlyColumnCollection[str, Any], day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Returns whether a rule with these columns applies on a day."""
    return and_(columns.valid_from <= day, or_(columns.valid_to.is_(None), columns.valid_to > day))


_FIELDS = sourcing_rule.c
_TRIAL = ("trial", "trial_share", "trial_unit", "trial_seed")
# Built once: a group of orders waits for it.
_RULES_ON: Select[Any] = select(*_FIELDS).where(
    sourcing_rule.c.council == bindparam("council"),
    sourcing_rule.c.strand == bindparam("strand"),
    in_force(sourcing_rule.c, bindparam("day")),
)


def _rule(row: Row[Any]) -> SourcingRule:
    values = {name: row._mapping[name] for name in SourcingRule.__dataclass_fields__ if name not in ("trial", "trail")}
    trial = None if row.trial is None else Trial(row.trial, row.trial_share, DrawUnit(row.trial_unit), row.trial_seed)
    typed = {"strand": Strand(row.strand), "mode": Mode(row.mode), "trial": trial, "trail": to_trail(row)}
    return SourcingRule(**{**values, **typed})


def _rules_of(council: str, strand: Strand) -> Select[Any]:
    mine = (sourcing_rule.c.council == council) & (sourcing_rule.c.strand == strand.value)
    return select(*_FIELDS).where(mine)


async def add(connection: AsyncConnection, rule: SourcingRule, *, by: str, approved_by: str | None = None) -> SourcingRule:
    """Stores a new rule; returns it with who made it, and who approved it where a second person was needed."""
    made = replace(rule, trail=Trail(created_by=by, approved_by=approved_by))
    values = {name: getattr(made, name) for name in SourcingRule.__dataclass_fields__}
    trial, trail = values.pop("trial"), trail_values(values.pop("trail"))
    stated = (None,) * len(_TRIAL) if trial is None else (trial.name, trial.share, trial.unit, trial.seed)
    await connection.execute(sourcing_rule.insert().values(**values, **trail, **dict(zip(_TRIAL, stated, strict=True))))
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
    connection: AsyncConnection, strand: Strand, council: str | None, *, after: UUID | None, limit: int
) -> list[SourcingRule]:
    """Returns the next rules of a strand by id, past and future ones too; nobody ends them until the transaction ends."""
    query = narrowed(select(*_FIELDS), {sourcing_rule.c.strand: strand.value, sourcing_rule.c.council: council})
    return [_rule(row) for row in await locked_page(connection, query, sourcing_rule.c.rule_id, after, limit)]


async def lock_trials(connection: AsyncConnection, council: str, strand: Strand) -> None:
    """Keeps others from adding rules to the council's trials, or ending these, until the transaction ends."""
    key = func.hashtextextended(f"trials/{strand}/{council}", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def trial_names(
    connection: AsyncConnection, council: str, strand: Strand, *, after: tuple[str] | None, limit: int
) -> list[str]:
    """Returns the names of the next trials of a council and strand, in their order."""
    c = sourcing_rule.c
    mine = select(c.trial).where(c.council == council, c.strand == strand.value, c.trial.is_not(None)).distinct()
    return list((await connection.execute(in_order(mine, (c.trial,), after=after, limit=limit))).scalars())


async def rules_of_trials(
    connection: AsyncConnection, council: str, strand: Strand, names: Sequence[str] | None = None
) -> list[SourcingRule]:
    """Returns the rules of the named trials, of all where none are named: by first day, past and future ones too."""
    c = sourcing_rule.c
    wanted = c.trial.is_not(None) if names is None else c.trial.in_(names)
    query = _rules_of(council, strand).where(wanted).order_by(c.valid_from, c.rule_id)
    return [_rule(row) for row in await connection.execute(query)]


async def end(connection: AsyncConnection, council: str, rule_id: UUID, *, on: date, ending: Ending) -> SourcingRule | None:
    """Ends a rule from the day `on`; a rule that has not begun never applies. Returns None if the council has no such rule."""
    mine = (sourcing_rule.c.council == council) & (sourcing_rule.c.rule_id == rule_id)
    change = sourcing_rule.update().where(mine).values(**ended(sourcing_rule.c, ending, on=on))
    row = (await connection.execute(change.returning(*_FIELDS))).one_or_none()
    return None if row is None else _rule(row)


async def end_trial(
    connection: AsyncConnection, rules: Sequence[SourcingRule], *, on: date, ending: Ending
) -> list[SourcingRule]:
    """Ends the rules of a trial from the day `on`, each as `end` does; returns those that changed. Others ended before."""
    c = sourcing_rule.c
    goes_on = or_(c.valid_to.is_(None), c.valid_to > func.greatest(c.valid_from, on))
    mine = select(c.rule_id).where(c.rule_id.in_([rule.rule_id for rule in rules]), goes_on)
    # In the order in which `rules_after` locks them, so that the two wait for each other and do not deadlock.
    locked = mine.order_by(c.rule_id).with_for_update()
    change = sourcing_rule.update().where(c.rule_id.in_(locked)).values(**ended(c, ending, on=on))
    return [_rule(row) for row in await connection.execute(change.returning(*_FIELDS))]
