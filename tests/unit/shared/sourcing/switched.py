"""A switch of records from the Eastern consortium to the Northern one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.contracts.switches import SwitchState
from shared.sourcing.switches.planning import Scope, Switch

DAY = date(2026, 3, 2)
_PLANNED = Switch(
    switch_id=UUID(int=1),
    council="GB-SFK",
    from_supplier="eastern",
    to_supplier="northern",
    scope=Scope(),
    first_day=DAY,
    reason="leaving",
    state=SwitchState.PLANNED,
    planned_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
    planned_by="alice",
)


def switch(**other: Any) -> Switch:
    """The switch, with what is otherwise."""
    return replace(_PLANNED, **other)
