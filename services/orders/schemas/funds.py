"""HTTP shapes of funds, of what their copies commit and cost, and of rollovers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.orders.domain.fund_totals import FundTotal, by_year
from services.orders.domain.funds import Fund, FundYear, year_faults
from services.orders.domain.register import MOST_REGISTERED
from services.orders.domain.rollovers import AskedRollover, Rollover, RolloverState, ToRoll
from shared.contracts.base import Money
from shared.days import Day
from shared.http.paging import PageQuery
from shared.texts import Reference, Text

_MOST_YEARS = 30
_LARGEST_BUDGET = 10**14

FundCode = Annotated[
    Reference, Field(min_length=1, max_length=30, description="The council's code of the fund", examples=["ADULT-FIC"])
]
YearName = Annotated[
    Reference, Field(min_length=1, max_length=20, description="The council's name of a financial year", examples=["2026-27"])
]
FromYear = Annotated[
    Reference,
    Field(max_length=20, description='Financial year that copies leave; "" for copies that count in none', examples=["2026-27"]),
]
RollsOn = Annotated[Day, Field(description="Day on which it is carried out: today or later")]
WhyRolled = Annotated[
    Text, Field(min_length=3, max_length=300, description="Why, for the timelines of the copies", examples=["The year has ended"])
]


class BudgetBody(BaseModel):
    """What may be spent in a financial year."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    minor: int = Field(
        ge=0, le=_LARGEST_BUDGET, description="Amount in minor units of the currency, such as pence", examples=[999]
    )
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$", max_length=3, description="Code of ISO 4217", examples=["GBP"])


class FundYearBody(BaseModel):
    """A financial year of a fund. What is ordered on one of its days counts in it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    year: YearName
    starts_on: Day = Field(description="First day")
    ends_on: Day = Field(description="Last day, which is in the year")
    budget: BudgetBody | None = Field(
        default=None, description="What may be spent in it, to be shown beside what is; null for not stated. It stops no order"
    )


def _without_faults(years: list[FundYearBody]) -> list[FundYearBody]:
    if faults := year_faults(FundYear(**year.model_dump()) for year in years):
        raise ValueError(" ".join(faults))
    return years


class FundBody(BaseModel):
    """A fund as the council describes it. Everything that is left out is removed from a known fund."""

    model_config = ConfigDict(extra="forbid")

    code: FundCode
    name: Reference = Field(default="", max_length=100, description="Name for people", examples=["Adult fiction"])
    open_from: Day | None = Field(default=None, description="First day on which it takes orders; null for no such day")
    closed_from: Day | None = Field(
        default=None, description="First day on which it takes no more orders; null for none. What is ordered stays"
    )
    years: Annotated[list[FundYearBody], Field(max_length=_MOST_YEARS), AfterValidator(_without_faults)] = Field(
        default=[],
        description="Its financial years. With any, it takes orders only on days of one; without, copies count in none",
    )

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.open_from and self.closed_from and self.closed_from <= self.open_from:
            raise ValueError("It closes before it opens; give a closed_from after open_from, or leave one out.")
        return self

    def fund(self) -> Fund:
        """Returns the fund as the domain's class."""
        years = tuple(sorted((FundYear(**year.model_dump()) for year in self.years), key=lambda year: year.starts_on))
        return Fund(code=self.code, name=self.name, open_from=self.open_from, closed_from=self.closed_from, years=years)


def _once_each(funds: list[FundBody]) -> list[FundBody]:
    codes = [fund.code for fund in funds]
    if twice := sorted({code for code in codes if codes.count(code) > 1}) if len(set(codes)) < len(codes) else []:
        raise ValueError(f"Give each fund once; these are given twice: {', '.join(twice[:10])}.")
    return funds


# As a council sends them: all at once.
FundBodies = Annotated[list[FundBody], Field(max_length=MOST_REGISTERED), AfterValidator(_once_each)]


class FundAmounts(BaseModel):
    """What the copies of a fund commit and cost in one currency: committed less released less replaced is what is open."""

    committed: Money = Field(description="What all copies are expected to cost, whatever became of them")
    released: Money = Field(description="Of that, what was cancelled or refused")
    replaced: Money = Field(description="Of that, what a charge has taken the place of")
    open: Money = Field(description="What is still committed")
    invoiced: Money = Field(description="What invoices charged for the copies")
    credited: Money = Field(description="What credit notes gave back of that, as a positive amount")


class FundYearView(BaseModel):
    """A financial year of a fund, and what its copies commit and cost."""

    year: str = Field(description='Its name; "" for copies that count in none', examples=["2026-27"])
    starts_on: date | None = Field(description="First day; null where the fund has no such year any more")
    ends_on: date | None = Field(description="Last day; null where the fund has no such year any more")
    budget: Money | None = Field(description="What may be spent in it, as the council states; null where it does not")
    copies: int = Field(description="Copies that count in it, whatever became of them", examples=[120])
    open_copies: int = Field(description="Copies that still commit something, known or not", examples=[34])
    unpriced: int = Field(description="Open copies without a price: they commit 0", examples=[2])
    totals: list[FundAmounts] = Field(description="Amounts, one entry a currency")


