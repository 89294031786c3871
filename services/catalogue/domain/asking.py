"""Which suppliers to ask for a missing record. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from shared.contracts.trials import TrialArm
from shared.sourcing.trials import Chooser, Units

ASK_AGAIN_AFTER = timedelta(days=1)
# Requests for one record, the first included. Then the supplier is taken to have none; a new order still requests it.
MOST_ASKS = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a record from one supplier, on behalf of the council that ordered first. `trial` drew the supplier."""

    isbn: str
    supplier_id: str
    council: str
    trial: TrialArm | None = None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """For whom a supplier is asked for a record: a council's copies of a book in one branch and material.

    A material of "" is not known, as in requests of an earlier release. `trial` drew the supplier for these copies.
    """

    isbn: str
    supplier_id: str
    council: str
    branch: str
    material: str
    trial: TrialArm | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ordered copy as the catalogue sees it: its branch and material decide which supplier to ask for a record."""

    isbn: str
    branch: str
    material: str
    ordered_from: str


def _itself(supplier_id: str) -> str:
    return supplier_id


def whom_to_ask(
    wanted: Iterable[Wanted], choose: Chooser, *, council: str, instead: Callable[[str], str | None] = _itself
) -> list[AskedFor]:
    """Returns whom to ask for which records: by the council's catalogue rules, else the book's supplier. Sorted, none twice.

    `instead` returns who is asked instead of the book's supplier, or that; None where its contract for records has ended.
    A trial draws by ISBN, so all copies of a book that it covers are in one arm.
    """
    asked: dict[tuple[str, str, str, str], AskedFor] = {}
    for copy in wanted:
        choice = choose(copy.branch, copy.material, Units(line=(copy.isbn,), order=(copy.isbn,)))
        supplier_id = choice.supplier_id or instead(copy.ordered_from)
        if supplier_id is None:
            continue
        key = (copy.isbn, supplier_id, copy.branch, copy.material)
        asked[key] = AskedFor(copy.isbn, supplier_id, council, copy.branch, copy.material, choice.trial)
    return [asked[key] for key in sorted(asked)]


def requests_of(asked: Iterable[AskedFor]) -> list[Ask]:
    """Returns one request for each book, supplier and council. Sorted.

    Where a trial covers only some of the copies for which a supplier is asked, the request carries it.
    """
    drawn: dict[tuple[str, str, str], TrialArm | None] = {}
    for each in asked:
        key = (each.isbn, each.supplier_id, each.council)
        drawn[key] = min(filter(None, (drawn.get(key), each.trial)), key=lambda arm: arm.trial, default=None)
    return [Ask(*key, drawn[key]) for key in sorted(drawn)]
