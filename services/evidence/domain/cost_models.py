"""What a council's own work costs: minutes and rates by activity, dated, and days of which nothing is stated. Pure and exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shared.errors import DomainError, Fault, Kind

_DAY = timedelta(days=1)


class Activity(StrEnum):
    """Work that somebody does by hand.

    RECEIVING, UNPACKING_AT_HUB, VAN: for each copy. CATALOGUING_*: for each title of a council without a record, or with one
    below its minimum. CHASING: for each copy that was not there on the first day promised. QUERY, DISCREPANCY: for each one.
    """

    RECEIVING = "receiving"
    UNPACKING_AT_HUB = "unpacking_at_hub"
    VAN = "van"
    CATALOGUING_WITHOUT_RECORD = "cataloguing_without_record"
    CATALOGUING_POOR_RECORD = "cataloguing_poor_record"
    CHASING = "chasing"
    QUERY = "query"
    DISCREPANCY = "discrepancy"


@dataclass(frozen=True, slots=True)
class Effort:
    """What an activity takes once: minutes, the rate of an hour in minor units, and who bears it."""

    minutes: Decimal
    hourly_rate: int
    borne_by: str


@dataclass(frozen=True, slots=True)
class CostModel:
    """A council's statement from a day on, until the next one begins or, if stated, its own last day."""

    council: str
    valid_from: date
    valid_until: date | None
    currency: str
    efforts: Mapping[Activity, Effort]
    set_by: str
    set_at: datetime

    def says_the_same(self, other: CostModel) -> bool:
        """Returns whether both state the same, whoever set them and when."""
        return replace(self, set_by="", set_at=other.set_at) == replace(other, set_by="")


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a cost model, both ends included; `last` None: without end."""

    first: date
    last: date | None

    @property
    def in_words(self) -> str:
        """Returns what is missing and how to correct it."""
        until = "on" if self.last is None else f"to {self.last}"
        return f"From {self.first} {until} no cost model applies: work on these days is not counted. PUT one for {self.first}."


def check_model(valid_from: date, valid_until: date | None) -> None:
    """Raises DomainError (422) for a model that ends before it begins."""
    if valid_until is not None and valid_until < valid_from:
        text = f"The last day is before the first ({valid_from}); leave `valid_until` out for a model without an end."
        raise DomainError("ends-before-it-begins", text, Kind.INVALID, [Fault("/valid_until", "ends-before-it-begins", text)])


def in_force(models: Sequence[CostModel], day: date) -> CostModel | None:
    """Returns the model that applies on a day; None in a gap. `models` are of one council."""
    begun = [model for model in models if model.valid_from <= day]
    latest = max(begun, key=lambda model: model.valid_from, default=None)
    ended = latest is not None and latest.valid_until is not None and latest.valid_until < day
    return None if ended else latest


def gaps(models: Iterable[CostModel], first: date, last: date | None) -> Iterator[Gap]:
    """Yields the gaps between two days (None: without end) in which no model of a council applies."""
    uncovered = first
    for model in sorted(models, key=lambda model: model.valid_from):
        if last is not None and model.valid_from > last:
            break
        if model.valid_from > uncovered:
            yield Gap(uncovered, model.valid_from - _DAY)
        if model.valid_until is None:
            uncovered = date.max
        elif model.valid_until == date.max:
            return
        else:
            uncovered = max(first, model.valid_until + _DAY)
    if uncovered != date.max and (last is None or uncovered <= last):
        yield Gap(uncovered, last)
