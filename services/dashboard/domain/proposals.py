"""An order that a supplier proposes, as the order book answers, and how a person completes it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.dashboard.domain.pages import Shape
from services.dashboard.domain.plain import for_staff
from shared.contracts.base import Money
from shared.errors import DomainError, Kind

# More copies than a person completes by hand on a page.
MOST_COMPLETED = 300
_CHOICES = {"branch": "Choose its branch", "fund": "Choose its fund"}
_PLACE = re.compile(r"^/lines/(\d+)(?:/copies/(\d+))?(?:/(\w+))?")


class SelectedCopySeen(Shape):
    """One copy that a selection proposes; what is empty is for a person to fill in."""

    branch: str = ""
    fund: str = ""
    sequence: str = ""
    shelfmark: str = ""
    servicing: Sequence[str] = ()
    item: Mapping[str, Any] | None = None


class SelectedLineSeen(Shape):
    """One title of a selection."""

    reference: str
    isbn: str
    title: str = ""
    author: str = ""
    quantity: int
    unit_price: Money | None = None
    copies: Sequence[SelectedCopySeen] = ()
    note: str = ""

    @property
    def all_copies(self) -> Sequence[SelectedCopySeen]:
        """Its copies, those that the selection does not describe at the end."""
        return [*self.copies, *(SelectedCopySeen() for _ in range(self.quantity - len(self.copies)))]


class FaultSeen(Shape):
    """What prevents ordering a proposal as it is."""

    pointer: str
    detail: str

    @property
    def place(self) -> str:
        """Where it is, in words."""
        found = _PLACE.match(self.pointer)
        if found is None:
            return "The whole order"
        line, copy, _ = found.groups()
        return f"Title {int(line) + 1}" + (f", copy {int(copy) + 1}" if copy else "")

    @property
    def what(self) -> str:
        """What to do about it: the page offers branches and funds; else what is wrong, without what is for programs."""
        found = _PLACE.match(self.pointer)
        choice = _CHOICES.get(found.group(3) or "") if found is not None else None
        return choice or for_staff(self.detail)


class StepSeen(Shape):
    """One thing that happened to it."""

    noted_at: datetime
    reason: str
    actor: str


class ProposalSummarySeen(Shape):
    """A proposal in a list."""

    proposal_id: UUID
    supplier_id: str
    selection_number: str
    firm: bool
    received_at: datetime
    state: str
    order_id: UUID | None = None
    superseded_by_proposal_id: UUID | None = None


class ProposalSeen(ProposalSummarySeen):
    """A proposal with its titles and what prevents ordering it."""

    message_id: UUID
    file_id: UUID | None = None
    lines: Sequence[SelectedLineSeen] = ()
    faults: Sequence[FaultSeen] = ()
    history: Sequence[StepSeen] = ()

    @property
    def copies(self) -> int:
        """How many copies it proposes."""
        return sum(line.quantity for line in self.lines)

    @property
    def rows(self) -> Iterator[tuple[int, int, SelectedLineSeen, SelectedCopySeen]]:
        """Its copies: place of the line, place within it, line and copy."""
        for place, line in enumerate(self.lines):
            for number, copy in enumerate(line.all_copies):
                yield place, number, line, copy


class BranchSeen(Shape):
    """A branch of the council."""

    code: str
    name: str = ""
    gln: str | None = None


class FundSeen(Shape):
    """A fund of the council."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a person filled in: the places of the titles to order, and branch and fund of each copy, in the order of the page."""

    titles: Sequence[int]
    branches: Sequence[str]
    funds: Sequence[str]


def completed_lines(proposal: ProposalSeen, filled: Completed) -> list[dict[str, object]]:
    """Returns the lines to order as a person completed them. Raises DomainError (422) for a form of another proposal."""
    rows = list(proposal.rows)
    if not len(rows) == len(filled.branches) == len(filled.funds):
        raise DomainError("not-complete", "The proposal changed while you completed it. Look at it again.", Kind.INVALID)
    copies: dict[int, list[dict[str, object]]] = {}
    for (place, _, _, copy), branch, fund in zip(rows, filled.branches, filled.funds, strict=True):
        if place in filled.titles:
            copies.setdefault(place, []).append(_copy(copy, branch, fund))
    return [_line(number, proposal.lines[place], copies[place]) for number, place in enumerate(sorted(copies), start=1)]


def _line(number: int, line: SelectedLineSeen, copies: list[dict[str, object]]) -> dict[str, object]:
    stated = {"title": line.title, "author": line.author, "reference": line.reference}
    price = {} if line.unit_price is None else {"unit_price": line.unit_price.model_dump()}
    return {
        "line_number": number,
        "isbn": line.isbn,
        **{name: text for name, text in stated.items() if text},
        **price,
        "copies": copies,
    }


def _copy(copy: SelectedCopySeen, branch: str, fund: str) -> dict[str, object]:
    kept = copy.model_dump(include={"sequence", "shelfmark", "servicing", "item"})
    return {"branch": branch, "fund": fund, **{name: value for name, value in kept.items() if value}}
