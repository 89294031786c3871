"""HTTP shapes of sourcing rules and trials, and their conversion from the domain's classes. Decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, model_validator
from pydantic.json_schema import WithJsonSchema

from shared.contracts import words
from shared.contracts.trials import DrawUnit
from shared.days import Day
from shared.ids import new_id
from shared.sourcing.contract_ends import ContractEnd
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trail, Trial
from shared.sourcing.trials import Deciding, R, TrialRules, TrialState, share_text
from shared.sourcing.warnings import RuleWarning, Warned
from shared.texts import Reference, Text

Shape = TypeVar("Shape", bound="TrialTermsView")

_SHARE = re.compile(r"[01](?:\.[0-9]{1,9})?")

SupplierId = Annotated[words.SupplierId, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", max_length=31)]
ScopeBranch = Annotated[
    Reference, Field(min_length=1, max_length=40, description="The council's code of the branch", examples=["IPSW"])
]
ScopeMaterial = Annotated[
    Reference, Field(min_length=1, max_length=40, description="The council's word for the kind of material", examples=["book"])
]
RuleId = Annotated[UUID, Field(description="Identifies the rule")]
# What rules of every strand say of themselves.
AnyBranch = "The branch whose copies the rule is about; null: any"
AnyMaterial = "The kind of material that it is about; null: any"
FirstDay = Annotated[Day, Field(description="First day on which the rule applies")]
DayAfter = Annotated[
    Day | None, Field(description="First day on which the rule no longer applies; null: it has no end", examples=[None])
]
OnDay = Annotated[Day | None, Field(description="The day that is asked about; today if none is given")]
RuleMode = Annotated[
    Mode,
    Field(description="`live`: the rule decides for all of its scope; `pilot`: for the share of it that its trial draws"),
]
WhyMade = Annotated[
    Text, Field(max_length=350, description="Why the rule is made", examples=["Crime paperbacks move to the national bookseller"])
]
WhyAsked = Annotated[
    Text,
    Field(
        min_length=3,
        max_length=350,
        description="Why, in words that a colleague understands next year",
        examples=["The consortium's contract ends in March"],
    ),
]
# A path ends a trial: no slash, and nothing that a path means otherwise.
TrialName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$"),
    Field(
        description="The council's name of the trial, unique in its strand: letters, digits, spaces and ._-",
        examples=["spring-crime"],
    ),
]


def _read_share(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    # A number of JSON would have passed through binary, where 0.3 is another number.
    if not isinstance(value, str) or not _SHARE.fullmatch(value) or Decimal(value) > 1:
        raise ValueError('send a text with a decimal number from 0 to 1, with a point and at most 9 decimals, such as "0.3"')
    return Decimal(value)


Unit = Annotated[DrawUnit, Field(description="What is drawn: each line of an order, or each order. Records are drawn by ISBN")]
Share = Annotated[
    Decimal,
    BeforeValidator(_read_share),
    PlainSerializer(share_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHARE.pattern}$", "maxLength": 11}),
    Field(description="Share of the units that the pilot arm gets, from 0 to 1", examples=["0.3"]),
]


class TrialBody(BaseModel):
    """How a trial draws; the same in all of its rules."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: TrialName
    share: Share
    unit: Unit
    seed: Reference = Field(default="", max_length=40, description="Another seed draws other units", examples=["2026"])

    def trial(self) -> Trial:
        """Returns the trial as the domain's class."""
        return Trial(self.name, self.share, self.unit, self.seed)


class RuleFields(BaseModel):
    """The fields of a rule. Without branch or material, it applies to any."""

    supplier_id: SupplierId = Field(examples=["national"])
    branch: ScopeBranch | None = Field(default=None, description=AnyBranch)
    material: ScopeMaterial | None = Field(default=None, description=AnyMaterial)
    valid_from: FirstDay
    valid_to: DayAfter = None
    mode: RuleMode = Mode.LIVE
    trial: TrialBody | None = Field(
        default=None, description="The trial of a pilot rule; null for a live rule, which has none", examples=[None]
    )
    reason: WhyMade = ""


