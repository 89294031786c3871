"""The demo as a newcomer runs it: it ends well, its table adds up, and it cleans up after itself."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from local.demo import ORDERS
from local.lms.order_file import read_orders
from local.lms.orders import copy_keys
from tests.e2e.processes import demo
from tests.fixtures.chance import Chance
from tests.waiting import eventually

pytestmark = pytest.mark.slow


# The header, and the rows of the first orders. With faults the demo plays its whole file in every run.
_FIRST_ROWS = 61


async def test_the_demo_accounts_for_every_copy_and_leaves_nothing_behind(tmp_path: Path, chance: Chance) -> None:
    report, orders = tmp_path / "result.json", tmp_path / "orders.csv"
    rows = ORDERS.read_text(encoding="utf-8").splitlines(keepends=True)
    orders.write_text("".join(rows if chance.deep else rows[:_FIRST_ROWS]), encoding="utf-8")
    with demo("--file", str(orders), "--quiet-seconds", "2", "--result", str(report)) as run:
        assert await run.end(limit=400) == 0, run.output
        assert len(run.family) > 10
        await eventually(lambda: run.left_behind() == [])
        assert "Every copy is accounted for." in run.output
    result = json.loads(report.read_text())
    copies = result["copies"]
    assert result["holds"] is True
    assert result["faults"] == []
    assert sorted(copies) == sorted(map(str, copy_keys(read_orders(orders))))
    assert result["suppliers"].keys() == {"consortium", "national"}
    for supplier, column in result["suppliers"].items():
        states = [copy["state"] for copy in copies.values() if copy["supplier"] == supplier]
        outstanding = column["outstanding"]
        assert column["ordered"] == len(states)
        assert column["ordered"] == column["received"] + sum(outstanding.values()) + column["refused"] + column["cancelled"]
        assert column["received"] == states.count("received") > 0
        assert all(number == states.count(state) for state, number in outstanding.items())
    assert sum(result["states"].values()) == len(copies)


async def test_an_interrupted_demo_leaves_nothing_behind() -> None:
    with demo() as run:
        # The first orders are placed: everything runs.
        await eventually(lambda: run.ended() or "orders," in run.output, limit=200)
        run.process.send_signal(signal.SIGINT)
        assert await run.end(limit=180) == 130, run.output
        assert "Stopped." in run.output
        assert len(run.family) > 10
        await eventually(lambda: run.left_behind() == [])
