"""HTTP shapes of councils' minimums for records, and of records' quality per month. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic.config import JsonDict

from services.catalogue.domain.minimums import SetMinimum
from services.catalogue.domain.quality import SupplierQuality
from services.catalogue.domain.scoring import DEFAULT, Check, Minimum, Rule
from shared.contracts import words
from shared.days import Day
from shared.texts import Reference, Text

MOST_RULES = 100
MOST_LISTED = 5
Value = Annotated[Reference, Field(min_length=1, max_length=60)]
PassMark = Annotated[int, Field(description="The least score that passes, from 0 to 100", examples=[70])]


class RuleBody(BaseModel):
    """One rule: its check, its weight, and the reason shown for a record that does not meet it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    code: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", max_length=40, description="The council's name for the rule", examples=["dewey"]
    )
    check: Check = Field(
        description="What is checked; `values` say more, such as the fields one of which must be stated", examples=["subject"]
    )
    weight: int = Field(
        strict=True,
        ge=0,
        le=1_000,
        description="The share of all weights is what the rule costs where it is not met",
        examples=[10],
    )
    reason: Text = Field(
        min_length=3,
        max_length=200,
        description="Shown for a record that does not meet the rule",
        examples=["there is no Dewey number to shelve by"],
    )
    place: Text = Field(default="", max_length=100, description='Where in the record to look; "" for no place', examples=["082"])
    values: list[Value] = Field(
        default=[],
        max_length=50,
        description="What the check needs: fields one of which must be stated, schemes, levels, or data of copies; else empty",
        examples=[["dewey"]],
    )
    required: StrictBool = Field(default=False, description="A record that does not meet it does not pass, whatever its score")


_OWN_MINIMUM: JsonDict = {
    "valid_from": "2026-12-01",
    "pass_mark": 70,
    "rules": [
        {"code": "title", "check": "states", "weight": 15, "reason": "there is no title", "values": ["title"], "required": True},
        {"code": "dewey", "check": "subject", "weight": 10, "reason": "there is no Dewey number", "values": ["dewey"]},
    ],
}


class NewMinimum(BaseModel):
    """A council's minimum from a day on: pass mark and rules, or the default again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_OWN_MINIMUM]})

    valid_from: Day = Field(description="First day on which it applies: today or later")
    default: StrictBool = Field(default=False, description="True, without the other fields: the default applies again")
    pass_mark: int | None = Field(
        strict=True, default=None, ge=0, le=100, description="The least score that passes; null with `default`", examples=[70]
    )
    rules: list[RuleBody] | None = Field(
        default=None, min_length=1, max_length=MOST_RULES, description="What is checked, and what it weighs; null with `default`"
    )

    @model_validator(mode="after")
    def _whole_or_default(self) -> Self:
        stated = [self.pass_mark, self.rules]
        if self.default and stated != [None, None]:
            raise ValueError("with `default`, leave out `pass_mark` and `rules`")
        if not self.default and None in stated:
            raise ValueError("state `pass_mark` and `rules`, or `default`: true")
        return self

    def own(self) -> Minimum | None:
        """Returns the council's own minimum; None for the default."""
        if self.rules is None or self.pass_mark is None:
            return None
        return Minimum(tuple(_rule(body) for body in self.rules), self.pass_mark)


def _rule(body: RuleBody) -> Rule:
    return Rule(**{**dict(body), "values": tuple(body.values)})


class MinimumView(BaseModel):
    """A minimum, from which day on it applies, and who set it when."""

    default: bool = Field(description="Whether it is the project's own minimum", examples=[False])
    valid_from: date | None = Field(description="First day on which it applies; null where the council never set one")
    pass_mark: PassMark
    rules: list[RuleBody] = Field(description="What is checked, and what it weighs")
    set_by: words.Actor = Field(description="Who set it; `stockbridge` where the council never set one")
    set_at: datetime | None = Field(description="When it was set; null where the council never set one")


class MinimumsView(BaseModel):
    """The minimum in force today, and those that will begin, the next first."""

    in_force: MinimumView = Field(description="The minimum by which records are judged today")
    planned: list[MinimumView] = Field(description="Those that begin on a later day, the next first")


def minimums_view(in_force: SetMinimum, planned: Sequence[SetMinimum]) -> MinimumsView:
    """Returns a council's minimums as its cataloguers see them."""
    return MinimumsView(in_force=_view(in_force), planned=[_view(each) for each in planned])


def _view(each: SetMinimum) -> MinimumView:
    return MinimumView(
        default=each.own is None,
        valid_from=each.valid_from,
        pass_mark=each.minimum.pass_mark,
        rules=[RuleBody.model_validate(rule, from_attributes=True) for rule in each.minimum.rules],
        set_by=each.set_by,
        set_at=each.set_at,
    )


class ShortfallCount(BaseModel):
    """A rule of the default minimum, and how many records did not meet it."""

    code: str = Field(description="Name of the rule in the default minimum", examples=["dewey"])
    reason: str = Field(
        description="Why it matters, in words; empty where the default has no such rule any more",
        examples=["there is no Dewey number to shelve by"],
    )
    place: str = Field(description="Where in the record to look; empty as `reason` is", examples=["082"])
    records: int = Field(description="Records that did not meet it", examples=[57])


class SupplierQualityView(BaseModel):
    """One supplier's records of a month."""

    supplier_id: words.SupplierId
    records: int = Field(
        description="Records received; one that only says what it said before is not counted again", examples=[480]
    )
    average_score: int = Field(description="Average of their scores, from 0 to 100", examples=[88])
    passing: int = Field(description="How many of them pass", examples=[451])
    shortfalls: list[ShortfallCount] = Field(description="The five most frequent ones")


class QualityView(BaseModel):
    """How good the records of a month are, by the project's default minimum."""

    month: str = Field(description="The month, as it was asked for", examples=["2026-11"])
    suppliers: list[SupplierQualityView] = Field(description="The figures of each supplier that sent records in it")


def quality_view(month: date, found: Sequence[SupplierQuality]) -> QualityView:
    """Returns the quality of a month's records."""
    return QualityView(month=f"{month:%Y-%m}", suppliers=[_quality(each) for each in found])


def _quality(each: SupplierQuality) -> SupplierQualityView:
    frequent = sorted(each.shortfalls.items(), key=lambda item: (-item[1], item[0]))[:MOST_LISTED]
    return SupplierQualityView(
        supplier_id=each.supplier_id,
        records=each.whole.records,
        average_score=round(each.whole.points / each.whole.records),
        passing=each.whole.passing,
        shortfalls=[_shortfall(code, records) for code, records in frequent],
    )


_RULES = {rule.code: rule for rule in DEFAULT.rules}


def _shortfall(code: str, records: int) -> ShortfallCount:
    rule = _RULES.get(code)
    reason, place = (rule.reason, rule.place) if rule is not None else ("", "")
    return ShortfallCount(code=code, reason=reason, place=place, records=records)
