"""The council's sourcing rules. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

CONSORTIUM = "consortium"
NATIONAL = "national"
# Draws all, so that every run orders the same copies from the same suppliers.
_TRIAL = {"name": "childrens", "share": "1", "unit": "line"}
# Any day before the first order.
_VALID_FROM = "2020-01-01"


@dataclass(frozen=True, slots=True)
class Rule:
    """One sourcing rule; without branch or material, it applies to any."""

    supplier_id: str
    branch: str | None = None
    material: str | None = None
    mode: str = "live"

    def body(self) -> dict[str, object]:
        """Returns the rule in the form of the services."""
        trial = _TRIAL if self.mode == "pilot" else None
        return {**asdict(self), "valid_from": _VALID_FROM, "trial": trial}


def ordering_rules(branches: Sequence[str], only: str | None) -> list[Rule]:
    """Returns the rules for ordering: all from `only`, or every second branch from the consortium, the rest from the bookseller.

    At the consortium's first branch, children's books are on trial from the bookseller, so that an order has two suppliers.
    """
    if only is not None:
        return [Rule(only)]
    of_consortium = sorted(branches)[::2]
    rules = [Rule(NATIONAL), *(Rule(CONSORTIUM, branch) for branch in of_consortium)]
    return [*rules, *(Rule(NATIONAL, branch, "childrens", mode="pilot") for branch in of_consortium[:1])]


def catalogue_rules(only: str | None) -> list[Rule]:
    """Returns the rules for records: all from the national bookseller, or from `only`."""
    return [Rule(only or NATIONAL)]
