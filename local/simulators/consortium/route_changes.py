"""Divides a shipment that has not left: some of its copies go to another place, in a shipment of their own. Pure."""

from __future__ import annotations

import json

from local.simulators.consortium.cancellations import without
from local.simulators.consortium.wire import DeliverTo


def divided(body: str, moved: frozenset[tuple[str, int]], place: DeliverTo) -> tuple[str | None, str | None]:
    """Returns the push of what stays, and that of what goes to the place; None for a push without copies.

    `moved` are line keys and copy numbers; those that the shipment does not have count for nothing.
    """
    push = json.loads(body)
    inside = {
        (line["line_key"], copy["copy_number"])
        for parcel in push["data"]["parcels"]
        for line in parcel["lines"]
        for copy in line["copies"]
    }
    goes = without(body, frozenset(inside - moved))
    if goes is None:
        return body, None
    push = json.loads(goes)
    push["data"]["shipment_number"] += f"-{place.code}"
    push["data"]["deliver_to"] = {"kind": place.kind, "code": place.code}
    return without(body, moved), json.dumps(push)
