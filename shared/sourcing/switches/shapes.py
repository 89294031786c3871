"""HTTP shapes that switches of all strands have alike, and their conversion from the domain's classes. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.switches import SwitchState
from shared.http.paging import PageQuery
from shared.sourcing.rules import SourcingRule
from shared.sourcing.switches.planning import RuleChanges, Switch
from shared.sourcing.warnings import Warned

Shape = TypeVar("Shape", bound="SwitchSummary")


class SwitchQuery(PageQuery):
    """Which switches a list contains."""

    state: SwitchState | None = None


class SwitchSummary(BaseModel):
    """A switch as it was planned, and where it is. A strand adds its own fields, and a view of one switch its progress."""

    switch_id: UUID
    state: SwitchState
    from_supplier: str | None
    to_supplier: str | None
    branches: Sequence[str]
    materials: Sequence[str]
    first_day: date
    reason: str
    planned_at: datetime
    planned_by: str
    needs_approval: bool = Field(description="Whether it waits for a second person while `approved_by` is null")
    approved_by: str | None


class RuleEffect(BaseModel):
    """A sourcing rule that the switch would end or add."""

    supplier_id: str
    branch: str | None
    material: str | None
    valid_from: date
    valid_to: date | None


class RulesPreview(Warned):
    """What a switch would do to rules if its first day were today. A strand adds what it would do to what is owed."""

    rules_ended: Sequence[RuleEffect]
    rules_added: Sequence[RuleEffect]


def shown(shape: type[Shape], switch: Switch, **progress: object) -> Shape:
    """Returns a switch in a shape of its strand, whose fields have the names of the switch's; `progress` gives the others."""
    scope = {"branches": switch.scope.branches, "materials": switch.scope.materials}
    given = {**scope, **progress}
    return shape.model_validate({**{name: getattr(switch, name) for name in shape.model_fields if name not in given}, **given})


def rule_effects(changes: RuleChanges) -> dict[str, Any]:
    """Returns the fields of a `RulesPreview`."""
    return {"rules_ended": _effects(changes.ended), "rules_added": _effects(changes.added), "warnings": changes.warnings}


def _effects(rules: Sequence[SourcingRule]) -> list[RuleEffect]:
    return [RuleEffect.model_validate(rule, from_attributes=True) for rule in rules]
