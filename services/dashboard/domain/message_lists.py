"""The list of messages of the exchanges, and the filters that narrow it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from services.dashboard.domain.messages import Message
from shared.days import day_after

DIRECTIONS = {"in": "received", "out": "sent"}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The filters of the list as its address has them; "" does not filter. `until` is the last day that is shown."""

    supplier: str = ""
    direction: str = ""
    kind: str = ""
    state: str = ""
    order_number: str = ""
    order_id: str = ""
    line_key: str = ""
    reference: str = ""
    control_reference: str = ""
    supplier_reference: str = ""
    name_contains: str = ""
    reason_contains: str = ""
    since: date | None = None
    until: date | None = None

    def asked(self) -> dict[str, str]:
        """The filters as an exchange takes them."""
        known = {name: str(value).strip() for name, value in asdict(self).items() if value}
        known.pop("supplier", None)
        if self.since is not None:
            known["created_from"] = known.pop("since")
        if self.until is not None:
            del known["until"]
            known["created_before"] = day_after(self.until).isoformat()
        return known

    def address(self, **changed: str) -> Mapping[str, str]:
        """The filters as the page's address has them, with some `changed`."""
        own = {name: str(value) for name, value in asdict(self).items() if value}
        own = {_IN_ADDRESS.get(name, name): value for name, value in own.items()}
        return {name: value for name, value in (own | changed).items() if value}

    @property
    def rare(self) -> bool:
        """Whether a filter is set that the page folds away."""
        return any((self.reference, self.control_reference, self.supplier_reference, self.line_key, self.order_id))


# In an address, days are `from` and `to`, which are no names in Python.
_IN_ADDRESS = {"since": "from", "until": "to"}


@dataclass(frozen=True, slots=True)
class OfSupplier:
    """The messages of one exchange, newest first. `problem`: why they are not shown; `next_cursor`: where older ones begin."""

    supplier_id: str
    messages: Sequence[Message] = ()
    next_cursor: str = ""
    problem: str = ""
