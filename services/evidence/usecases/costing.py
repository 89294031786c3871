"""Keeps councils' cost models, and answers what copies cost. Each runs in its caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By, check_period
from services.evidence.domain.cost_models import CostModel, check_model, gaps
from services.evidence.domain.costs import Costs, CouncilGap, Pair, group_of, relatives
from services.evidence.store import cost_models, costing
from shared.clock import Clock
from shared.errors import no_such

# Of these, prices for the same titles are compared; of months or branches the pairs are many and say little.
_COMPARED = (By.SUPPLIER, By.ARM, By.SWITCH)


def _is_compared(by: By, pair: Pair) -> bool:
    """Returns whether two groups are compared. Of arms, those of one trial: a copy may also be in an arm of another one."""
    return by is not By.ARM or pair.first.rpartition("/")[0] == pair.second.rpartition("/")[0]


async def lock_model(connection: AsyncConnection, council: str, valid_from: date) -> CostModel | None:
    """Returns the model that a council set for a day, None for none; nobody else sets one until the transaction ends."""
    await cost_models.lock_day(connection, council, valid_from)
    return await _model_of(connection, council, valid_from)


async def set_model(connection: AsyncConnection, model: CostModel, before: CostModel | None) -> CostModel:
    """Keeps a council's cost model in place of `before`; returns it as it is kept, or `before` where both state the same.

    Raises DomainError (422) for one that cannot be.
    """
    check_model(model.valid_from, model.valid_until)
    if before is not None and before.says_the_same(model):
        return before
    await cost_models.keep_model(connection, model)
    return await get_cost_model(connection, model.council, model.valid_from)


async def find_models(connection: AsyncConnection, council: str) -> Sequence[CostModel]:
    """Returns a council's cost models in order of their first days."""
    return (await cost_models.models_of(connection, council)).get(council, [])


async def get_cost_model(connection: AsyncConnection, council: str, valid_from: date) -> CostModel:
    """Returns the model that a council set for a day. Raises DomainError (404)."""
    found = await _model_of(connection, council, valid_from)
    if found is None:
        raise no_such("cost-model")
    return found


async def _model_of(connection: AsyncConnection, council: str, valid_from: date) -> CostModel | None:
    models = await find_models(connection, council)
    return next((model for model in models if model.valid_from == valid_from), None)


async def read_costs(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Costs:
    """Returns the costs of copies that invoices of a period charge. Raises DomainError (422) for a period that is none."""
    check_period(asked.first, asked.last)
    spent, shared = await costing.spending(connection, asked, clock, zone, compare=asked.by in _COMPARED)
    models = await cost_models.models_of(connection, asked.council)
    groups = [group_of(key, currency, each, models) for (key, currency), each in spent.items()]
    councils = sorted({work.council for each in spent.values() for work in each.work})
    named = list(council_gaps(asked, councils, models))
    invoiced = await costing.reconciled(connection, asked)
    concerned = [each for each in invoiced if asked.switch is None or asked.switch.concerns(each.supplier_id)]
    compared = {pair: basket for pair, basket in shared.items() if _is_compared(asked.by, pair)}
    return Costs(groups, list(relatives(compared)), concerned, named)


def council_gaps(asked: Asked, councils: Sequence[str], models: Mapping[str, Sequence[CostModel]]) -> Iterator[CouncilGap]:
    """Yields the days of the period without a cost model, of each of the councils."""
    for council in councils:
        for gap in gaps(models.get(council, ()), asked.first, asked.last):
            yield CouncilGap(council, gap)
