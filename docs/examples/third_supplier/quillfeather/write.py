"""Our orders -> Quillfeather's order document. Pure; the same order always gives the same bytes."""

from __future__ import annotations

from services.suppliers.contract import Kind, OrderToSend, OutboundMessage
from shared.contracts.orders import OrderedLine

from quillfeather import wire
from quillfeather.profile import QuillfeatherProfile


def order(order: OrderToSend, reference: int, profile: QuillfeatherProfile) -> OutboundMessage:
    """Body of `POST /orders`. Raises ValueError when the profile has no account for the council."""
    account = profile.accounts.get(order.council)
    if account is None:
        raise ValueError(f"{profile.name} has no account for {order.council}")
    document = wire.Order(
        reference=reference,
        order_number=order.order_number,
        ordered_at=order.placed_at,
        customer=wire.Customer(gln=account.gln, account=account.account_number),
        lines=tuple(map(_line, order.lines)),
    )
    body = document.model_dump_json(by_alias=True, exclude_none=True).encode()
    return OutboundMessage(Kind.ORDER, reference, f"order-{reference}.json", body, "application/json")


def _line(line: OrderedLine) -> wire.OrderLine:
    price = line.unit_price
    return wire.OrderLine(
        line_reference=line.line_key,
        isbn=line.isbn,
        title=line.title,
        quantity=len(line.copies),
        price=None if price is None else f"{price.minor // 100}.{price.minor % 100:02d}",
        currency=None if price is None else price.currency,
        copies=tuple(wire.Copy(number=copy.copy_number, branch=copy.branch.code, fund=copy.fund) for copy in line.copies),
    )
