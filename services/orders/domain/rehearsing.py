"""Past orders under other sourcing rules: what each supplier got, and what it would have got. Pure; keeps sums, not orders."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.orders.domain.contracts import EndEffect, Sourcing
from services.orders.domain.placing import units_of
from shared.contracts.base import Money
from shared.sourcing.trials import Choice


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """The copies of a line for one branch, as they were placed."""

    order_id: UUID
    order_number: str
    line_key: str
    line_number: int
    isbn: str
    title: str
    material: str
    supplier_id: str
    branch: str
    copies: int
    price: Money | None


@dataclass(slots=True)
class Tally:
    """How many lines and copies, and their price as ordered, per currency. `unpriced` are copies whose price is not known."""

    lines: int = 0
    copies: int = 0
    unpriced: int = 0
    money: Counter[str] = field(default_factory=Counter)

    def add(self, part: PlacedPart) -> None:
        """Adds the copies of a part; its line is counted apart, because it may have several."""
        self.copies += part.copies
        if part.price is None:
            self.unpriced += part.copies
        else:
            self.money[part.price.currency] += part.price.minor * part.copies


@dataclass(slots=True)
class MovedLine:
    """The copies of a line that would have gone to another supplier. `to_supplier` is None where no rule covers them."""

    first: PlacedPart
    to_supplier: str | None
    branches: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Move:
    """What goes from one supplier to another at one branch."""

    branch: str
    from_supplier: str
    to_supplier: str | None


class Rehearsal:
    """Adds up past orders, one after the other. It needs memory for suppliers and branches, however many orders there are."""

    def __init__(self, sourcing: Sourcing, most_lines: int) -> None:
        self._sourcing = sourcing
        self._most_lines = most_lines
        self.orders = 0
        self.unlisted = 0
        self.lines: list[MovedLine] = []
        self.before: defaultdict[str, Tally] = defaultdict(Tally)
        self.after: defaultdict[str | None, Tally] = defaultdict(Tally)
        self.moves: defaultdict[Move, Tally] = defaultdict(Tally)
        self.end_effects: defaultdict[EndEffect, Tally] = defaultdict(Tally)

    def add(self, order: Sequence[PlacedPart]) -> None:
        """Adds one order: all its parts, those of a line together.

        A line counts once for each supplier that gets copies of it, as it would have been split.
        """
        self.orders += 1
        before, after, at_branch = set[tuple[str, str]](), set[tuple[int, Choice]](), set[tuple[str, Move]]()
        moved: dict[tuple[str, str | None], MovedLine] = {}
        for part in order:
            choice = self._sourcing.choose(part.branch, part.material, units_of(part.order_number, part.line_number))
            before.add((part.line_key, part.supplier_id))
            after.add((part.line_number, choice))
            self.before[part.supplier_id].add(part)
            self.after[choice.supplier_id].add(part)
            if choice.supplier_id != part.supplier_id:
                move = Move(part.branch, part.supplier_id, choice.supplier_id)
                at_branch.add((part.line_key, move))
                self.moves[move].add(part)
                line = moved.setdefault((part.line_key, choice.supplier_id), MovedLine(part, choice.supplier_id))
                line.branches.append(part.branch)
                line.tally.add(part)
        for _, supplier_id in before:
            self.before[supplier_id].lines += 1
        for _, choice in after:
            self.after[choice.supplier_id].lines += 1
        for _, move in at_branch:
            self.moves[move].lines += 1
        self._list(list(moved.values()))
        self._add_end_effects(order)

    def _add_end_effects(self, order: Sequence[PlacedPart]) -> None:
        of_lines = set[tuple[int, EndEffect]]()
        for part in order:
            units = units_of(part.order_number, part.line_number)
            for effect in self._sourcing.effects(part.branch, part.material, units):
                self.end_effects[effect].add(part)
                of_lines.add((part.line_number, effect))
        for _, effect in of_lines:
            self.end_effects[effect].lines += 1

    def _list(self, moved: Sequence[MovedLine]) -> None:
        room = self._most_lines - len(self.lines)
        self.lines += moved[:room]
        self.unlisted += len(moved[room:])
