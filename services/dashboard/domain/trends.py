"""Trends: what happened on each day, in pictures with their tables, and beside as many days before. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from services.dashboard.domain.day_bars import Series, Span, day_bars
from shared.drawing import Picture
from shared.money import amount_in_words
from shared.wording import counted

LENGTHS = (7, 28, 90, 365)
# From this length on, a bar is a week: a day would be a hair.
_WEEKLY = 365
# Lead times of this many days or more are counted together.
LONGEST_LEAD = 366


class Measure(StrEnum):
    """What is counted by day; migration 0018 says how."""

    ORDERS = "orders"
    ORDERED = "ordered"
    ANSWERED = "answered"
    DESPATCHED = "despatched"
    RECEIVED = "received"
    LEAD = "lead"
    SPEND = "spend"
    ORDER_MESSAGES = "order_messages"
    MESSAGES_HELD = "messages_held"
    MESSAGES_SETTLED = "messages_settled"
    INVOICES_QUERIED = "invoices_queried"
    INVOICES_SETTLED = "invoices_settled"
    DISCREPANCIES = "discrepancies"


ARRIVING = (Measure.MESSAGES_HELD, Measure.INVOICES_QUERIED)
SETTLING = (Measure.MESSAGES_SETTLED, Measure.INVOICES_SETTLED)


class DayCount(NamedTuple):
    """How much there was of a part of a measure on a day."""

    day: date
    measure: str
    part: str
    number: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A picture, and one sentence that says what it shows."""

    name: str
    heading: str
    sentence: str
    picture: Picture
    note: str = ""


def spans_until(today: date, length: int) -> list[Span]:
    """Returns the last `length` days, of which `today` is the last: each by itself, or a year's by the week."""
    step = 7 if length >= _WEEKLY else 1
    first = today - timedelta(days=length - 1)
    starts = [first + timedelta(days=place) for place in range(0, length, step)]
    return [Span(start, min(start + timedelta(days=step - 1), today)) for start in starts]


_BEFORE = -1


