"""A switch of the ordering strand as a council asks for it, and its faults. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict, Field, JsonValue

from services.orders.domain.register import Register
from services.orders.domain.switching import OpenCopies, OrderingSwitch
from shared.contracts.switches import SwitchState
from shared.days import Day
from shared.errors import Fault
from shared.ids import new_id
from shared.sourcing.switches.planning import (
    AskedScope,
    AskedSuppliers,
    SupplierName,
    SwitchReason,
    first_day_faults,
    named,
    overlap_faults,
    same_supplier_faults,
    unknown_supplier_faults,
)

EXAMPLE: dict[str, JsonValue] = {
    "from_supplier": "consortium",
    "to_supplier": "national",
    "branches": ["LOWE"],
    "first_day": "2026-12-01",
    "open_copies": "move",
    "reason": "The consortium's contract ends in March",
}


class AskedSwitch(AskedScope, AskedSuppliers):
    """A switch of the ordering strand, as a council sends it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    # Whether the first supplier answers no more.
    dead: ClassVar[bool] = False

    to_supplier: SupplierName | None = Field(
        default=None, description="The supplier that follows it; null only where no copy is to be moved", examples=["national"]
    )
    first_day: Day = Field(description="The first day on which the new supplier gets the orders")
    open_copies: OpenCopies = Field(
        description="`drain`: they stay where they are; `move`: they are cancelled there and placed with the new supplier; "
        "`cancel`: they are cancelled there"
    )
    drain_until: Day | None = Field(default=None, description="With `drain`: from this day on, what is still open is moved")
    reason: SwitchReason

    @property
    def moves(self) -> bool:
        """Whether copies may be placed with the new supplier."""
        return self.open_copies is OpenCopies.MOVE or self.drain_until is not None

    def planned(self, council: str, by: str, at: datetime) -> OrderingSwitch:
        """Returns the switch as it is planned, with an id of its own."""
        return OrderingSwitch(
            switch_id=new_id(),
            council=council,
            from_supplier=self.from_supplier,
            to_supplier=self.to_supplier,
            scope=self.scope,
            first_day=self.first_day,
            open_copies=self.open_copies,
            drain_until=self.drain_until,
            reason=self.reason,
            state=SwitchState.PLANNED,
            planned_at=at,
            planned_by=by,
            dead=self.dead,
        )


class AskedDeath(AskedSwitch):
    """The death of a supplier, as a switch whose copies wait for no answer. Its first day is the day on which it was declared."""

    dead: ClassVar[bool] = True

    @classmethod
    def of(cls, supplier_id: str, to_supplier: str | None, reason: str, today: date) -> AskedDeath:
        """Returns the switch of all branches and materials that a death is."""
        open_copies = OpenCopies.CANCEL if to_supplier is None else OpenCopies.MOVE
        return cls(from_supplier=supplier_id, to_supplier=to_supplier, first_day=today, open_copies=open_copies, reason=reason)

    def fingerprint(self) -> bytes:
        """Returns a digest of the content, the same on any day: a repetition after midnight is one."""
        return hashlib.sha256(b"dead " + self.model_dump_json(exclude={"first_day"}).encode()).digest()


def asked_again(waited: OrderingSwitch, today: date) -> AskedSwitch:
    """Returns a switch that waited for a second person, as if it were asked for today. Its first day may have passed."""
    asked = AskedDeath if waited.dead else AskedSwitch
    return asked(
        from_supplier=waited.from_supplier,
        to_supplier=waited.to_supplier,
        branches=waited.scope.branches,
        materials=waited.scope.materials,
        first_day=max(waited.first_day, today),
        open_copies=waited.open_copies,
        drain_until=waited.drain_until,
        reason=waited.reason,
    )


class Decision(StrEnum):
    """What a person decides: the copies are placed with the second supplier now, or stay as they are."""

    PLACE_ANEW = "place_anew"
    LEAVE = "leave"


def switch_faults(
    asked: AskedSwitch, today: date, register: Register, suppliers: Mapping[str, bool | None], others: Iterable[OrderingSwitch]
) -> list[Fault]:
    """Returns what is wrong with a switch. `suppliers`: those that can be named -> whether they take cancellations."""
    return [
        *_supplier_faults(asked, suppliers),
        *_day_faults(asked, today),
        *_branch_faults(asked, register),
        *_overlap_faults(asked, others),
    ]


def _supplier_faults(asked: AskedSwitch, suppliers: Mapping[str, bool | None]) -> Iterator[Fault]:
    yield from unknown_supplier_faults(asked, suppliers, "see GET /v1/suppliers")
    yield from same_supplier_faults(asked)
    if asked.to_supplier is None and asked.moves:
        yield Fault("/to_supplier", "supplier-missing", "Copies are to be moved; name the supplier that they are placed with.")
    asks = asked.open_copies is not OpenCopies.DRAIN or asked.drain_until is not None
    if asks and not asked.dead and suppliers.get(asked.from_supplier) is False:
        text = (
            f"{asked.from_supplier} takes no cancellations from Stockbridge, so its open copies cannot be moved or cancelled. "
            "Use `drain` without `drain_until`: they stay there."
        )
        yield Fault("/from_supplier", "supplier-takes-none", text)


def _day_faults(asked: AskedSwitch, today: date) -> Iterator[Fault]:
    yield from first_day_faults(asked, today)
    if asked.drain_until is None:
        return
    if asked.open_copies is not OpenCopies.DRAIN:
        yield Fault("/drain_until", "nothing-drains", "Only with `drain` copies stay until a day; leave it out, or use `drain`.")
    elif asked.drain_until <= asked.first_day:
        yield Fault("/drain_until", "drain-too-short", f"Name a day after the first day, {asked.first_day}, or use `move`.")


def _branch_faults(asked: AskedSwitch, register: Register) -> Iterator[Fault]:
    for index, code in enumerate(asked.branches):
        if code not in register.branches:
            yield Fault(f"/branches/{index}", "unknown-branch", f"No branch {code!r}; see GET /v1/branches.")


def _overlap_faults(asked: AskedSwitch, others: Iterable[OrderingSwitch]) -> Iterator[Fault]:
    if not asked.dead:
        yield from overlap_faults(asked, others)
        return
    for other in others:
        # A death cannot wait for switches that have no part in it.
        if asked.from_supplier in (other.from_supplier, other.to_supplier):
            text = (
                f"{named(other)}. Withdraw it first, with POST /v1/switches/{other.switch_id}/withdraw: copies that it asked to "
                "cancel are freed with the others."
            )
            yield Fault("/path/supplier_id", "overlapping-switch", text)
