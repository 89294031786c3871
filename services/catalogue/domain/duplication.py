"""Counts cataloguing that was done twice, and that was saved, per day, supplier and council. Pure: no table, no event."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from services.catalogue.domain.merging import Scored
from services.catalogue.domain.records import KeptRecord, in_force, undated

ALL_COUNCILS = ""
"""Stands in place of a council where a fact is counted for all of them together."""


class What(StrEnum):
    """What is counted.

    RECEIVED: a record arrived that is no withdrawal. Of those, REPEATED: it said what its supplier had said before; ALREADY_HELD:
    it said something new, but another supplier's record that counts was at least as good. REQUEST_SAVED: a council ordered a book
    for the first time and its record was there. USED: a council got the record of a book for the first time.
    """

    RECEIVED = "received"
    REPEATED = "repeated"
    ALREADY_HELD = "already held"
    REQUEST_SAVED = "request saved"
    USED = "used"


class Fact(NamedTuple):
    """What is counted together. `nth` is that of `Use` where something is used, else 0."""

    day: date
    supplier_id: str
    council: str
    what: What
    nth: int


class Use(NamedTuple):
    """A council gets the record of a book for the first time: as the `nth` of all councils, the first of which is 1."""

    isbn: str
    council: str
    nth: int


class Tally:
    """Adds up facts: each once for each council concerned, and once for all councils together."""

    def __init__(self) -> None:
        self.counts: Counter[Fact] = Counter()

    def add(self, day: date, supplier_id: str, what: What, councils: Iterable[str], nth: int = 0) -> None:
        """Counts one fact of a day."""
        for council in (ALL_COUNCILS, *councils):
            self.counts[Fact(day, supplier_id, council, what, nth)] += 1


def for_nothing(before: KeptRecord | None, new: Scored, held: Iterable[Scored]) -> What | None:
    """Returns why a record came for nothing; None where it did not.

    `before` is what its supplier had stated of the book, `new` what it states now, `held` are all records of the book before it.
    """
    if before is not None and undated(new.record) == undated(before):
        return What.REPEATED
    others = (each for each in held if each.record.supplier_id != new.record.supplier_id and each.score >= new.score)
    return What.ALREADY_HELD if in_force(each.record for each in others) else None


def first_uses(readers: Iterable[tuple[str, str, bool]]) -> list[Use]:
    """Returns who gets the record of a book for the first time, from ISBN, council and whether it got the record before.

    `readers` are all councils that ordered these books, in the order in which they did. The council without a name is none: it
    stands for all orders from before orders were noted.
    """
    named = [(isbn, council, got_it) for isbn, council, got_it in readers if council]
    served = Counter(isbn for isbn, _, got_it in named if got_it)
    uses: list[Use] = []
    for isbn, council, got_it in named:
        if not got_it:
            served[isbn] += 1
            uses.append(Use(isbn, council, served[isbn]))
    return uses


@dataclass(frozen=True, slots=True)
class Duplication:
    """The counts of a day, or of several, by supplier and council. `council` is ALL_COUNCILS for all together.

    `used`: how many books the council was the nth to use the record of. From 2 on, the record had been made for others.
    """

    supplier_id: str
    council: str
    counts: Mapping[What, int]
    used: Mapping[int, int]

    @property
    def version(self) -> int:
        """A number that grows whenever a count does: counts never fall."""
        return sum(self.counts.values()) + sum(self.used.values())


def summed(counted: Iterable[tuple[str, str, What, int, int]]) -> list[Duplication]:
    """Returns the duplication by supplier and council, from supplier, council, what, nth and how many; sorted."""
    counts: defaultdict[tuple[str, str], Counter[What]] = defaultdict(Counter)
    used: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for supplier_id, council, what, nth, times in counted:
        key = supplier_id, council
        if what is What.USED:
            used[key][nth] += times
        else:
            counts[key][what] += times
    return [Duplication(*key, counts[key], dict(sorted(used[key].items()))) for key in sorted({*counts, *used})]
