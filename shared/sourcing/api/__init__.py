"""Routes with which a council keeps the sourcing rules and trials of one strand. Decides nothing: `rules` and `trials` do."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.clock import Clock
from shared.sourcing.api.access import BRANCH_PARAMETER, NO_CHECKS, Access, Checks, Tell, nothing
from shared.sourcing.api.keeping import rules_router
from shared.sourcing.api.shapes import NewRule, TrialView, new_rule, trial_view
from shared.sourcing.api.trials import ServedTrials, trials_router
from shared.sourcing.rules import Strand
from shared.sourcing.store import trials_in

__all__ = ["BRANCH_PARAMETER", "Checks", "NewRule", "new_rule", "sourcing_routers"]


def sourcing_routers(
    strand: Strand,
    *,
    scope_read: str,
    scope_write: str,
    engine: AsyncEngine,
    clock: Clock,
    checks: Checks = NO_CHECKS,
    tell: Tell = nothing,
) -> list[APIRouter]:
    """Returns `/v1/sourcing-rules` and `/v1/trials` of one strand; callers read and change what is their own council's only."""
    access = Access(strand, scope_read, scope_write, engine, clock, checks, tell)
    trials = ServedTrials(scope_read, scope_write, trials_in(strand), tell, TrialView, trial_view)
    return [rules_router(access), trials_router(trials, engine, clock)]
