"""HTTP shapes that switches of all strands have alike, and their conversion from the domain's classes. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts import words
from shared.contracts.switches import SwitchState
from shared.http.paging import PageQuery
from shared.sourcing.rules import SourcingRule
from shared.sourcing.switches.planning import RuleChanges, Switch
from shared.sourcing.warnings import Warned

FromSupplier = Annotated[str, Field(description="Our name of the supplier that is left", examples=["consortium"])]
Shape = TypeVar("Shape", bound="SwitchSummary")


class SwitchQuery(PageQuery):
    """Which switches a list contains."""

    state: SwitchState | None = Field(default=None, description="Only those that are `planned`, `running`, `done` or `withdrawn`")


class SwitchSummary(BaseModel):
    """A switch as it was planned, and where it is. A strand adds its own fields, and a view of one switch its progress."""

    switch_id: UUID = Field(description="Identifies the switch")
    state: SwitchState = Field(
        description="`planned` until its first day, `running` while something of it is open, then `done`; or `withdrawn`"
    )
    from_supplier: FromSupplier | None = Field(description="The supplier that is left; null: any")
    to_supplier: words.SupplierId | None = Field(description="The supplier that follows it; null: nobody", examples=["national"])
    branches: Sequence[str] = Field(description="Codes of the branches that switch; empty: any", examples=[["IPSW", "LOWE"]])
    materials: Sequence[str] = Field(description="Kinds of material that switch; empty: any", examples=[["book"]])
    first_day: date = Field(description="The first day on which it applies")
    reason: str = Field(description="Why, in the council's words", examples=["The consortium's contract ends in March"])
    planned_at: datetime = Field(description="When it was planned")
    planned_by: words.Actor = Field(description="Who planned it")
    needs_approval: bool = Field(description="Whether it waits for a second person while `approved_by` is null")
    approved_by: words.SecondPerson | None = Field(description="The second person that approved it; null where none did")


class RuleEffect(BaseModel):
    """A sourcing rule that the switch would end or add."""

    supplier_id: words.SupplierId
    branch: words.BranchCode | None = Field(description="The branch that it is about; null: any")
    material: words.Material | None = Field(description="The kind of material that it is about; null: any")
    valid_from: date = Field(description="First day on which it applies")
    valid_to: date | None = Field(description="First day on which it no longer applies; null: it has no end", examples=[None])


class RulesPreview(Warned):
    """What a switch would do to rules if its first day were today. A strand adds what it would do to what is owed."""

    rules_ended: Sequence[RuleEffect] = Field(description="Rules that would end on its first day")
    rules_added: Sequence[RuleEffect] = Field(description="Rules that would begin on its first day")


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
