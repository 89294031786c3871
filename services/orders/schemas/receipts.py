"""HTTP shapes of the answer to a placed order, and their conversion from the order or its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from services.orders.domain.placing import PlacedOrder
from services.orders.domain.twice import OrderWarning
from services.orders.schemas.decisions import ordered_isbn, ordered_price
from services.orders.store.reading import OrderRows
from shared.contracts import words
from shared.contracts.base import Money
from shared.contracts.trials import TrialArm, arm_or_none


class LineReceipt(BaseModel):
    """One line as it was placed: several for one line number when its branches have different suppliers or trials."""

    line_number: words.LineNumber
    line_key: words.LineKey
    supplier_id: words.SupplierId
    isbn: words.Isbn
    unit_price: Money | None = Field(description="Price of one copy, as it was asked; null where the order names none")
    copy_ids: list[words.CopyId] = Field(description="Our ids of its copies, by their number within the line")
    trial: TrialArm | None = Field(description="The trial that drew the supplier, and its arm; null where none did")


class OrderReceipt(BaseModel):
    """The answer to a placed order. A repetition of the same order gets exactly the same answer."""

    order_id: words.OrderId
    order_number: words.OrderNumber
    placed_at: datetime = Field(description="When it was taken into the order book")
    lines: list[LineReceipt] = Field(description="By line number; one for each supplier and trial arm that a line is split into")
    warnings: list[OrderWarning] = Field(description="What the council may not have meant; the order was placed all the same")


def receipt(rows: OrderRows) -> OrderReceipt:
    """Returns the answer to a placed order, from rows that never change afterwards."""
    return OrderReceipt(
        order_id=rows.order.order_id,
        order_number=rows.order.order_number,
        placed_at=rows.order.placed_at,
        lines=[
            LineReceipt(
                line_number=line.line_number,
                line_key=line.line_key,
                supplier_id=line.supplier_id,
                isbn=ordered_isbn(line),
                unit_price=ordered_price(line),
                copy_ids=[copy.copy_id for copy in rows.copies if copy.line_key == line.line_key],
                trial=arm_or_none(line.trial, line.arm),
            )
            for line in rows.lines
            if line.added_at is None
        ],
        warnings=rows.order.warnings or [],
    )


def receipt_of(order: PlacedOrder, warnings: Sequence[OrderWarning]) -> OrderReceipt:
    """Returns the answer to an order placed just now; equal to what `receipt` later returns for its rows."""
    lines = sorted(order.lines, key=lambda line: (line.asked.line_number, line.line_key))
    return OrderReceipt(
        order_id=order.order_id,
        order_number=order.order_number,
        placed_at=order.placed_at,
        lines=[
            LineReceipt(
                line_number=line.asked.line_number,
                line_key=line.line_key,
                supplier_id=line.supplier_id,
                isbn=line.isbn,
                unit_price=line.asked.unit_price,
                copy_ids=[copy.copy_id for copy in line.copies],
                trial=line.trial,
            )
            for line in lines
        ],
        warnings=list(warnings),
    )
