"""Routes with which a council keeps the sourcing rules and trials of one strand, and approves changes. Decides nothing: `rules`,
`trials` and `changes` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter

from shared.sourcing.api.access import BRANCH_PARAMETER, Access, Checks
from shared.sourcing.api.changes import Desk, approval_router, changes_router
from shared.sourcing.api.contract_ends import contract_ends_router, ending_contracts, lifting
from shared.sourcing.api.keeping import adding, ending, rules_router
from shared.sourcing.api.shapes import NewRule, TrialView, new_rule, trial_view
from shared.sourcing.api.trials import ServedTrials, ending_trials, trials_router
from shared.sourcing.approving import Carried
from shared.sourcing.changes import ChangeKind
from shared.sourcing.store import trials_in

__all__ = [
    "BRANCH_PARAMETER",
    "Access",
    "Carried",
    "Checks",
    "Desk",
    "NewRule",
    "approval_routers",
    "new_rule",
    "sourcing_routers",
]


def sourcing_routers(access: Access, carried: Mapping[ChangeKind, Carried[Any]] = MappingProxyType({})) -> list[APIRouter]:
    """Returns `/v1/sourcing-rules`, `/v1/trials`, `/v1/contract-ends`, `/v1/changes` and `/v1/approval` of one strand.

    Callers read and change what is their own council's only. `carried`: how the service's other changes are made.
    """
    scopes, clock = (access.scope_read, access.scope_write), access.clock
    trials = ServedTrials(*scopes, trials_in(access.strand), access.tell, TrialView, trial_view)
    own: dict[ChangeKind, Carried[Any]] = {
        ChangeKind.ADD_RULE: adding(access),
        ChangeKind.END_RULE: ending(access),
        ChangeKind.END_TRIAL: ending_trials(trials, clock),
        ChangeKind.END_CONTRACT: ending_contracts(access),
        ChangeKind.LIFT_CONTRACT_END: lifting(access),
    }
    desk = Desk(access.engine, clock, access.strand, *scopes, {**own, **carried})
    served = [rules_router(access), trials_router(trials, access.engine, clock), contract_ends_router(access)]
    return [*served, *approval_routers(desk)]


def approval_routers(desk: Desk) -> list[APIRouter]:
    """Returns `/v1/changes` and `/v1/approval` of one service."""
    return [changes_router(desk), approval_router(desk)]
