"""Freezes baselines, keeps promises, and answers what was reached of them. Each runs in its caller's transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.baselines import Baseline, Title, frozen_of, name_taken, nothing_charged
from services.evidence.domain.promises import Month, Promise, check_promise, months_of, no_such_baseline
from services.evidence.domain.savings import Reached, Spell, savings_of
from services.evidence.store import baselines, titles
from services.evidence.usecases.costing import read_costs
from shared.clock import Clock
from shared.errors import no_such


async def titles_charged(connection: AsyncConnection, asked: Asked) -> list[Title]:
    """Returns the titles that invoices of a period charge. Raises DomainError (422) where there are none."""
    found = await titles.titles_of(connection, asked)
    if not found:
        raise nothing_charged()
    return found


async def keep_baseline(connection: AsyncConnection, frozen: Baseline, figures: str) -> None:
    """Keeps a baseline for ever. Raises DomainError (409) where the council has one of this name."""
    if not await baselines.keep_baseline(connection, frozen, figures):
        raise name_taken(frozen.name)


async def get_baseline(connection: AsyncConnection, council: str, baseline_id: UUID) -> tuple[Baseline, str]:
    """Returns a baseline and the text of its figures. Raises DomainError (404)."""
    found = await baselines.find_baseline(connection, council, baseline_id)
    if found is None:
        raise no_such("baseline")
    return found


async def keep_promise(connection: AsyncConnection, made: Promise) -> None:
    """Keeps a promise. Raises DomainError (422) with everything that is wrong with it."""
    found = await baselines.find_baseline(connection, made.council, made.baseline_id)
    if found is None:
        raise no_such_baseline(made.baseline_id)
    check_promise(made, found[0])
    await baselines.keep_promise(connection, made)


async def get_promise(connection: AsyncConnection, council: str, promise_id: UUID) -> Promise:
    """Returns a promise. Raises DomainError (404)."""
    found = await baselines.find_promise(connection, council, promise_id)
    if found is None:
        raise no_such("promise")
    return found


async def read_savings(connection: AsyncConnection, council: str, promise_id: UUID, clock: Clock, zone: str) -> Reached:
    """Returns what was reached of a promise until today. Raises DomainError (404)."""
    promise = await get_promise(connection, council, promise_id)
    baseline, figures = await get_baseline(connection, council, promise.baseline_id)
    months = list(months_of(promise, clock.today()))
    spells = await _spells(connection, promise, baseline, months, clock, zone) if months else []
    return Reached(promise, baseline, savings_of(promise, frozen_of(figures, promise.currency), spells))


async def _spells(
    connection: AsyncConnection, promise: Promise, baseline: Baseline, months: list[Month], clock: Clock, zone: str
) -> list[Spell]:
    """Returns what was charged in each month, in the scope of the baseline, by the supplier that promised, or by any."""
    asked = Asked(
        council=promise.council,
        first=months[0].first,
        last=months[-1].last,
        by=By.MONTH,
        supplier_id=promise.supplier,
        branch=baseline.branch,
        material=baseline.material,
    )
    bought = await titles.bought_by_month(connection, asked, promise.currency)
    costs = await read_costs(connection, asked, clock, zone)
    groups = {group.key: group for group in costs.groups if group.currency == promise.currency}
    nothing = titles.Month({}, 0)
    return [Spell(month, *bought.get(month.name, nothing), groups.get(month.name)) for month in months]
