"""Where an LMS reads the thing that a change is about: a path in the API of the service that owns it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from services.lms.domain import bodies


class Link(NamedTuple):
    """`what` is there, in the API of `service`."""

    what: str
    service: str
    path: str


def links_of(body: bodies.Body) -> Iterator[Link]:
    """Yields what a change is about: its order first, else its invoice, title, proposals and so on; then its consignment."""
    match body:
        case bodies.AboutOrder(order_id=order_id) | bodies.DiscrepancyFound(order_id=order_id) if order_id is not None:
            yield Link("order", "orders", f"/v1/orders/{order_id}")
        case bodies.AboutInvoice():
            yield Link("invoice", "orders", f"/v1/invoices/{body.invoice_id}")
        case bodies.TitleChanged() | bodies.RecordJudged():
            yield Link("title", "catalogue", f"/v1/titles/{body.isbn}")
        case bodies.ProposalReceived():
            query = urlencode({"supplier_id": body.supplier_id, "selection_number": body.selection_number})
            yield Link("proposals", "orders", f"/v1/proposals?{query}")
        case bodies.SwitchChanged():
            yield Link("switch", _OWNERS[body.strand], f"/v1/switches/{body.switch_id}")
        case bodies.WebhookDisabled():
            yield Link("webhook endpoint", "lms", f"/v1/webhook-endpoints/{body.webhook_endpoint_id}")
    if isinstance(body, bodies.AboutGoods | bodies.DiscrepancyFound):
        yield Link("consignment", "delivery", f"/v1/consignments/{body.consignment_id}")


_OWNERS = {
    bodies.StrandName.ORDERING: "orders",
    bodies.StrandName.CATALOGUE: "catalogue",
    bodies.StrandName.DELIVERY: "delivery",
}
