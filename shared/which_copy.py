"""Chooses the copies that a supplier's references mean: the one rule for answers, despatches, invoices and credits.

The rule (decision 0014), in this order:

1. A barcode that a copy has already means that copy. A new barcode means none in particular.
2. Every mark that is given must agree: branch and fund, and the sequence where such a copy has it. A copy whose branch closed
   agrees with the branches that it was for, too; one that was ordered for the named branch comes first.
3. Our own copy number decides among the copies that agree. A number that contradicts the marks is passed over.
4. Among the copies that agree: the caller's rank, and among those of equal rank the number equal to the place within the message.

A reference never means a copy of another branch or fund. References with more marks choose first, and the result does not depend
on the order of the references. Must not know states, orders, parcels or amounts: the caller's rank does. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, Protocol, TypeVar

from shared.contracts.suppliers import CopyReference

ANY_COPY = CopyReference()


@dataclass(frozen=True, slots=True)
class Marks:
    """What an ordered copy can be recognised by."""

    copy_number: int
    branch: str
    fund: str = ""
    sequence: str = ""
    barcode: str | None = None
    # The branches that it was for before they closed, the first one first. Suppliers go on naming them.
    former: tuple[str, ...] = ()

    @property
    def ordered_for(self) -> str:
        """The branch that it was ordered for."""
        return self.former[0] if self.former else self.branch

    def is_for(self, branch: str | None) -> bool:
        """Returns whether it is or was for a branch; True where none is named."""
        return any(_same(branch, code) for code in (self.branch, *self.former))


class Marked(Protocol):
    """Anything that is an ordered copy."""

    @property
    def marks(self) -> Marks:
        """What the copy can be recognised by."""


C = TypeVar("C", bound=Marked)
L = TypeVar("L")
Rank = tuple[int, int]
# A copy this unlikely is taken only where no other is left, and never to make room for a wanted copy of stage 1.
LAST_RESORT = 100


@dataclass(frozen=True, slots=True)
class Wanted(Generic[C]):
    """One copy that a message is about.

    `rank` returns two numbers, lowest for the copy that the message is most likely about: how likely it is, and the copy's turn
    among equally likely ones; None where the message cannot be about the copy. Wanted copies of one `group` have the same `rank`;
    of several groups with equally likely copies the lower one chooses first. Those of `stage` 1 choose after all of stage 0, and
    get a copy that one of these can do without.
    """

    rank: Callable[[C], Rank | None]
    reference: CopyReference = ANY_COPY
    group: tuple[Any, ...] = ()
    stage: int = 0


def choose(wanted: Sequence[Wanted[C]], copies: Iterable[C]) -> list[C | None]:
    """Returns the copy for each wanted one, in the same order; None where no copy is left that it can mean."""
    ordered = _Ordered(copies)
    groups = _groups(wanted, ordered)
    held: dict[int, _Group[C]] = {}
    for _, level in groupby(groups, key=lambda group: (group.stage, group.level)):
        _take_turns(list(level), held)
    for group in groups:
        while (group.is_named or group.stage) and group.lacks and _make_room(group, held):
            group.taken += 1
    found: list[C | None] = [None] * len(wanted)
    for group in groups:
        mine = [index for _, index in group.candidates if held.get(index) is group]
        for place, copy in group.hand_out([ordered.copies[index] for index in mine], wanted):
            found[place] = copy
    return found


def meant(reference: CopyReference, copies: Iterable[C]) -> list[C]:
    """Returns all copies that a reference can mean, whatever their state."""
    ordered = _Ordered(copies)
    return [ordered.copies[index] for index in ordered.meaning(reference)[1]]


def objection(reference: CopyReference, copies: Iterable[Marked]) -> str:
    """Returns what a reference contradicts, in words; "" where one copy agrees with all of it."""
    ordered = _Ordered(copies)
    meant = [ordered.copies[index].marks for index in ordered.meaning(reference)[1]]
    wish = _wish_in_words(reference)
    known = ordered.with_barcode(reference)
    if known is not None and not meant:
        return f"barcode {reference.barcode} is of {_in_words(ordered.copies[known].marks)}, not of one {wish}"
    if not meant:
        return f"no copy {wish} was ordered"
    number = reference.copy_number
    if known is not None or number is None or any(marks.copy_number == number for marks in meant):
        return ""
    numbered = next((copy.marks for copy in ordered.copies if copy.marks.copy_number == number), None)
    return f"{_in_words(numbered)}, but one {wish} is named" if numbered else f"there is no copy {number}"


def lines_with(
    references: Sequence[CopyReference], lines: Sequence[L], copies_of: Callable[[L], Iterable[Marked]]
) -> Sequence[L]:
    """Returns the lines whose copies agree with all references; all lines where none does, or nothing is referred to.

    One title may be on several lines of an order, such as one for each fund.
    """
    agreeing = [line for line in lines if not any(objection(reference, copies_of(line)) for reference in references)]
    return agreeing if references and agreeing else lines


class _Ordered(Generic[C]):
    """The copies, which are known by their index, found by barcode, number and marks."""

    def __init__(self, copies: Iterable[C]) -> None:
        self.copies = list(copies)
        self._by_barcode: dict[str | None, int] = {}
        self._by_number: defaultdict[int | None, list[int]] = defaultdict(list)
        for index, copy in enumerate(self.copies):
            self._by_barcode.setdefault(copy.marks.barcode, index)
            self._by_number[copy.marks.copy_number].append(index)

    def with_barcode(self, reference: CopyReference) -> int | None:
        return self._by_barcode.get(reference.barcode) if reference.barcode else None

    def meaning(self, reference: CopyReference) -> tuple[int, list[int]]:
        """Returns how much a reference says, 0 for the most, and the copies it can mean, whatever their state."""
        known = self.with_barcode(reference)
        if known is not None:
            return 0, self._agreeing(reference, [known])
        if reference.copy_number is not None:
            numbered = self._agreeing(reference, self._by_number.get(reference.copy_number, ()))
            if numbered:
                return 1, numbered
        agreeing = self._agreeing(reference, range(len(self.copies)))
        exact = [index for index in agreeing if _same(reference.sequence, self.copies[index].marks.sequence)]
        silent = sum(not mark for mark in (reference.branch, reference.fund, reference.sequence if exact else ""))
        return 2 + silent, exact or agreeing

    def _agreeing(self, reference: CopyReference, indexes: Iterable[int]) -> list[int]:
        marks = [(index, self.copies[index].marks) for index in indexes]
        return [index for index, its in marks if its.is_for(reference.branch) and _same(reference.fund, its.fund)]


class _Group(Generic[C]):
    """Wanted copies that differ in nothing but a new barcode and their place. `candidates` are what each of them can mean."""

    def __init__(self, key: tuple[Any, ...], places: list[int], wanted: Sequence[Wanted[C]], ordered: _Ordered[C]) -> None:
        first = wanted[places[0]]
        self.key = key
        self._branch = first.reference.branch
        self.level, meant = ordered.meaning(first.reference)
        self.stage = first.stage
        self.is_named = self.level < _UNNAMED
        self.taken = 0
        self._places = places
        self._in_message = {wanted[place].reference.place for place in places}
        ranks = ((first.rank(ordered.copies[index]), index) for index in meant)
        ranked = [(self._order(rank, ordered.copies[index]), index) for rank, index in ranks if rank is not None]
        self.candidates: list[tuple[tuple[int, bool, bool, int], int]] = sorted(ranked)

    @property
    def lacks(self) -> bool:
        return self.taken < len(self._places)

    def _order(self, rank: Rank, copy: C) -> tuple[int, bool, bool, int]:
        likelihood, turn = rank
        marks = copy.marks
        # Of a copy that was ordered for the branch and one that only went there since, the former.
        return likelihood, not _same(self._branch, marks.ordered_for), marks.copy_number not in self._in_message, turn

    def hand_out(self, copies: list[C], wanted: Sequence[Wanted[C]]) -> Iterator[tuple[int, C]]:
        """Yields a copy for each wanted one: at its place in the message, else in the order of barcodes."""
        left = list(copies)
        later = []
        for place in sorted(self._places, key=lambda place: wanted[place].reference.barcode or ""):
            same = [copy for copy in left if copy.marks.copy_number == wanted[place].reference.place]
            if same:
                left.remove(same[0])
                yield place, same[0]
            else:
                later.append(place)
        yield from zip(later, left, strict=False)


_UNNAMED = 5


def _groups(wanted: Sequence[Wanted[C]], ordered: _Ordered[C]) -> list[_Group[C]]:
    """Returns the groups, those whose references say most first."""
    together: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(wanted):
        marks = one.reference
        barcode = marks.barcode if ordered.with_barcode(marks) is not None else None
        texts = (mark or "" for mark in (barcode, marks.branch, marks.fund, marks.sequence))
        together[one.stage, one.group, marks.copy_number or 0, *texts].append(place)
    groups = [_Group(key, places, wanted, ordered) for key, places in together.items()]
    return sorted(groups, key=lambda group: (group.stage, group.level, group.key))


def _take_turns(groups: Sequence[_Group[C]], held: dict[int, _Group[C]]) -> None:
    """Gives each group of one level the free copies it is most likely about."""
    turns = (((order[0], turn, order), index) for turn, group in enumerate(groups) for order, index in group.candidates)
    for (_, turn, _), index in sorted(turns):
        group = groups[turn]
        if index not in held and group.lacks:
            held[index] = group
            group.taken += 1


def _make_room(group: _Group[C], held: dict[int, _Group[C]]) -> bool:
    """Gives the group one more copy that others can do without, by exchange. Returns whether there is one."""
    waiting = [group]
    instead_of: dict[int, tuple[_Group[C], int] | None] = {id(group): None}
    for taker in waiting:
        for (likelihood, *_), index in taker.candidates:
            if group.stage and likelihood >= LAST_RESORT:
                break
            holder = held.get(index)
            if holder is None:
                _exchange(taker, index, held, instead_of)
                return True
            if id(holder) not in instead_of:
                instead_of[id(holder)] = (taker, index)
                waiting.append(holder)
    return False


def _exchange(
    taker: _Group[C], index: int, held: dict[int, _Group[C]], instead_of: dict[int, tuple[_Group[C], int] | None]
) -> None:
    before = instead_of[id(taker)]
    held[index] = taker
    while before is not None:
        taker, index = before
        held[index] = taker
        before = instead_of[id(taker)]


def _same(given: str | None, mark: str) -> bool:
    return not given or given.strip().casefold() == mark.strip().casefold()


def _in_words(marks: Marks) -> str:
    return f"copy {marks.copy_number} for {marks.branch}" + (f" and fund {marks.fund}" if marks.fund else "")


def _wish_in_words(reference: CopyReference) -> str:
    named = [f"for {reference.branch}"] if reference.branch else []
    named += [f"of fund {reference.fund}"] if reference.fund else []
    return " ".join(named) or "of the line"
