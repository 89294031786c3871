"""Which supplier the council wants for what. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

CONSORTIUM = "consortium"
NATIONAL = "national"
# Any day before the first order.
_VALID_FROM = "2020-01-01"


@dataclass(frozen=True, slots=True)
class Rule:
    """One sourcing rule; no branch or no material means any."""

    supplier_id: str
    branch: str | None = None
    material: str | None = None
    mode: str = "live"

    def body(self) -> dict[str, str | None]:
        """The rule as the services take it."""
        return {**asdict(self), "valid_from": _VALID_FROM}


def ordering_rules(branches: Sequence[str], only: str | None) -> list[Rule]:
    """All from `only`; or every second branch from the consortium and the rest from the national bookseller.

    At the consortium's first branch, children's books from the bookseller are on trial: such an order has two suppliers.
    """
    if only is not None:
        return [Rule(only)]
    of_consortium = sorted(branches)[::2]
    rules = [Rule(NATIONAL), *(Rule(CONSORTIUM, branch) for branch in of_consortium)]
    return [*rules, *(Rule(NATIONAL, branch, "childrens", mode="pilot") for branch in of_consortium[:1])]


def catalogue_rules(only: str | None) -> list[Rule]:
    """Records come from the national bookseller, wherever the books are bought, unless it is left out."""
    return [Rule(only or NATIONAL)]
