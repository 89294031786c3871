"""The desk, the first page: what needs a person now and today, the suppliers, and where the copies are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.dashboard.domain.figures import StateFigures, SupplierFigures, Totals
from services.dashboard.domain.naming import group_of, list_of
from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.work import KINDS, Group, KindWords, WorkItem, WorkKind, overdue_in_words


@dataclass(frozen=True, slots=True)
class DeskNeed:
    """All things of one kind, or all copies too long in one state: how many, whose, since when, and where they are settled."""

    urgency: Urgency
    number: int
    what: str
    advice: str
    address: str
    suppliers: Sequence[str]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class SupplierCard:
    """One supplier. `waits`: what waits for a person about it, in words. `unreachable`: why it cannot be reached, if so."""

    figures: SupplierFigures
    waits: Sequence[str]
    unreachable: WorkItem | None

    @property
    def supplier_id(self) -> str:
        """The supplier."""
        return self.figures.supplier_id


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the first page."""

    needs: Sequence[DeskNeed]
    totals: Totals
    states: Sequence[StateFigures]
    suppliers: Sequence[SupplierCard]

    @property
    def headline(self) -> str:
        """Whether all is in order, in one line."""
        now, later = (sum(need.urgency is urgency for need in self.needs) for urgency in Urgency)
        if not now and not later:
            return "All in order"
        first = now or later
        things = "1 thing needs" if first == 1 else f"{first} things need"
        if not now:
            return f"{things} a person today"
        return f"{things} a person now" + (f", {later} more today" if later else "")


def desk_needs(groups: Iterable[Group]) -> list[DeskNeed]:
    """Returns what needs a person, most urgent first: groups of one kind with the same words together."""
    together: dict[tuple[WorkKind, KindWords, str], list[Group]] = {}
    for group in groups:
        state = group.cause if group.kind is WorkKind.OVERDUE else ""
        together.setdefault((group.kind, group.words, state), []).append(group)
    needs = [_need(same) for same in together.values()]
    return sorted(needs, key=lambda need: need.urgency is not Urgency.NOW)


def _need(same: Sequence[Group]) -> DeskNeed:
    first, number = same[0], sum(group.number for group in same)
    words = first.words
    what = words.one if number == 1 else words.several
    if first.kind is WorkKind.OVERDUE:
        what = f"{'copy' if number == 1 else 'copies'} {overdue_in_words(first.cause)}"
    address = group_of(first) if len(same) == 1 else list_of(kind=first.kind.value)
    suppliers = tuple(dict.fromkeys(supplier for group in same for supplier in group.suppliers))
    since = min((group.since for group in same if group.since), default=None)
    return DeskNeed(words.urgency, number, what, words.advice, address, suppliers, since)


def cards_of(
    figures: Iterable[SupplierFigures],
    waiting: Mapping[str, Mapping[WorkKind, int]],
    unreachable: Mapping[str, WorkItem],
) -> list[SupplierCard]:
    """Returns the suppliers' cards, those first that cannot be reached, then those about which something waits."""
    cards = [_card(each, waiting.get(each.supplier_id, {}), unreachable.get(each.supplier_id)) for each in figures]
    return sorted(cards, key=lambda card: (card.unreachable is None, not card.waits, card.supplier_id))


def _card(figures: SupplierFigures, waiting: Mapping[WorkKind, int], unreachable: WorkItem | None) -> SupplierCard:
    # Copies whose claim is due are among those that wait for too long.
    elsewhere = (WorkKind.UNREACHABLE, WorkKind.CLAIM)
    kinds = [kind for kind in WorkKind if waiting.get(kind, 0) > 0 and kind not in elsewhere]
    waits = [KINDS[kind].counted(waiting[kind]) for kind in kinds]
    if figures.overdue:
        waits.append(KINDS[WorkKind.OVERDUE].counted(figures.overdue))
    return SupplierCard(figures, waits, unreachable)
