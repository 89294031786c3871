"""The orders of the file are divided among the chapters, each once."""

from __future__ import annotations

import pytest

from local.demo import ORDERS
from local.lms.order_file import read_orders
from local.story.chapters import FEWEST_ORDERS, parts_of


@pytest.mark.parametrize("number", [FEWEST_ORDERS, 11, 24])
def test_each_chapter_has_orders_and_each_order_is_in_one(number: int) -> None:
    orders = read_orders(ORDERS)[:number]

    parts = parts_of(orders)

    assert [order for part in parts for order in part] == list(orders)
    assert all(parts)
    assert len(parts.after) == 1
