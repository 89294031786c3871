"""What becomes of the orders in a file of a mailbox, and what that makes of the file. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from services.lms.domain.mailbox_messages import State
from shared.errors import Fault
from shared.texts import replace_nul
from shared.wording import counted

_LONGEST_REASON = 1_000
_ORDERS_SHOWN = 5


class AskedState(StrEnum):
    """What became of an order: `asked` until the order book answers; `repeated`: it had been placed before, with this content."""

    ASKED = "asked"
    PLACED = "placed"
    REPEATED = "repeated"
    REFUSED = "refused"


SETTLED_WELL = frozenset({AskedState.PLACED, AskedState.REPEATED})


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """One order of a file. `names` and `segments` are what answers need, as JSON; `place` is that in the file, from 0."""

    asked_id: UUID
    message_id: UUID
    mailbox_id: str
    council: str
    place: int
    order_number: str
    document: Mapping[str, object]
    names: Mapping[str, object]
    segments: Mapping[str, int]
    state: AskedState
    order_id: UUID | None
    code: str
    detail: str
    faults: tuple[Fault, ...]
    asked_at: datetime
    answered_at: datetime | None


def asked_id_of(message_id: UUID, place: int) -> UUID:
    """Returns the id of an order of a file: the same again when the file is read again."""
    return uuid5(message_id, str(place))


def end_of(orders: Sequence[AskedOrder]) -> tuple[State, str] | None:
    """Returns the state of a file whose orders these are, and the reason for it; None while one of them is not answered."""
    if any(order.state is AskedState.ASKED for order in orders):
        return None
    refused = [order for order in orders if order.state is AskedState.REFUSED]
    if not refused:
        repeated = all(order.state is AskedState.REPEATED for order in orders)
        return State.TAKEN, "each of its orders had been placed before, with the same content" if orders and repeated else ""
    state = State.REFUSED if len(refused) == len(orders) else State.PARTLY_TAKEN
    return state, _reason(refused)


def _reason(refused: Sequence[AskedOrder]) -> str:
    texts = [f"order {order.order_number}: {_why(order)}" for order in refused[:_ORDERS_SHOWN]]
    if len(refused) > _ORDERS_SHOWN:
        texts.append(f"and {counted(len(refused) - _ORDERS_SHOWN, 'more order')}")
    reason = "; ".join(texts)
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"


def _why(order: AskedOrder) -> str:
    if not order.faults:
        return order.detail
    more = f" (and {counted(len(order.faults) - 1, 'more fault')})" if len(order.faults) > 1 else ""
    return order.faults[0].detail + more


def storable(value: Any) -> Any:
    """Returns JSON without the NUL characters that a file may have: no database holds them."""
    if isinstance(value, str):
        return replace_nul(value)
    if isinstance(value, Mapping):
        return {replace_nul(str(key)): storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    return value
