"""Examples of delivery: the first copy of the order of `example_events` is on its way, arrives, and is not as it was advised.

Councils and location numbers are invented; the books exist.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts import delivery, orders
from shared.contracts.base import Event, Place, PlaceKind, RouteKind
from shared.contracts.stated import StatedItem
from shared.contracts.switches import SwitchState
from shared.contracts.trials import Arm, DrawUnit, TrialArm, TrialTerms

_COUNCIL = "GB-SFK"
_SUPPLIER = "harbour-books"
_ORDER = UUID("5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11")
_LINE_KEY = "SB-7Q2M4K9XWD3FA1B0"
_ISBN = "9781526622433"
_FIRST_COPY = UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b101")
_IPSWICH = Place(code="IPSW", name="Ipswich Library", gln="5012345670010")
_HUB = Place(code="CSU", kind=PlaceKind.HUB, name="Central stock unit", gln="5012345670201")
_DESPATCH_NUMBER = "DN88120"
_PARCEL = "050123456000001238"
_CONSIGNMENT = UUID("b1f0d6c2-31a7-4b3d-8a94-3d9b6f0a2e01")
_CONSIGNED = delivery.ConsignedCopy(
    copy_id=_FIRST_COPY,
    order_id=_ORDER,
    line_key=_LINE_KEY,
    isbn=_ISBN,
    branch="IPSW",
    barcode="30117012345678",
    parcel_id=_PARCEL,
    route_trial=TrialArm(trial="unpacked-at-the-hub", arm=Arm.CONTROL),
    sequence="ANF",
    rotation_plan="ROT-A",
    stated=StatedItem(rotation_plan="ROT-A", servicing=("BJ",)),
)
_LABEL_ASKEW = delivery.ServicingFault(kind=delivery.ServicingKind.SPINE_LABEL, note="Label upside down")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


EXAMPLES: tuple[Event, ...] = (
    delivery.ConsignmentExpected(
        council=_COUNCIL,
        consignment_id=_CONSIGNMENT,
        supplier_id=_SUPPLIER,
        despatch_number=_DESPATCH_NUMBER,
        place=_IPSWICH,
        leg=delivery.Leg.DIRECT,
        expected_on=date(2026, 3, 6),
        copies=(_CONSIGNED,),
    ),
    delivery.CopiesReceived(
        council=_COUNCIL,
        consignment_id=_CONSIGNMENT,
        supplier_id=_SUPPLIER,
        despatch_number=_DESPATCH_NUMBER,
        place=_IPSWICH,
        leg=delivery.Leg.DIRECT,
        received_at=_at(6, 10, 20),
        copies=(_CONSIGNED.model_copy(update={"servicing": (_LABEL_ASKEW,)}),),
    ),
    delivery.DiscrepancyFound(
        council=_COUNCIL,
        discrepancy_id=UUID("e6b7f6f0-9c55-4a0f-9a3d-6b0c5b1d7a01"),
        consignment_id=_CONSIGNMENT,
        supplier_id=_SUPPLIER,
        despatch_number=_DESPATCH_NUMBER,
        kind=delivery.DiscrepancyKind.DAMAGED,
        isbn=_ISBN,
        consigned_copy=_CONSIGNED,
        note="Cover torn",
        found_at=_at(6, 10, 25),
    ),
    delivery.CopyMisdirected(
        council=_COUNCIL,
        discrepancy_id=UUID("e6b7f6f0-9c55-4a0f-9a3d-6b0c5b1d7a02"),
        consignment_id=_CONSIGNMENT,
        supplier_id=_SUPPLIER,
        despatch_number=_DESPATCH_NUMBER,
        place=_IPSWICH,
        deliver_to=_HUB,
        consigned_copy=_CONSIGNED,
        note="advised for IPSW; copy 1 of line SB-7Q2M4K9XWD3FA1B0 was to be unpacked at CSU",
        found_at=_at(4, 9),
    ),
    delivery.DeliveryRuleChanged(
        council=_COUNCIL,
        rule_id=UUID("2f6b1c7d-4a58-4f0e-9c1d-8b3e6a5d7f44"),
        supplier_id=_SUPPLIER,
        branch="LOWE",
        valid_from=date(2026, 3, 1),
        pilot=True,
        route=RouteKind.HUB,
        hub=_HUB,
        reason="Lowestoft has no room to unpack",
        open_copies_follow=True,
        trial=TrialTerms(name="unpacked-at-the-hub", share="0.5", unit=DrawUnit.ORDER, seed="c"),
    ),
    delivery.DeliverySwitchChanged(
        council=_COUNCIL,
        switch_id=UUID("6b0e4f1d-92a7-4c38-8d15-0a7c3e9b2f66"),
        version=2,
        state=SwitchState.RUNNING,
        from_supplier=_SUPPLIER,
        to_supplier=None,
        branches=("LOWE",),
        materials=("book",),
        first_day=date(2026, 3, 1),
        open_copies="move",
        reason="Lowestoft has no room to unpack",
        at=_at(1, 6),
        route=RouteKind.HUB,
        hub=_HUB,
    ),
    orders.RouteChanged(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number="PO-2026-00417",
        changed_at=_at(3, 7, 15),
        reason="Lowestoft has no room to unpack",
        lines=(
            orders.ReroutedLine(
                line_key=_LINE_KEY,
                supplier_id=_SUPPLIER,
                deliver_to=_HUB,
                copy_ids=(UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b102"),),
            ),
        ),
        moved=(
            orders.MovedLine(
                line_key=_LINE_KEY,
                supplier_id=_SUPPLIER,
                branch=Place(code="IPSW", name="Ipswich County Library", gln="5098765000019"),
                former=(Place(code="BURY", name="Bury Library"),),
                deliver_to=_HUB,
                copy_ids=(UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b103"),),
            ),
        ),
        unpacked=(
            orders.ReroutedLine(
                line_key=_LINE_KEY,
                supplier_id=_SUPPLIER,
                deliver_to=Place(code="IPSW", name="Ipswich County Library", gln="5098765000019"),
                copy_ids=(UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b104"),),
            ),
        ),
    ),
)
