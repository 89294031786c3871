"""HTTP shapes of delivery rules, and their conversion from and to the domain's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from services.delivery.domain.routes import Decided
from shared.contracts import words
from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.sourcing.api.shapes import (
    AnyBranch,
    AnyMaterial,
    DayAfter,
    FirstDay,
    OnDay,
    RuleId,
    RuleMode,
    ScopeBranch,
    ScopeMaterial,
    SupplierId,
    TrailFields,
    TrialBody,
    TrialFields,
    TrialTermsView,
    trail_fields,
    trial_fields,
    trial_preview,
)
from shared.sourcing.routes import RouteRule
from shared.sourcing.rules import Mode
from shared.sourcing.trials import TrialRules
from shared.sourcing.warnings import RuleWarning, Warned
from shared.texts import Reference, Text
from shared.values import check_gln

_ANY_SUPPLIER = "The supplier whose goods it is about; null: any that offers the route"
_ROUTE = "The way from the supplier to the branch"
_WHY = "The hub closes for good at the end of the year"
_BY_HUB: JsonDict = {"kind": "hub", "hub": {"code": "CSU", "name": "Central stock unit", "gln": "5012345000008"}}


class HubBody(BaseModel):
    """A place where goods are unpacked before they go on to their branches."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    code: str = Field(pattern=r"^[A-Z0-9]{2,10}$", max_length=10, description="The council's code of the hub", examples=["CSU"])
    name: Reference = Field(
        default="", max_length=100, description='What people call it; "" for no name', examples=["Central stock unit"]
    )
    gln: Annotated[str, Field(max_length=100), AfterValidator(check_gln)] | None = Field(
        default=None, description="Global Location Number, 13 digits; null where the hub has none", examples=["5012345000008"]
    )

    def place(self) -> Place:
        """Returns the hub as the contract's class."""
        return Place(kind=PlaceKind.HUB, **dict(self))


class RouteBody(BaseModel):
    """The way from the supplier to the branch: `direct`, or through a `hub`."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, json_schema_extra={"examples": [_BY_HUB]})

    kind: RouteKind = Field(description="`direct`: from the supplier to the branch; `hub`: unpacked at the hub first")
    hub: HubBody | None = Field(default=None, description="Where to unpack first; null for the route `direct`")

    @model_validator(mode="after")
    def _names_the_hub_it_needs(self) -> Self:
        if (self.kind is RouteKind.HUB) is not (self.hub is not None):
            raise ValueError("the route `hub` names its `hub`, and the route `direct` has none")
        return self


class NewRouteRule(BaseModel):
    """A delivery rule as a council sends it. Without branch, supplier or material, it applies to any."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: SupplierId | None = Field(default=None, description=_ANY_SUPPLIER)
    branch: ScopeBranch | None = Field(default=None, description=AnyBranch)
    material: ScopeMaterial | None = Field(default=None, description=AnyMaterial)
    valid_from: FirstDay
    valid_to: DayAfter = None
    mode: RuleMode = Mode.LIVE
    trial: TrialBody | None = Field(
        default=None, description="The trial of a pilot rule; null for a live rule, which has none", examples=[None]
    )
    route: RouteBody = Field(description=_ROUTE)
    reason: Text = Field(default="", max_length=300, description="Why the rule is made", examples=[_WHY])

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("`valid_to` must be after `valid_from`")
        return self

    def rule(self, council: str, rule_id: UUID) -> RouteRule:
        """Returns the rule as a new one of a council."""
        scope = {name: getattr(self, name) for name in ("supplier_id", "branch", "material", "valid_from", "valid_to", "mode")}
        hub = None if self.route.hub is None else self.route.hub.place()
        trial = None if self.trial is None else self.trial.trial()
        return RouteRule(rule_id=rule_id, council=council, hub=hub, reason=self.reason, trial=trial, **scope)


class RouteRuleView(TrailFields):
    """A delivery rule as it is stored. One that was ended before it began has its first day as `valid_to`."""

    rule_id: RuleId
    supplier_id: words.SupplierId | None = Field(description=_ANY_SUPPLIER)
    branch: words.BranchCode | None = Field(description=AnyBranch)
    material: words.Material | None = Field(description=AnyMaterial)
    valid_from: FirstDay
    valid_to: DayAfter
    mode: RuleMode
    trial: TrialBody | None = Field(description="The trial of a pilot rule; null for a live rule", examples=[None])
    route: RouteBody = Field(description=_ROUTE)
    reason: str = Field(description='Why the rule was made; "" where none was given', examples=[_WHY])
    open_copies_follow: bool = Field(description="Whether copies that were open when a switch made it follow it")


