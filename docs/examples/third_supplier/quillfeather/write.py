"""Writes our orders as order documents of the BIC library web services. Pure; the same order always gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

from services.suppliers.contract import Kind, OrderToSend, OutboundMessage
from shared.contracts.base import Money
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.money import to_decimal

from quillfeather import bic
from quillfeather.copy_data import data_of
from quillfeather.profile import QuillfeatherProfile

PROPRIETARY, GLN = "01", "06"


def order(order: OrderToSend, reference: int, profile: QuillfeatherProfile) -> OutboundMessage:
    """Returns the message for `PUT /orders/{reference}`. Raises ValueError when the profile has no account for the council."""
    account = profile.accounts.get(order.council)
    if account is None:
        raise ValueError(f"{profile.name} has no account for {order.council}; add it to the profile's accounts")
    numbers = ((GLN, account.gln), (PROPRIETARY, account.account_number))
    document = bic.Order(
        order_number=order.order_number,
        issue_date_time=order.placed_at,
        buyer_party=bic.Party(ids=tuple(bic.PartyId(type=kind, identifier=number) for kind, number in numbers if number)),
        item_detail=tuple(map(_item, order.lines)),
    )
    return OutboundMessage(Kind.ORDER, reference, f"order-{reference}.json", bic.write(document), "application/json")


def _item(line: OrderedLine) -> bic.OrderItem:
    return bic.OrderItem(
        line_number=str(line.line_number),
        ean13=line.isbn,
        reference_coded=tuple(_references(line)),
        title=line.title,
        author=line.author,
        order_quantity=len(line.copies),
        price=line.unit_price and _price(line.unit_price),
        copy_detail=tuple(map(_copy, line.copies)),
    )


def _references(line: OrderedLine) -> Iterator[bic.Reference]:
    yield bic.Reference(reference_type_code=bic.BUYER_LINE, reference_number=line.line_key)
    if line.supplier_references is not None and line.supplier_references.order:
        yield bic.Reference(reference_type_code=bic.SUPPLIER_ORDER, reference_number=line.supplier_references.order)


def _price(price: Money) -> bic.Price:
    return bic.Price(monetary_amount=to_decimal(price.minor, price.currency), currency_code=price.currency)


def _copy(copy: OrderedCopy) -> bic.OrderCopy:
    return bic.OrderCopy(
        copy_number=str(copy.copy_number),
        deliver_to_location=copy.branch.code,
        destination_location=copy.branch.code,
        fund_detail=(bic.Fund(fund_number=copy.fund),),
        stock_sequence_code=copy.sequence,
        local_call_number=copy.shelfmark,
        processing_instruction_code=copy.servicing,
        **data_of(copy.item),
    )
