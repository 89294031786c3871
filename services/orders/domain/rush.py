"""What to warn of where the council wants an order sooner than usual. Sourcing does not depend on it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.orders.domain.placing import PlacedOrder


class RushCode(StrEnum):
    """That a supplier is not told of the rush."""

    NOT_TOLD = "rush-not-told"


def untold_rush(order: PlacedOrder, not_taking: Mapping[str, str]) -> str:
    """Returns what to warn of; "" for nothing. `not_taking`: suppliers that take no rush, id -> name."""
    if not order.rush:
        return ""
    untold = dict.fromkeys(line.supplier_id for line in order.lines if line.supplier_id in not_taking)
    if not untold:
        return ""
    names = ", ".join(sorted(not_taking[supplier_id] for supplier_id in untold))
    return f"The order was placed, but messages to {names} cannot say that it is wanted sooner: tell them by other means."
