"""HTTP shapes of switches of the route, and their conversion from and to the domain's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.delivery.domain.switching import OpenCopies, Outlook, RouteChanges, RouteSwitch, Stage, stage_of
from services.delivery.schemas.routes import RouteBody, route_body
from shared.contracts import words
from shared.contracts.base import Place
from shared.contracts.switches import SwitchState
from shared.days import Day
from shared.http.steps import StepView
from shared.ids import new_id
from shared.sourcing.routes import RouteRule
from shared.sourcing.switches.planning import AskedScope, SupplierName, SwitchReason
from shared.sourcing.switches.shapes import SwitchSummary, shown
from shared.sourcing.warnings import RuleWarning, Warned

_MOST_LISTED = 200


class AskedRouteSwitch(AskedScope):
    """A switch of the route, as a council sends it."""

    from_supplier: SupplierName | None = Field(
        default=None,
        description="Whose goods take another route; null: those of any supplier that offers it",
        examples=["national"],
    )
    first_day: Day = Field(description="The first day on which orders take the new route")
    route: RouteBody = Field(description="The new way from the supplier to the branch")
    open_copies: OpenCopies = Field(
        description="Of copies that are ordered and not despatched, `drain`: they stay with their route; `move`: they follow"
    )
    reason: SwitchReason

    def planned(self, council: str, by: str, at: datetime) -> RouteSwitch:
        """Returns the switch as it is planned, with an id of its own."""
        return RouteSwitch(
            switch_id=new_id(),
            council=council,
            from_supplier=self.from_supplier,
            to_supplier=None,
            scope=self.scope,
            first_day=self.first_day,
            hub=None if self.route.hub is None else self.route.hub.place(),
            open_copies=self.open_copies,
            reason=self.reason,
            state=SwitchState.PLANNED,
            planned_at=at,
            planned_by=by,
        )


class RouteSwitchSummary(SwitchSummary):
    """A switch of the route as it was planned, and where it is. `from_supplier`: whose goods; `to_supplier` is always null."""

    from_supplier: words.SupplierId | None = Field(description="Whose goods take another route; null: those of any supplier")
    to_supplier: words.SupplierId | None = Field(description="Always null: the supplier stays", examples=[None])
    route: RouteBody = Field(description="The new way from the supplier to the branch")
    open_copies: OpenCopies = Field(description="Whether copies that are open stay with their route (`drain`) or follow (`move`)")


class RouteSwitchView(RouteSwitchSummary, Warned):
    """A switch with its progress: open copies per stage, and who did what and why. It has warnings while it is planned."""

    copies: dict[Stage, int] = Field(
        description="Open copies of the scope: `waiting` for their new place, `there`, or `staying` with their route",
        examples=[{"waiting": 12, "there": 80}],
    )
    history: Sequence[StepView] = Field(description="Who did what and why, oldest first")


class RouteRuleEffect(BaseModel):
    """A delivery rule that the switch would end or add."""

    model_config = ConfigDict(from_attributes=True)

    supplier_id: words.SupplierId | None = Field(description="Whose goods it is about; null: those of any supplier")
    branch: words.BranchCode | None = Field(description="The branch that it is about; null: any")
    material: words.Material | None = Field(description="The kind of material that it is about; null: any")
    valid_from: date = Field(description="First day on which it applies")
    valid_to: date | None = Field(description="First day on which it no longer applies; null: it has no end", examples=[None])
    route: RouteBody = Field(description="The way from the supplier to the branch")


class CopiesEffect(BaseModel):
    """What a switch would do to open copies of one branch, supplier and material that have the same place now.

    A place is null where the supplier delivers as its profile says.
    """

    branch: words.BranchCode
    supplier_id: words.SupplierId
    material: words.Material | None = Field(description="Their kind of material; null where it is not known")
    now: Place | None = Field(description="Where they are unpacked now")
    then: Place | None = Field(description="Where they would be unpacked then")
    copies: int = Field(description="How many there are", examples=[12])
    by_person: bool = Field(description="Whether the lines would ask a person to tell the supplier the new place")


class RouteSwitchPreview(Warned):
    """What a switch would do if its first day were today."""

    rules_ended: Sequence[RouteRuleEffect] = Field(description="Rules that would end on its first day")
    rules_added: Sequence[RouteRuleEffect] = Field(description="Rules that would begin on its first day")
    lines: Sequence[CopiesEffect] = Field(description="Open copies of the scope by branch, supplier, material; the first 200")
    unlisted: int = Field(description="Lines beyond those", examples=[0])
    sums: dict[Stage, int] = Field(
        description="Open copies: `waiting` would follow, `there` have the place already, `staying` keep theirs",
        examples=[{"waiting": 12, "there": 80}],
    )


def switch_view(
    switch: RouteSwitch, counts: Counter[Stage], history: Iterable[RowMapping], warnings: Sequence[RuleWarning]
) -> RouteSwitchView:
    """Returns a switch with its progress."""
    steps = [StepView.model_validate(dict(step)) for step in history]
    return shown(RouteSwitchView, switch, copies=dict(counts), history=steps, warnings=warnings)


def switch_preview(
    switch: RouteSwitch, changes: RouteChanges, found: Sequence[Outlook], warnings: Sequence[RuleWarning]
) -> RouteSwitchPreview:
    """Returns what a switch would do."""
    moves = switch.open_copies is OpenCopies.MOVE
    counts = Counter[Stage]()
    for each in found:
        counts[stage_of(each, moves=moves)] += each.group.copies
    return RouteSwitchPreview(
        rules_ended=[_rule_effect(rule) for rule in changes.ended],
        rules_added=[_rule_effect(rule) for rule in changes.added],
        lines=[_copies_effect(each, moves=moves) for each in found[:_MOST_LISTED]],
        unlisted=max(len(found) - _MOST_LISTED, 0),
        sums=dict(counts),
        warnings=warnings,
    )


def _copies_effect(each: Outlook, *, moves: bool) -> CopiesEffect:
    group = each.group
    waits = stage_of(each, moves=moves) is Stage.WAITING
    return CopiesEffect(
        branch=group.branch.code,
        supplier_id=group.supplier_id,
        material=group.material,
        now=group.place,
        then=each.wanted if waits else group.place,
        copies=group.copies,
        by_person=waits and each.by_person,
    )


def _rule_effect(rule: RouteRule) -> RouteRuleEffect:
    own = {name: getattr(rule, name) for name in RouteRuleEffect.model_fields if name != "route"}
    return RouteRuleEffect(**own, route=route_body(rule.hub))