class Counts:
    """Counts of days, of `length` days until `today` and of as many before. `waiting`: what waited before the first of them."""

    def __init__(self, counts: Sequence[DayCount], *, today: date, length: int, waiting: int) -> None:
        self.spans = spans_until(today, length)
        self.length = length
        self._waiting = waiting
        # By measure and part, how much there was in each span, by its place; before all of them at one place.
        self._numbers: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        first, step = self.spans[0].first, (self.spans[0].last - self.spans[0].first).days + 1
        for count in counts:
            days = (count.day - first).days
            self._numbers[count.measure, count.part][_BEFORE if days < 0 else days // step] += count.number
        # How many copies took so many days, by the place of the span in which they were received.
        self._leads: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for part in self.parts(Measure.LEAD):
            for place, number in self._numbers[Measure.LEAD, part].items():
                self._leads[place][int(part)] += number

    def parts(self, measure: Measure) -> list[str]:
        """Returns the parts that a measure has, such as currencies, in their order."""
        return sorted(part for of, part in self._numbers if of == measure)

    def by_span(self, *measures: Measure, part: str | None = None) -> list[int]:
        """Returns how much there was in each span, of one part of the measures or of all."""
        numbers = self._of(measures, part)
        return [numbers[place] for place in range(len(self.spans))]

    def before(self, *measures: Measure, part: str | None = None) -> int:
        """Returns how much there was in as many days before."""
        return self._of(measures, part)[_BEFORE]

    def median_leads(self) -> list[float | None]:
        """Returns the median of the lead times of each span."""
        return [_median(self._leads[place]) for place in range(len(self.spans))]

    def median_lead(self) -> tuple[float | None, float | None]:
        """Returns the median of all lead times now, and of those before."""
        now: Counter[int] = Counter()
        for place in range(len(self.spans)):
            now.update(self._leads[place])
        return _median(now), _median(self._leads[_BEFORE])

    def waiting(self) -> list[int]:
        """Returns how much waited at the end of each span."""
        arrived, settled = self.by_span(*ARRIVING), self.by_span(*SETTLING)
        change = [one - other for one, other in zip(arrived, settled, strict=True)]
        return list(accumulate(change, initial=self._waiting + self.before(*ARRIVING) - self.before(*SETTLING)))[1:]

    def _of(self, measures: Sequence[Measure], part: str | None) -> Counter[int]:
        found: Counter[int] = Counter()
        for (measure, of), numbers in self._numbers.items():
            if measure in measures and part in (None, of):
                found.update(numbers)
        return found


def _median(numbers: Counter[int]) -> float | None:
    """Returns the median of values of which each occurs so often; None of none."""
    total = sum(numbers.values())
    if not total:
        return None
    ranks = ((total - 1) // 2, total // 2)
    found = []
    for rank in ranks:
        passed = 0
        for value in sorted(numbers):
            passed += numbers[value]
            if passed > rank:
                found.append(value)
                break
    return sum(found) / 2


def trends_of(counts: Counts) -> list[Trend]:
    """Returns all pictures, in the order in which a copy goes its way, then money, messages and work."""
    return [
        _plain(
            counts,
            "ordered",
            "Copies ordered",
            Measure.ORDERED,
            note=_ORDERS.format(_number(sum(counts.by_span(Measure.ORDERS)))),
        ),
        _plain(counts, "answered", "Copies first answered", Measure.ANSWERED),
        _plain(counts, "despatched", "Copies despatched", Measure.DESPATCHED),
        _plain(counts, "received", "Copies received", Measure.RECEIVED),
        _lead(counts),
        *(_spend(counts, currency) for currency in counts.parts(Measure.SPEND) or [""]),
        _messages(counts),
        _work(counts),
        _plain(counts, "discrepancies", "Differences found at unpacking", Measure.DISCREPANCIES),
    ]


_ORDERS = "They are of {} orders; an order that goes to two suppliers counts for each."


def _plain(counts: Counts, name: str, heading: str, measure: Measure, note: str = "") -> Trend:
    values = counts.by_span(measure)
    picture = day_bars(heading, counts.spans, [Series(heading, values)], _number)
    return Trend(name, heading, _compared(counts, sum(values), counts.before(measure), _number), picture, note)


def _lead(counts: Counts) -> Trend:
    heading = "Days from order to branch"
    now, before = counts.median_lead()
    picture = day_bars(heading, counts.spans, [Series("Median days", counts.median_leads())], _figure)
    sentence = "No copy was received." if now is None else f"Half of the copies took {_in_days(now)} or less"
    if now is not None:
        sentence += "." if before is None else f"; in the {counts.length} days before, {_in_days(before)}."
    note = f"Of copies received on the day. More than a year counts as {LONGEST_LEAD} days."
    return Trend("lead", heading, sentence, picture, note)


def _spend(counts: Counts, currency: str) -> Trend:
    heading = f"Invoiced, in {currency}" if currency else "Invoiced"

    def words(value: float) -> str:
        return amount_in_words(round(value), currency)

    values = counts.by_span(Measure.SPEND, part=currency)
    picture = day_bars(heading, counts.spans, [Series("Invoiced", values)], words)
    sentence = _compared(counts, sum(values), counts.before(Measure.SPEND, part=currency), words)
    note = "By the day of the invoice. Credit notes are taken away; queried and rejected invoices do not count."
    return Trend(f"spend-{currency}" if currency else "spend", heading, sentence, picture, note)


def _messages(counts: Counts) -> Trend:
    heading = "Order messages"
    sent = counts.by_span(Measure.ORDER_MESSAGES, part="sent")
    tried = counts.by_span(Measure.ORDER_MESSAGES)
    failed = [each - arrived for each, arrived in zip(tried, sent, strict=True)]
    picture = day_bars(heading, counts.spans, [Series("Sent", sent), Series("Not sent, or uncertain", failed)], _number)
    sentence = _compared(counts, sum(tried), counts.before(Measure.ORDER_MESSAGES), _number)
    return Trend("messages", heading, sentence, picture, "A message counts on the day of its last attempt.")


def _work(counts: Counts) -> Trend:
    heading = "Work for people"
    arrived, settled, waiting = counts.by_span(*ARRIVING), counts.by_span(*SETTLING), counts.waiting()
    shown = [Series("Arrived", arrived), Series("Settled", settled), Series("Waiting at the end", waiting)]
    picture = day_bars(heading, counts.spans, shown, _number)
    sentence = f"{_number(sum(arrived))} arrived and {_number(sum(settled))} were settled; {_number(waiting[-1])} wait now."
    note = "Messages in quarantine and queried invoices. What was held again counts on the last day on which it was."
    return Trend("work", heading, sentence, picture, note)


def _compared(counts: Counts, now: int, before: int, words: Callable[[float], str]) -> str:
    return f"{words(now)} in {counted(counts.length, 'day')}; {words(before)} in the {counts.length} days before."


def _in_days(days: float) -> str:
    return f"{days:g} day" if days == 1 else f"{days:g} days"


def _number(value: float) -> str:
    return f"{round(value):,}"


def _figure(value: float) -> str:
    return f"{value:g}"


def lengths_in_words() -> Mapping[int, str]:
    """Returns the lengths that a person may choose, with their words."""
    return {7: "7 days", 28: "28 days", 90: "90 days", 365: "a year, by the week"}
