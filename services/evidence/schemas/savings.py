"""HTTP shapes of savings, as JSON and as rows of CSV. Amounts in minor units; Decimals are texts. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.decisions import Decision
from services.evidence.domain.savings import Reached, Saved
from services.evidence.domain.words import money, too_few
from services.evidence.schemas.baselines import BaselineView, PromiseView
from services.evidence.schemas.decisions import NO_DECISION, DecisionView, decided_in_words, decision_views
from services.evidence.schemas.words import ComputedAt, ExactMinor

_PLAIN = (
    "promised",
    "reached",
    "reached_low",
    "reached_high",
    "price",
    "work",
    "copies",
    "compared",
    "titles",
    "at_baseline",
    "cost",
)
_PER_COPY = ("per_copy", "per_copy_low", "per_copy_high")
HEADINGS = ("month", "is_over", "currency", *_PLAIN, *_PER_COPY, "note", "not_known", "decision")
MEANING = (
    "Saved on the price: what the month's copies would have cost at the baseline's mean prices of the same titles, less what "
    "they cost, with servicing, carriage and other charges, before tax. Saved on work: the baseline's work per copy received "
    "for as many copies, less the month's, by the cost model of each day. What is not known is named, and in no figure."
)


class SavedView(BaseModel):
    """What was saved in a month, or in all of them. Below zero: it cost more."""

    model_config = ConfigDict(from_attributes=True)

    month: str = Field(description="`2026-04`, or `all months`", examples=["2026-04"])
    is_over: bool = Field(description="Whether all its days have passed; invoices may still arrive")
    promised: ExactMinor = Field(description="What was promised for it, in minor units")
    reached: ExactMinor = Field(description="price + work, as far as is known, in minor units")
    reached_low: float | None = Field(
        description="Least value of the 95 % interval over titles; of work there is none; null where there is none",
        examples=[1_210.0],
    )
    reached_high: float | None = Field(description="Greatest value of it; null where there is none", examples=[1_790.0])
    price: ExactMinor = Field(description="Saved on prices, in minor units: at_baseline - cost")
    work: ExactMinor = Field(description="Saved on work by hand, in minor units")
    copies: int = Field(description="Charged, and not credited in full", examples=[118])
    compared: int = Field(description="Of these, of titles that the baseline has", examples=[90])
    titles: int = Field(description="Titles compared", examples=[64])
    at_baseline: ExactMinor = Field(
        description="What the compared copies would have cost at the baseline's mean prices, in minor units"
    )
    cost: ExactMinor = Field(description="What they cost, in minor units")
    per_copy: float | None = Field(
        description="Saved on the price of a compared copy, and on the work of a received one, together, in minor units; null "
        "where it cannot be told",
        examples=[14.2],
    )
    per_copy_low: float | None = Field(
        description="Least value of the 95 % interval over titles; null where there is none", examples=[11.0]
    )
    per_copy_high: float | None = Field(description="Greatest value of it; null where there is none", examples=[17.4])
    note: str | None = Field(
        description="A sentence where it cannot be told; null where it can", examples=["1 title is too few to tell"]
    )
    not_known: list[str] = Field(
        description="What is in none of these figures, each in a sentence",
        examples=[["No invoice of 2026-04 charges a copy in this scope and currency."]],
    )


class SavingsView(BaseModel):
    """What was reached of a promise until today, month by month. A person judges whether it was kept."""

    promise: PromiseView = Field(description="What was promised, and by when")
    baseline: BaselineView = Field(description="The baseline that it is measured against")
    computed_at: ComputedAt
    decision: DecisionView | None = Field(description=f"The last one about the supplier that promised. Null: {NO_DECISION}")
    decisions: list[DecisionView] = Field(description="All about the supplier that promised, the oldest first")
    meaning: str = Field(default=MEANING, description="How it is computed, in words")
    months: list[SavedView] = Field(description="Each month until today")
    total: SavedView = Field(description="All months together: each amount is the sum of the months'")


def savings_view(found: Reached, now: datetime, decisions: Sequence[Decision]) -> SavingsView:
    """Returns the answer about a promise."""
    decided, currency = decision_views(decisions), found.promise.currency
    return SavingsView(
        promise=PromiseView.model_validate(found.promise),
        baseline=BaselineView.model_validate(found.baseline),
        computed_at=now,
        decision=decided[-1] if decided else None,
        decisions=decided,
        months=[_saved(each, currency) for each in found.savings.months],
        total=_saved(found.savings.total, currency),
    )


def _saved(each: Saved, currency: str) -> SavedView:
    between, interval = each.reached_between, each.per_copy.interval
    return SavedView(
        month=each.name,
        is_over=each.is_over,
        promised=each.promised,
        reached=each.reached,
        reached_low=None if between is None else between.low,
        reached_high=None if between is None else between.high,
        price=each.price,
        work=each.work,
        copies=each.copies,
        compared=each.compared,
        titles=each.titles,
        at_baseline=each.at_baseline,
        cost=each.cost,
        per_copy=each.per_copy.value,
        per_copy_low=None if interval is None else interval.low,
        per_copy_high=None if interval is None else interval.high,
        note=too_few(each.per_copy, money(currency), "title"),
        not_known=list(each.unknown),
    )


def savings_rows(view: SavingsView) -> Iterator[Sequence[object]]:
    """Yields the rows of CSV under HEADINGS: one for each month, and one for all."""
    decided = decided_in_words(view.decisions)
    for each in (*view.months, view.total):
        figures = [getattr(each, name) for name in (*_PLAIN, *_PER_COPY)]
        said = (each.note or "", " ".join(each.not_known), decided)
        yield (each.month, str(each.is_over).lower(), view.promise.amount.currency, *figures, *said)
