"""Writes our orders as Quillfeather's order documents. Pure; the same order always gives the same bytes."""

from __future__ import annotations

import json

from services.suppliers.contract import Kind, OrderToSend, OutboundMessage, SupplierProfile
from shared.contracts.orders import OrderedCopy, OrderedLine


def order(order: OrderToSend, reference: int, profile: SupplierProfile) -> OutboundMessage:
    """Returns the message for `PUT /orders/{reference}`.

    Raises ValueError when the profile has no account for the council, and for a place: Quillfeather delivers to branches only.
    """
    if order.place is not None:
        raise ValueError(f"{profile.name} cannot be asked to deliver at {order.place.code}; end the delivery rule that says so")
    account = profile.accounts.get(order.council)
    if account is None:
        raise ValueError(f"{profile.name} has no account for {order.council}; add it to the profile's accounts")
    document = {
        "type": "order",
        "number": order.order_number,
        "placed": order.placed_at.isoformat(),
        "account": account.account_number,
        "lines": [_line(line) for line in order.lines],
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    return OutboundMessage(Kind.ORDER, reference, f"order-{reference}.json", body, "application/json")


def _line(line: OrderedLine) -> dict[str, object]:
    price, called = line.unit_price, line.supplier_references
    return {
        "your_line": line.line_key,
        "isbn": line.isbn,
        "title": line.title,
        "author": line.author,
        "price": price and price.model_dump(),
        "our_line": called.line if called else "",
        "copies": [_copy(copy) for copy in line.copies],
    }


def _copy(copy: OrderedCopy) -> dict[str, object]:
    return {
        "copy": copy.copy_number,
        "branch": copy.branch.code,
        "fund": copy.fund,
        "collection": copy.sequence,
        "shelfmark": copy.shelfmark,
        "servicing": list(copy.servicing),
        "about": copy.item.model_dump(exclude_defaults=True) if copy.item else {},
    }
