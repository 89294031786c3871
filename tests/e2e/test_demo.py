"""The demo as a newcomer runs it: it ends well, its table adds up, and it cleans up after itself."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import pymarc
import pytest

from local.demo import ORDERS
from local.lms.order_file import read_orders
from local.lms.orders import copy_keys
from tests.e2e.processes import demo
from tests.fixtures.marc import read_marc
from tests.waiting import eventually

pytestmark = pytest.mark.slow


async def test_the_demo_accounts_for_every_copy_and_leaves_nothing_behind(tmp_path: Path) -> None:
    report = tmp_path / "result.json"
    with demo("--quiet-seconds", "2", "--result", str(report)) as run:
        assert await run.end(limit=400) == 0, run.output
        assert len(run.family) > 10
        await eventually(lambda: run.left_behind() == [])
        assert "Every copy is accounted for." in run.output
        # The costs of copies in evidence are what the order book's matched invoices charge.
        assert re.search(
            r"Costs of national: GBP [\d,]+\.\d\d for \d+ copies; its matched invoices charge the same, to the penny", run.output
        )
        # The address is shown while there is something to watch.
        assert run.output.index("The pages for staff: http") < run.output.index(" orders, receipts")
        # What each council's LMS loads is left, and named.
        [(told, left)] = re.findall(r"titles with (\d+) copies, ready to load, in (\S+/GB-SFK\.mrc)", run.output)
        records = _read(left)
    result = json.loads(report.read_text())
    copies = result["copies"]
    given_up = sum(copy["state"] in ("refused", "cancelled") for copy in copies.values())
    # Each copy that may still come is in it, and every record has its title and author.
    assert sum(len(record.get_fields("952")) for record in records) == int(told) == len(copies) - given_up
    assert all(record.title and record["100"] for record in records)
    assert result["holds"] is True
    assert result["faults"] == []
    assert sorted(copies) == sorted(map(str, copy_keys(read_orders(ORDERS))))
    assert result["suppliers"].keys() == {"consortium", "national"}
    for supplier, column in result["suppliers"].items():
        states = [copy["state"] for copy in copies.values() if copy["supplier"] == supplier]
        outstanding = column["outstanding"]
        assert column["ordered"] == len(states)
        assert column["ordered"] == column["received"] + sum(outstanding.values()) + column["refused"] + column["cancelled"]
        assert column["received"] == states.count("received") > 0
        assert all(number == states.count(state) for state, number in outstanding.items())
    assert sum(result["states"].values()) == len(copies)


def _read(file: str) -> list[pymarc.Record]:
    return read_marc(Path(file).read_bytes())


@pytest.mark.long
async def test_an_interrupted_demo_leaves_nothing_behind() -> None:
    with demo() as run:
        # The first orders are placed: everything runs.
        await eventually(lambda: run.ended() or "orders," in run.output, limit=200)
        run.process.send_signal(signal.SIGINT)
        assert await run.end(limit=180) == 130, run.output
        assert "Stopped." in run.output
        assert len(run.family) > 10
        await eventually(lambda: run.left_behind() == [])
