"""Parcels that a branch waits for, in tests of the pages of deliveries."""

from shared.contracts.suppliers import CopyReference
from tests.builders import a_despatch, a_despatched_line, a_parcel, an_order_placed, an_ordered_line
from tests.services.delivery.conftest import Delivery

PARCEL = "350123450000000014"


async def a_parcel_for(delivery: Delivery, place: str, *isbns: str, named: bool = True) -> str:
    """A parcel for a branch with one copy of each title, with the barcodes B1, B2 …; returns the id of its consignment."""
    lines = [an_ordered_line(isbn, [place], number=number) for number, isbn in enumerate(isbns, start=1)]
    references = [CopyReference(barcode=f"B{number}" if named else None) for number in range(1, len(lines) + 1)]
    goods = [a_despatched_line(line, copies=[reference]) for line, reference in zip(lines, references, strict=True)]
    order = an_order_placed(*lines, number=f"PO-{place}")
    despatch = a_despatch(a_parcel(*goods, parcel_id=PARCEL), number=f"D-{place}", deliver_to=lines[0].copies[0].branch)
    await delivery.hears(order, despatch)
    (consignment,) = await delivery.consignments(place=place)
    return str(consignment["consignment_id"])
