"""Which suppliers to ask for a missing record. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.sourcing.rules import SourcingRule, choose

ASK_AGAIN_AFTER = timedelta(days=1)
# Requests for one record, the first included. Then the supplier is taken to have none; a new order still requests it.
MOST_ASKS = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a record from one supplier, on behalf of the council that ordered first."""

    isbn: str
    supplier_id: str
    council: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ordered copy as the catalogue sees it: its branch and material decide which supplier to ask for a record."""

    isbn: str
    branch: str
    material: str
    ordered_from: str


def whom_to_ask(wanted: Iterable[Wanted], rules: Sequence[SourcingRule], *, council: str, on: date) -> list[Ask]:
    """Returns the records to request: by the council's catalogue rules, else from the book's supplier. Sorted, none twice."""
    chosen = {
        (copy.isbn, choose(rules, branch=copy.branch, material=copy.material, on=on) or copy.ordered_from) for copy in wanted
    }
    return [Ask(isbn, supplier_id, council) for isbn, supplier_id in sorted(chosen)]
