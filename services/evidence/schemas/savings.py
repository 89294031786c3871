"""HTTP shapes of savings, as JSON and as rows of CSV. Amounts in minor units; Decimals are texts. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.decisions import Decision
from services.evidence.domain.savings import Reached, Saved
from services.evidence.domain.words import money, too_few
from services.evidence.schemas.baselines import BaselineView, PromiseView
from services.evidence.schemas.decisions import NO_DECISION, DecisionView, decided_in_words, decision_views

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

    month: str = Field(description="`2026-04`, or `all months`")
    is_over: bool = Field(description="Whether all its days have passed; invoices may still arrive")
    promised: Decimal
    reached: Decimal = Field(description="price + work, as far as is known")
    reached_low: float | None = Field(description="95 % interval over titles; of work there is none")
    reached_high: float | None
    price: Decimal = Field(description="Saved on prices: at_baseline - cost")
    work: Decimal = Field(description="Saved on work by hand")
    copies: int = Field(description="Charged, and not credited in full")
    compared: int = Field(description="Of these, of titles that the baseline has")
    titles: int = Field(description="Titles compared")
    at_baseline: Decimal = Field(description="What the compared copies would have cost at the baseline's mean prices")
    cost: Decimal = Field(description="What they cost")
    per_copy: float | None = Field(
        description="Saved on the price of a compared copy, and on the work of a received one, together"
    )
    per_copy_low: float | None = Field(description="95 % interval over titles")
    per_copy_high: float | None
    note: str | None = Field(description="A sentence where it cannot be told; null where it can")
    not_known: list[str] = Field(description="What is in none of these figures, each in a sentence")


class SavingsView(BaseModel):
    """What was reached of a promise until today, month by month. A person judges whether it was kept."""

    promise: PromiseView
    baseline: BaselineView
    as_of: datetime
    decision: DecisionView | None = Field(description=f"The last one about the supplier that promised. Null: {NO_DECISION}")
    decisions: list[DecisionView]
    meaning: str = MEANING
    months: list[SavedView]
    total: SavedView = Field(description="Each amount is the sum of the months'")


def savings_view(found: Reached, now: datetime, decisions: Sequence[Decision]) -> SavingsView:
    """Returns the answer about a promise."""
    decided, currency = decision_views(decisions), found.promise.currency
    return SavingsView(
        promise=PromiseView.model_validate(found.promise),
        baseline=BaselineView.model_validate(found.baseline),
        as_of=now,
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
        yield (each.month, str(each.is_over).lower(), view.promise.currency, *figures, *said)
