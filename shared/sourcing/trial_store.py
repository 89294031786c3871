"""What a table of rules keeps of trials, and the queries on trials, the same for the tables of all strands.

Must not know what a rule says but its scope and days. Every query is limited to one council.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic

from sqlalchemy import Column, ColumnElement, Numeric, Row, Select, Table, Text, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.trials import DrawUnit
from shared.db.locks import lock_names
from shared.db.paging import in_order
from shared.errors import DomainError, Fault, Kind
from shared.sourcing.rules import Ending, Strand, Trial
from shared.sourcing.ties import tie_faults
from shared.sourcing.trail_store import ended
from shared.sourcing.trials import R, trial_faults
from shared.sourcing.warnings import Decide, RuleWarning, out_of_trials

_TRIAL = ("trial", "trial_share", "trial_unit", "trial_seed")


def trial_columns() -> list[Column[Any]]:
    """Returns the columns of a pilot rule's trial; null in live rules, and in pilot rules of an earlier release."""
    return [Column("trial", Text), Column("trial_share", Numeric), Column("trial_unit", Text), Column("trial_seed", Text)]


def trial_values(trial: Trial | None) -> dict[str, Any]:
    """Returns a trial as its columns keep it."""
    stated = (None,) * len(_TRIAL) if trial is None else (trial.name, trial.share, trial.unit.value, trial.seed)
    return dict(zip(_TRIAL, stated, strict=True))


def trial_of(row: Row[*tuple[Any, ...]]) -> Trial | None:
    """Returns the trial of a row that has its columns."""
    name, share, unit, seed = (row._mapping[column] for column in _TRIAL)
    return None if name is None else Trial(name, share, DrawUnit(unit), seed)


# Codes with which `check_new` refuses a rule.
TRIAL_CODES = (
    "same-first-day",
    "trial-missing",
    "trial-of-live-rule",
    "unit-not-drawn",
    "other-terms",
    "overlapping-trials",
)


@dataclass(frozen=True, slots=True)
class TrialStore(Generic[R]):
    """The trials of one strand: its table of rules, and how a row is read. A table of several strands has a column `strand`."""

    table: Table
    read: Callable[[Row[Any]], R]
    strand: Strand

    async def check_new(self, connection: AsyncConnection, rule: R, faults: Iterable[Fault], today: date) -> None:
        """Raises DomainError (422) for a rule whose trial is wrong in itself (`faults`), or does not fit the council's others.

        So it does for one that only its id would rank beside another. No other rule of a trial is added until the transaction
        ends, and none at all: who adds rules of a council has locked its changes.
        """
        _refuse(list(faults))
        if rule.trial is not None:
            await self.lock(connection, rule.council)
            _refuse(list(trial_faults(rule, await self.rules(connection, rule.council))))
        _refuse(list(tie_faults(rule, await self._beside(connection, rule), today)))

    async def repeated(self, connection: AsyncConnection, rule: R, today: date) -> R | None:
        """Returns the rule of the council that says the same as a new one already, today or later; None where none does."""
        return next((one for one in await self._beside(connection, rule) if rule.repeats(one, today)), None)

    async def warnings(self, connection: AsyncConnection, rule: R, decide: Decide[R], today: date) -> Sequence[RuleWarning]:
        """Returns what a rule takes out of the council's trials, or would where it is not kept yet."""
        c = self.table.c
        if rule.trial is not None or not await self.names(connection, rule.council, after=None, limit=1):
            return ()
        rows = await connection.execute(select(*c).where(self._of(rule.council), c.rule_id != rule.rule_id))
        others = [other for row in rows if not rule.repeats(other := self.read(row), today)]
        return out_of_trials([rule], others, [*others, rule], decide, today)

    async def _beside(self, connection: AsyncConnection, rule: R) -> list[R]:
        """Returns the council's rules with the scope and first day of a rule, ended ones too."""
        c = self.table.c
        same = (c[name].is_not_distinct_from(getattr(rule, name)) for name in (*rule.SCOPE, "valid_from"))
        query: Select[Any] = select(*c).where(self._of(rule.council), *same).order_by(c.rule_id)
        return [self.read(row) for row in await connection.execute(query)]

    async def lock(self, connection: AsyncConnection, council: str) -> None:
        """Keeps others from adding rules to the council's trials, or ending these, until the transaction ends."""
        await lock_names(connection, f"trials/{self.strand}/{council}")

    async def names(self, connection: AsyncConnection, council: str, *, after: tuple[str] | None, limit: int) -> list[str]:
        """Returns the names of the council's next trials, in their order."""
        c = self.table.c
        mine = select(c.trial).where(self._of(council), c.trial.is_not(None)).distinct()
        return list((await connection.execute(in_order(mine, (c.trial,), after=after, limit=limit))).scalars())

    async def rules(self, connection: AsyncConnection, council: str, names: Sequence[str] | None = None) -> list[R]:
        """Returns the rules of the named trials, of all where none are named: by first day, past and future ones too."""
        c = self.table.c
        wanted = c.trial.is_not(None) if names is None else c.trial.in_(names)
        query: Select[Any] = select(*c).where(self._of(council), wanted).order_by(c.valid_from, c.rule_id)
        return [self.read(row) for row in await connection.execute(query)]

    async def end(self, connection: AsyncConnection, rules: Sequence[R], *, on: date, ending: Ending) -> list[R]:
        """Ends the rules of a trial from the day `on`; returns those that changed. Others ended before."""
        c = self.table.c
        goes_on = or_(c.valid_to.is_(None), c.valid_to > func.greatest(c.valid_from, on))
        mine = select(c.rule_id).where(c.rule_id.in_([rule.rule_id for rule in rules]), goes_on)
        # In the order in which rules are locked to be published again, so that the two wait for each other and do not deadlock.
        locked = mine.order_by(c.rule_id).with_for_update()
        change = self.table.update().where(c.rule_id.in_(locked)).values(**ended(c, ending, on=on))
        return [self.read(row) for row in await connection.execute(change.returning(*c))]

    def _of(self, council: str) -> ColumnElement[bool]:
        c = self.table.c
        mine: ColumnElement[bool] = c.council == council
        return mine & (c.strand == self.strand.value) if "strand" in c else mine


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise DomainError(faults[0].code, faults[0].detail, Kind.INVALID, faults)