class NewRule(RuleFields):
    """A rule as a council sends it."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("`valid_to` must be after `valid_from`")
        return self


def new_rule(council: str, strand: Strand, body: NewRule, rule_id: UUID | None = None) -> SourcingRule:
    """Returns the rule that a body asks for, with this id or one of its own."""
    trial = None if body.trial is None else body.trial.trial()
    return SourcingRule(rule_id=rule_id or new_id(), council=council, strand=strand, **{**dict(body), "trial": trial})


class TrailFields(BaseModel):
    """Who made a rule, who ended it, when and why; the same for the rules of each strand."""

    created_by: words.Actor = Field(description="Who made it; why is its `reason`")
    approved_by: words.SecondPerson | None = Field(description="The second person that approved it; null where none was required")
    ended_by: words.Actor | None = Field(
        description="Who ended it; null where nobody did, also where it has a last day", examples=[None]
    )
    ended_at: datetime | None = Field(
        description="When it was ended; null where nobody did, and for what was ended in an earlier release", examples=[None]
    )
    ended_reason: str = Field(description='Why it was ended; "" where it was not', examples=[""])
    end_approved_by: words.SecondPerson | None = Field(
        description="The second person that approved its end; null where none was required", examples=[None]
    )


class RuleView(RuleFields, TrailFields):
    """A rule as it is stored. A rule that was ended before it began has its first day as `valid_to`."""

    rule_id: RuleId


class AddedRule(RuleView, Warned):
    """A rule that was added now, or by the same request before."""


class ArmView(BaseModel):
    """The supplier of one arm, and the rule that names it."""

    supplier_id: words.SupplierId
    rule_id: RuleId


class TrialTermsView(BaseModel):
    """How a trial draws."""

    name: TrialName
    share: Share
    unit: Unit


class TrialPreview(TrialTermsView):
    """A trial that covers the branch and material, with what serves each arm. No control: no other rule applies."""

    pilot: ArmView = Field(description="What serves the share that the trial draws")
    control: ArmView | None = Field(description="What serves the rest; null where no other rule applies")


class EndingContract(BaseModel):
    """The end of the contract with the supplier that a rule names."""

    supplier_id: words.SupplierId
    last_day: date = Field(description="The last day on which it serves the council in this strand")
    next_supplier: words.SupplierId | None = Field(
        description="Who gets what it would get too late; null: nobody", examples=["national"]
    )


class Preview(BaseModel):
    """The supplier that serves a branch and material on a day, and the rule that decides it; null if no rule applies.

    With a `trial`, they are those of its pilot arm. With a `contract_end`, the supplier may be the next one.
    """

    supplier_id: words.SupplierId | None = Field(description="The supplier that serves them; null where no rule applies")
    rule_id: UUID | None = Field(description="The rule that decides; null where none applies")
    mode: Mode | None = Field(description="Whether that rule is live or a trial's; null where none applies", examples=["pilot"])
    trial: TrialPreview | None = Field(description="The trial that draws some of them; null where none does")
    contract_end: EndingContract | None = Field(
        description="The contract end of the supplier that the rules name; null where none is stated"
    )


Why = Annotated[
    Text,
    Field(
        max_length=350,
        description="Why it is ended; required where a second person must approve it",
        examples=["Replaced by a rule for all branches"],
    ),
]


class TrialEnd(BaseModel):
    """Why a council ends a trial. It is kept with each rule that ends."""

    model_config = ConfigDict(extra="forbid")

    reason: WhyAsked


class TrialFields(TrialTermsView):
    """A trial of any strand: its terms and its days."""

    seed: str = Field(description='Another seed draws other units; "" where the council gave none', examples=["2026"])
    first_day: date | None = Field(description="First day of its rules; null where all were ended before they began")
    last_day: date | None = Field(description="Last day of its rules; null where one has no end")
    state: TrialState = Field(description="`planned`, `running` or `ended`, by the days of its rules")


class TrialView(TrialFields):
    """A trial with all of its rules, also past and future ones."""

    rules: list[RuleView] = Field(description="Its rules by first day, also past and future ones")


def trail_fields(trail: Trail) -> dict[str, Any]:
    """Returns the fields of a view that show an audit trail."""
    return {name: getattr(trail, name) for name in TrailFields.model_fields}


def rule_view(rule: SourcingRule) -> RuleView:
    """Returns a rule as it is stored."""
    own = {name: getattr(rule, name) for name in RuleFields.model_fields if name != "trial"}
    trial = None if rule.trial is None else TrialBody.model_validate(rule.trial)
    return RuleView(rule_id=rule.rule_id, trial=trial, **own, **trail_fields(rule.trail))


def added_rule(rule: SourcingRule, warnings: Sequence[RuleWarning]) -> AddedRule:
    """Returns a rule that was added, with what the council may not have meant by it."""
    return AddedRule(**dict(rule_view(rule)), warnings=warnings)


def trial_view(found: TrialRules[SourcingRule], today: date) -> TrialView:
    """Returns a trial with its state of today."""
    return TrialView(**trial_fields(found, today), rules=[rule_view(rule) for rule in found.rules])


def trial_fields(found: TrialRules[R], today: date) -> dict[str, Any]:
    """Returns the fields of `TrialFields`."""
    trial = found.trial
    days = {"first_day": found.first_day, "last_day": found.last_day, "state": found.state(today)}
    return {"name": trial.name, "share": trial.share, "unit": trial.unit, "seed": trial.seed, **days}


def preview_of(decided: Deciding[SourcingRule], end: ContractEnd | None) -> Preview:
    """Returns what decides for a branch and material; `end` is that of the supplier that the rules name."""
    rule = decided.rule
    contract_end = None if end is None else EndingContract.model_validate(end, from_attributes=True)
    if rule is None:
        return Preview(supplier_id=None, rule_id=None, mode=None, trial=None, contract_end=contract_end)
    return Preview(
        supplier_id=rule.supplier_id,
        rule_id=rule.rule_id,
        mode=rule.mode,
        trial=trial_preview(TrialPreview, decided, _arm),
        contract_end=contract_end,
    )


def trial_preview(shape: type[Shape], decided: Deciding[R], arm: Callable[[R], BaseModel]) -> Shape | None:
    """Returns the trial that covers a scope in a shape of its strand, whose arms `arm` shows; None where none does."""
    trial, pilot, control = decided.trial, decided.rule, decided.control
    if trial is None or pilot is None:
        return None
    arms = {"pilot": arm(pilot), "control": None if control is None else arm(control)}
    return shape.model_validate({"name": trial.name, "share": trial.share, "unit": trial.unit, **arms})


def _arm(rule: SourcingRule) -> ArmView:
    return ArmView(supplier_id=rule.supplier_id, rule_id=rule.rule_id)