class FundView(BaseModel):
    """A fund with its financial years."""

    code: FundCode
    name: str = Field(description='Name for people; "" for none', examples=["Adult fiction"])
    registered: bool = Field(description="Whether the council has registered it; else orders only named it")
    open_from: date | None = Field(description="First day on which it takes orders; null for no such day")
    closed_from: date | None = Field(description="First day on which it takes no more orders; null for none")
    years: list[FundYearView] = Field(description="Its years by name, with those in which copies count")


class FundQuery(BaseModel):
    """Which years of a fund to show."""

    year: str | None = Field(default=None, max_length=20, description='Only this year; "" for copies that count in none')


class FundsQuery(PageQuery):
    """Which funds to list, and which of their years to show."""

    year: str | None = Field(default=None, max_length=20, description='Only this year; "" for copies that count in none')


class RolloverBody(BaseModel):
    """A decision that what a fund's copies still commit counts in another financial year."""

    model_config = ConfigDict(extra="forbid")

    from_year: FromYear
    to_year: YearName
    rolls_on: RollsOn
    reason: WhyRolled

    def asked(self, fund: str) -> AskedRollover:
        """Returns the request about one fund."""
        return AskedRollover(self.from_year, self.to_year, self.rolls_on, self.reason, fund=fund)


class RolloversBody(BaseModel):
    """The same decision about several funds."""

    model_config = ConfigDict(extra="forbid")

    from_year: FromYear
    to_year: YearName
    rolls_on: RollsOn
    reason: WhyRolled
    funds: Annotated[list[FundCode], Field(min_length=1, max_length=MOST_REGISTERED)] | None = Field(
        default=None, description="Codes of the funds; left out for all that have both years"
    )

    def asked(self) -> AskedRollover:
        """Returns the request."""
        funds = None if self.funds is None else tuple(self.funds)
        return AskedRollover(self.from_year, self.to_year, self.rolls_on, self.reason, funds=funds)


class RolloverView(BaseModel):
    """A rollover of one fund, and how far it is."""

    rollover_id: UUID = Field(description="Our id of this decision, in `GET /v1/fund-rollovers`")
    fund: FundCode
    from_year: FromYear
    to_year: YearName
    rolls_on: date = Field(description="Day on which it is carried out")
    reason: WhyRolled
    state: RolloverState = Field(description="`planned` until its day, `running` until no copy is left, `done` for good")
    decided_at: datetime = Field(description="When it was decided")
    decided_by: str = Field(description="Who decided it", examples=["j.archer"])
    done_at: datetime | None = Field(description="When the last copy was moved; null until then")
    copies: int = Field(description="Copies that it has moved so far", examples=[34])
    moved: list[Money] = Field(description="What it has moved so far, one amount a currency")


class RolloverPreview(BaseModel):
    """What a rollover would move of one fund if it were carried out now."""

    fund: FundCode
    copies: int = Field(description="Copies that still commit something", examples=[34])
    unpriced: int = Field(description="Of them, those without a price", examples=[2])
    moved: list[Money] = Field(description="What they commit, one amount a currency")


class RolloverQuery(PageQuery):
    """Which rollovers to list."""

    fund: str | None = Field(default=None, max_length=30, description="Only those of this fund")


def fund_view(code: str, fund: Fund | None, totals: Iterable[FundTotal], year: str | None) -> FundView:
    """Returns a fund with its years, or one of them; `fund` is None where the council has not registered it."""
    found = fund or Fund(code=code)
    counted, known = by_year(totals), {each.year: each for each in found.years}
    shown = sorted(known.keys() | counted.keys()) if year is None else [year] if year in known or year in counted else []
    return FundView(
        code=code,
        name=found.name,
        registered=fund is not None,
        open_from=found.open_from,
        closed_from=found.closed_from,
        years=[_year_view(name, known.get(name), counted.get(name, [])) for name in shown],
    )


def _year_view(name: str, year: FundYear | None, totals: Sequence[FundTotal]) -> FundYearView:
    return FundYearView(
        year=name,
        starts_on=year.starts_on if year else None,
        ends_on=year.ends_on if year else None,
        budget=year.budget if year else None,
        copies=sum(total.copies for total in totals),
        open_copies=sum(total.open_copies for total in totals),
        unpriced=sum(total.unpriced for total in totals),
        totals=[_amounts(total) for total in totals if total.currency],
    )


def _amounts(total: FundTotal) -> FundAmounts:
    names = FundAmounts.model_fields
    return FundAmounts(**{name: Money(minor=getattr(total, name), currency=total.currency) for name in names})


def rollover_view(of: Rollover) -> RolloverView:
    """Returns a rollover as the API shows it."""
    return RolloverView(
        rollover_id=of.rollover_id,
        fund=of.fund,
        from_year=of.from_year,
        to_year=of.to_year,
        rolls_on=of.rolls_on,
        reason=of.reason,
        state=of.state,
        decided_at=of.decided_at,
        decided_by=of.decided_by,
        done_at=of.done_at,
        copies=of.copies,
        moved=[Money(minor=minor, currency=currency) for currency, minor in sorted(of.moved.items())],
    )


def rollover_preview(of: ToRoll) -> RolloverPreview:
    """Returns what a rollover would move."""
    moved = [Money(minor=total.open, currency=total.currency) for total in of.totals if total.currency and total.open]
    return RolloverPreview(fund=of.fund, copies=of.copies, unpriced=of.unpriced, moved=moved)
