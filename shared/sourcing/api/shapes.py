"""HTTP shapes of sourcing rules and trials, and their conversion from the domain's classes. Decides nothing."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, model_validator
from pydantic.json_schema import WithJsonSchema

from shared.contracts.trials import DrawUnit
from shared.ids import new_id
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trial
from shared.sourcing.trials import Deciding, R, TrialRules, TrialState, share_text
from shared.texts import Reference, Text

_SHARE = re.compile(r"[01](?:\.[0-9]{1,9})?")

SupplierId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", description="Our name for the supplier")]
Scope = Annotated[Reference, Field(min_length=1, max_length=40)]
# A path ends a trial: no slash, and nothing that a path means otherwise.
TrialName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$"),
    Field(description="The council's name of the trial, unique in its strand: letters, digits, spaces and ._-"),
]


def _read_share(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    # A number of JSON would have passed through binary, where 0.3 is another number.
    if not isinstance(value, str) or not _SHARE.fullmatch(value) or Decimal(value) > 1:
        raise ValueError('send a text with a decimal number from 0 to 1, with a point and at most 9 decimals, such as "0.3"')
    return Decimal(value)


Share = Annotated[
    Decimal,
    BeforeValidator(_read_share),
    PlainSerializer(share_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHARE.pattern}$"}),
    Field(description="Share of the units that the pilot arm gets, from 0 to 1", examples=["0.3"]),
]


class TrialBody(BaseModel):
    """How a trial draws; the same in all of its rules."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: TrialName
    share: Share
    unit: DrawUnit = Field(description="What is drawn: each line of an order, or each order. Records are drawn by ISBN")
    seed: Reference = Field(default="", max_length=40, description="Another seed draws other units")

    def trial(self) -> Trial:
        """Returns the trial as the domain's class."""
        return Trial(self.name, self.share, self.unit, self.seed)


class RuleFields(BaseModel):
    """The fields of a rule. Without branch or material, it applies to any."""

    supplier_id: SupplierId
    branch: Scope | None = None
    material: Scope | None = None
    valid_from: date = Field(description="First day on which the rule applies")
    valid_to: date | None = Field(default=None, description="First day on which the rule no longer applies")
    mode: Mode = Mode.LIVE
    trial: TrialBody | None = Field(default=None, description="The trial of a pilot rule; a live rule has none")
    reason: Text = Field(default="", max_length=350, description="Why the rule is made")


class NewRule(RuleFields):
    """A rule as a council sends it."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("`valid_to` must be after `valid_from`")
        return self


def new_rule(council: str, strand: Strand, body: NewRule) -> SourcingRule:
    """Returns the rule that a body asks for, with an id of its own."""
    trial = None if body.trial is None else body.trial.trial()
    return SourcingRule(rule_id=new_id(), council=council, strand=strand, **{**dict(body), "trial": trial})


class KeptRule(BaseModel):
    """What a rule of any strand has once it is stored. One that was ended before it began has its first day as `valid_to`."""

    rule_id: UUID
    created_by: str = Field(description="Who made the rule")
    ended_by: str | None = Field(description="Who ended it; null where nobody did, also where it has a last day")
    ended_at: datetime | None = Field(description="When its trial was ended; null for a rule that was ended alone")
    ended_reason: str = Field(description="Why its trial was ended")


class RuleView(KeptRule, RuleFields):
    """A rule as it is stored."""


class ArmView(BaseModel):
    """The supplier of one arm, and the rule that names it."""

    supplier_id: str
    rule_id: UUID


class TrialTermsView(BaseModel):
    """How a trial draws."""

    name: str
    share: Share
    unit: DrawUnit


class TrialPreview(TrialTermsView):
    """A trial that covers the branch and material, with what serves each arm. No control: no other rule applies."""

    pilot: ArmView
    control: ArmView | None


class Preview(BaseModel):
    """The supplier that serves a branch and material on a day, and the rule that decides it; null if no rule applies.

    With a `trial`, they are those of its pilot arm.
    """

    supplier_id: str | None
    rule_id: UUID | None
    mode: Mode | None
    trial: TrialPreview | None


class TrialEnd(BaseModel):
    """Why a council ends a trial. It is kept with each rule that ends."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=3, max_length=350)


class TrialFields(TrialTermsView):
    """A trial of any strand: its terms and its days."""

    seed: str
    first_day: date | None = Field(description="First day of its rules; null where all were ended before they began")
    last_day: date | None = Field(description="Last day of its rules; null where one has no end")
    state: TrialState


class TrialView(TrialFields):
    """A trial with all of its rules, also past and future ones."""

    rules: list[RuleView]


def rule_view(rule: SourcingRule) -> RuleView:
    """Returns a rule as it is stored."""
    return RuleView.model_validate(rule, from_attributes=True)


def trial_view(found: TrialRules[SourcingRule], today: date) -> TrialView:
    """Returns a trial with its state of today."""
    return TrialView(**trial_fields(found, today), rules=[rule_view(rule) for rule in found.rules])


def trial_fields(found: TrialRules[R], today: date) -> dict[str, Any]:
    """Returns the fields of `TrialFields`."""
    trial = found.trial
    days = {"first_day": found.first_day, "last_day": found.last_day, "state": found.state(today)}
    return {"name": trial.name, "share": trial.share, "unit": trial.unit, "seed": trial.seed, **days}


def preview_of(decided: Deciding[SourcingRule]) -> Preview:
    """Returns what decides for a branch and material."""
    rule, trial = decided.rule, decided.trial
    if rule is None:
        return Preview(supplier_id=None, rule_id=None, mode=None, trial=None)
    return Preview(
        supplier_id=rule.supplier_id,
        rule_id=rule.rule_id,
        mode=rule.mode,
        trial=None if trial is None else _trial_preview(trial, rule, decided.control),
    )


def _trial_preview(trial: Trial, pilot: SourcingRule, control: SourcingRule | None) -> TrialPreview:
    return TrialPreview(
        name=trial.name,
        share=trial.share,
        unit=trial.unit,
        pilot=_arm(pilot),
        control=None if control is None else _arm(control),
    )


def _arm(rule: SourcingRule) -> ArmView:
    return ArmView(supplier_id=rule.supplier_id, rule_id=rule.rule_id)