class AddedRouteRule(RouteRuleView, Warned):
    """A delivery rule that was added now, or by the same request before."""


class RouteTrialView(TrialFields):
    """A trial of deliveries with all of its rules, also past and future ones."""

    rules: list[RouteRuleView] = Field(description="Its rules by first day, also past and future ones")


class RoutePreviewQuery(BaseModel):
    """For which copies to show the route."""

    model_config = ConfigDict(extra="forbid")

    branch: ScopeBranch
    supplier_id: SupplierId
    material: ScopeMaterial = "book"
    on: OnDay = None


class PassedOver(BaseModel):
    """A rule that would apply, but whose route the supplier does not offer."""

    rule_id: RuleId
    reason: str = Field(
        description="Why the supplier cannot follow it", examples=["national does not offer the route `hub`; it offers direct."]
    )


class RouteArmView(BaseModel):
    """The route of one arm, and the rule that says it."""

    route: RouteBody = Field(description=_ROUTE)
    rule_id: RuleId


class RouteTrialPreview(TrialTermsView):
    """The trial of the rule that applies, with the route of each arm.

    `control` is null where no other rule applies: the supplier then delivers as its profile says.
    """

    pilot: RouteArmView = Field(description="The route of the share that the trial draws")
    control: RouteArmView | None = Field(description="The route of the rest; null where no other rule applies")


class RoutePreview(BaseModel):
    """The route of a supplier's goods for a branch on a day, and the rule that decides it; null if no rule applies.

    With a `trial`, they are those of its pilot arm.
    """

    route: RouteBody | None = Field(description="The route; null where no rule applies")
    rule_id: UUID | None = Field(description="The rule that decides; null where none applies")
    mode: Mode | None = Field(description="Whether that rule is live or a trial's; null where none applies", examples=["pilot"])
    trial: RouteTrialPreview | None = Field(description="The trial that draws some of them; null where none does")
    passed_over: list[PassedOver] = Field(description="Rules that would apply, but whose route the supplier does not offer")


def rule_view(rule: RouteRule) -> RouteRuleView:
    """Returns a delivery rule with its audit trail."""
    shown = RouteRuleView.model_fields.keys() - TrailFields.model_fields.keys() - {"route", "trial"}
    own = {name: getattr(rule, name) for name in shown}
    trial = None if rule.trial is None else TrialBody.model_validate(rule.trial)
    return RouteRuleView(**own, trial=trial, route=route_body(rule.hub), **trail_fields(rule.trail))


def added_rule(rule: RouteRule, warnings: Sequence[RuleWarning]) -> AddedRouteRule:
    """Returns a delivery rule that was added, with what the council may not have meant by it."""
    return AddedRouteRule(**dict(rule_view(rule)), warnings=warnings)


def trial_view(found: TrialRules[RouteRule], today: date) -> RouteTrialView:
    """Returns a trial of deliveries with its state of today."""
    return RouteTrialView(**trial_fields(found, today), rules=[rule_view(rule) for rule in found.rules])


def route_preview(decided: Decided) -> RoutePreview:
    """Returns which rule decides, and which ones cannot."""
    rule, supplier = decided.by.rule, decided.supplier
    passed_over = [PassedOver(rule_id=one.rule_id, reason=supplier.refusal(one)) for one in decided.passed_over]
    if rule is None:
        return RoutePreview(route=None, rule_id=None, mode=None, trial=None, passed_over=passed_over)
    return RoutePreview(
        route=route_body(rule.hub),
        rule_id=rule.rule_id,
        mode=rule.mode,
        trial=trial_preview(RouteTrialPreview, decided.by, _arm),
        passed_over=passed_over,
    )


def _arm(rule: RouteRule) -> RouteArmView:
    return RouteArmView(route=route_body(rule.hub), rule_id=rule.rule_id)


def route_body(hub: Place | None) -> RouteBody:
    """Returns the route through a hub, or the one straight to the branch where there is none."""
    if hub is None:
        return RouteBody(kind=RouteKind.DIRECT)
    return RouteBody(kind=RouteKind.HUB, hub=HubBody(code=hub.code, name=hub.name, gln=hub.gln))
