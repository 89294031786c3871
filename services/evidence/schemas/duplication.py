"""HTTP shapes of what was done twice, as JSON and as rows of CSV. Amounts in minor units; Decimals are texts. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked
from services.evidence.domain.duplication import UNKNOWN, Again, Duplication, Times
from services.evidence.schemas.costs import CouncilGapView, UnknownWorkView
from services.evidence.schemas.decisions import NO_DECISION
from services.evidence.schemas.measures import MeasureView, figures
from services.evidence.schemas.words import ComputedAt, CouncilOrAll, ExactMinor, FirstDay, LastDay, Minutes

HEADINGS = ("part", "council", "supplier", "figure", "unit", "value", "low", "high", "n", "note", "decision")
_ALL, _DECISION = "all", "none recorded"
_NO_INTERVAL = (None, None, None)
_COUNTS = ("titles", "copies", "for_branch", "for_council", "two_suppliers", "other_edition", "copies_again")


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AgainView(_View):
    """Works that a council ordered in the period, and those of them that it ordered again while earlier copies were open."""

    council: str | None = Field(
        description="ISIL; null: all councils together; a title of two councils counts for each", examples=["GB-SFK"]
    )
    titles: int = Field(description="Works that were ordered", examples=[640])
    copies: int = Field(description="Copies of them that were ordered", examples=[1_210])
    for_branch: int = Field(description="Titles that were ordered again for a branch that waited for copies", examples=[4])
    for_council: int = Field(
        description="Titles that were ordered again while only other branches of the council waited", examples=[9]
    )
    two_suppliers: int = Field(description="Of both, those open at another supplier", examples=[2])
    other_edition: int = Field(description="Of both, those of which only another edition was open", examples=[3])
    copies_again: int = Field(description="Copies of the lines that ordered again", examples=[21])
    share: MeasureView = Field(description="Share of titles that were ordered again")


class RecordedView(_View):
    """Records of a supplier, withdrawals apart: of one council, those of books that it had ordered."""

    supplier_id: str = Field(
        description="Our name for the supplier; `council:` and a council, where a cataloguer fixed the title",
        examples=["national"],
    )
    received: int = Field(description="Records received", examples=[350])
    repeated: int = Field(description="Of these, the ones that said what their supplier had said before", examples=[40])
    already_held: int = Field(
        description="Of the others, the ones that came when another supplier's was at least as good", examples=[25]
    )
    requests_saved: int = Field(description="Books that a council ordered first when their record was there", examples=[60])
    used: Mapping[int, int] = Field(
        description="How many books a council was the nth of all to use the record of, by nth", examples=[{"1": 210, "2": 35}]
    )


class SavingView(_View):
    """Work of cataloguing that doing it once saved, or would save, by the cost model of each council and day."""

    council: str | None = Field(description="ISIL; null: all councils together", examples=["GB-SFK"])
    times: Times = Field(
        description="`shared`: a record was made once, and further councils used it. `repeated`: several councils got the book "
        "without a record, or with one below their minimum, and each has to catalogue it by hand"
    )
    currency: str | None = Field(description="Of the cost models; null where none applies", examples=["GBP"])
    first: int = Field(description="Books of which the council was the first", examples=[35])
    further: int = Field(description="Books that another council had, or catalogued, before", examples=[14])
    minutes: Minutes = Field(description="What the further ones take, as far as it is known")
    hours: Decimal = Field(description="The same in hours", examples=["0.71"])
    cost: ExactMinor = Field(description="In minor units, rounded to two decimals for each council")
    unknown: list[UnknownWorkView] = Field(description="Further ones that `minutes` and `cost` leave out")


class DuplicationView(BaseModel):
    """What was done twice in a period, both days included."""

    model_config = ConfigDict(populate_by_name=True)

    first: FirstDay = Field(alias="from")
    last: LastDay = Field(alias="to")
    council: CouncilOrAll
    computed_at: ComputedAt
    decision: None = Field(default=None, description=NO_DECISION, examples=[None])
    ordered_again: list[AgainView] = Field(description="By council; the last one is of all together")
    records: list[RecordedView] = Field(description="By supplier")
    cataloguing: list[SavingView] = Field(description="By council; the last ones are of all together")
    gaps: list[CouncilGapView] = Field(description="Days of the period for which a council with further work has no cost model")
    unknown: Sequence[str] = Field(default=UNKNOWN, description="What no event and no cost model says")


def duplication_view(asked: Asked, found: Duplication, now: datetime) -> DuplicationView:
    """Returns the answer to a question about what was done twice."""
    return DuplicationView(
        first=asked.first,
        last=asked.last,
        council=asked.council,
        computed_at=now,
        ordered_again=[_again(each) for each in found.again],
        records=[RecordedView.model_validate(each) for each in found.recorded],
        cataloguing=[SavingView.model_validate(each) for each in found.savings],
        gaps=[CouncilGapView(council=each.council, detail=each.gap.in_words) for each in found.gaps],
    )


def _again(each: Again) -> AgainView:
    counts = {name: getattr(each, name) for name in _COUNTS}
    return AgainView(council=each.council, **counts, share=MeasureView.model_validate(figures(each.share)))


def duplication_rows(view: DuplicationView) -> Iterator[Sequence[object]]:
    """Yields the rows of CSV under HEADINGS, one for each figure; what is not known is a row without a value."""
    for again in view.ordered_again:
        yield from _again_rows("ordered again", again.council or _ALL, again)
    for each in view.records:
        of = ("records", view.council or _ALL, each.supplier_id)
        for name in ("received", "repeated", "already_held", "requests_saved"):
            yield (*of, name, "records", getattr(each, name), *_NO_INTERVAL, "", _DECISION)
        for nth, books in each.used.items():
            yield (*of, f"used by council {nth}", "books", books, *_NO_INTERVAL, "", _DECISION)
    for saving in view.cataloguing:
        yield from _saving_rows(f"cataloguing, {saving.times}", saving.council or _ALL, saving)
    said = [("cataloguing", gap.council, "gap", gap.detail) for gap in view.gaps]
    said += [("", view.council or _ALL, "unknown", text) for text in view.unknown]
    for part, council, figure, text in said:
        yield (part, council, "", figure, "", None, *_NO_INTERVAL, text, _DECISION)


def _again_rows(part: str, council: str, again: AgainView) -> Iterator[Sequence[object]]:
    counts = {name: "copies" if name.startswith("copies") else "titles" for name in _COUNTS}
    for name, unit in counts.items():
        yield (part, council, "", name, unit, getattr(again, name), *_NO_INTERVAL, "", _DECISION)
    share = again.share
    interval = (share.low, share.high, share.n)
    yield (part, council, "", share.measure, share.unit, share.value, *interval, share.note or "", _DECISION)


def _saving_rows(part: str, council: str, saving: SavingView) -> Iterator[Sequence[object]]:
    values: list[tuple[str, str, object]] = [
        ("first", "books", saving.first),
        ("further", "books", saving.further),
        ("time", "hours", saving.hours),
        *([("cost", f"minor units of {saving.currency}", saving.cost)] if saving.currency else []),
        *((f"{work.activity}, of no known cost", "times", work.times) for work in saving.unknown),
    ]
    for figure, unit, value in values:
        yield (part, council, "", figure, unit, value, *_NO_INTERVAL, "", _DECISION)
