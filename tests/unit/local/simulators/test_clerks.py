"""The consortium's clerks list what has not left, and enter cancellations that they were told of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.simulators.consortium.clerks import OpenLine, enter_cancellations, open_lines
from local.simulators.consortium.store import Store, StoredPush

AUSTEN, DICKENS = "9780141439518", "9780141439563"
SUFFOLK, ESSEX = "GB-SFK", "GB-ESX"


def an_order(reference: str, isil: str) -> str:
    line = {"line_key": "K", "line_number": 1, "isbn": AUSTEN, "quantity": 1, "copies": [{"copy_number": 1, "branch": "IPSW"}]}
    buyer, place = {"isil": isil, "gln": "5012345000008"}, {"kind": "hub", "code": "CSU"}
    order = {"reference": reference, "order_number": f"no {reference}", "buyer": buyer, "deliver_to": place, "lines": [line]}
    return json.dumps(order)


def a_shipment(reference: str, **copies: int) -> StoredPush:
    lines = [{"line_key": key, "quantity": number} for key, number in copies.items()]
    return StoredPush(f"push {reference}", reference, "first", json.dumps({"data": {"parcels": [{"lines": lines}]}}), 1.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A book with an order of Suffolk, whose first lorry has left and whose second has not, and one of Essex."""
    with closing(Store(tmp_path / "consortium.sqlite")) as store:
        with store.transaction:
            store.add_order("A", an_order("A", SUFFOLK))
            fates = {"A1": {"1": "ships", "2": "waits"}, "A2": {"1": "ships"}, "A3": {"1": "refused", "2": "cancelled"}}
            store.put_lines("A", [(key, AUSTEN, json.dumps(copies)) for key, copies in fates.items()])
            store.add_order("B", an_order("B", ESSEX))
            store.put_lines("B", [("B1", DICKENS, json.dumps({"1": "waits"}))])
            store.add_pushes([a_shipment("A", A1=1)])
        store.due(now=2.0, limit=10)
        with store.transaction:
            store.add_pushes([a_shipment("A", A2=1)])
        yield store


def test_what_waits_and_what_is_on_a_lorry_that_has_not_left_is_open(store: Store, tmp_path: Path) -> None:
    found = open_lines(tmp_path / "consortium.sqlite", SUFFOLK)

    assert found == [OpenLine("A1", "no A", AUSTEN, 1), OpenLine("A2", "no A", AUSTEN, 1)]


def test_a_cancellation_that_was_told_of_ends_what_waits_of_its_lines_alone(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "consortium.sqlite"

    enter_cancellations(file, {"A1"})

    assert open_lines(file, SUFFOLK) == [OpenLine("A2", "no A", AUSTEN, 1)]
    assert open_lines(file, ESSEX) == [OpenLine("B1", "no B", DICKENS, 1)]
    assert json.loads(store.lines("A")["A1"]) == {"1": "ships", "2": "cancelled"}
