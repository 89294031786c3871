"""The columns of a copy that a change of it needs, and the copy in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from services.orders.domain.copies import Copy, Spend
from services.orders.store.stated import from_json
from services.orders.store.tables import copy
from shared.contracts.base import money_or_none
from shared.contracts.orders import CopyState
from shared.contracts.stated import StatedItem

COPY = [
    copy.c[name]
    for name in (
        "copy_id", "order_id", "line_key", "copy_number", "branch_code", "state", "expected_on", "promised_on", "barcode",
        "cancel_requested", "fund", "sequence", "answered_by", "given_up_as", "stated", "untold_place",
        "owed_since", "owed_in", "fund_year", "expected_minor", "expected_currency", "spend", "former_branches", "item",
    )
]  # fmt: skip


def to_copy(row: Row[Any]) -> Copy:
    """Returns the copy of a row with the columns COPY."""
    return Copy(
        copy_id=row.copy_id,
        order_id=row.order_id,
        line_key=row.line_key,
        copy_number=row.copy_number,
        branch=row.branch_code,
        state=CopyState(row.state),
        expected_on=row.expected_on,
        promised_on=row.promised_on,
        barcode=row.barcode,
        cancel_requested=row.cancel_requested,
        fund=row.fund,
        sequence=row.sequence,
        answered_by=row.answered_by,
        given_up_as=None if row.given_up_as is None else CopyState(row.given_up_as),
        stated=from_json(StatedItem, row.stated),
        untold_place=row.untold_place,
        owed_since=row.owed_since,
        owed_in=row.owed_in,
        fund_year=row.fund_year,
        price=money_or_none(row.expected_minor, row.expected_currency),
        spend=Spend(row.spend),
        former=former_codes(row.former_branches),
        rotation_plan=(row.item or {}).get("rotation_plan", ""),
    )


def former_codes(former: Sequence[Mapping[str, Any]] | None) -> tuple[str, ...]:
    """Returns the codes of the branches that a copy was for before, the first one first, from their column."""
    return tuple(place["code"] for place in former or ())
