"""The demo with a bookseller that misbehaves: nothing is lost, everything is explained, and one message is fixed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.demo import ORDERS
from local.demo.spoiled import FAULT_TEXTS
from local.lms.order_file import read_orders
from local.lms.orders import copy_keys
from tests.e2e.processes import demo

# On a busy machine it takes minutes; what hangs is found all the same.
pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(600)]


async def test_a_misbehaving_bookseller_costs_no_copy_and_what_it_spoiled_is_explained_and_fixed(tmp_path: Path) -> None:
    report = tmp_path / "result.json"
    options = ("--dead-seconds", "4", "--quiet-seconds", "2", "--limit-seconds", "400")
    with demo("--faults", *options, "--result", str(report)) as run:
        try:
            assert await run.end(limit=500) == 0, run.output
        except TimeoutError:
            pytest.fail(f"not over in time: {run.output}")
        output = run.output
    result = json.loads(report.read_text())
    assert "Every copy is accounted for." in output
    _adds_up(result)
    _everything_spoiled_is_in_the_exchange(result)
    _what_waits_is_listed_with_its_reason(result, output)
    _the_fixed_copies_arrived(result, output)
    assert result["outage"]["seconds"] > 2
    assert result["outage"]["moved"] > 0


def _adds_up(result: dict[str, dict[str, dict[str, object]]]) -> None:
    copies = result["copies"]
    assert result["holds"]
    assert sorted(copies) == sorted(map(str, copy_keys(read_orders(ORDERS))))
    for supplier, column in result["suppliers"].items():
        states = [copy["state"] for copy in copies.values() if copy["supplier"] == supplier]
        outstanding = column["outstanding"]
        assert isinstance(outstanding, dict)
        assert column["ordered"] == len(states)
        assert len(states) == sum(
            [*outstanding.values(), *(states.count(state) for state in ("received", "refused", "cancelled"))]
        )
        assert all(number == states.count(state) for state, number in outstanding.items())


def _everything_spoiled_is_in_the_exchange(result: dict[str, dict[str, dict[str, int]]]) -> None:
    spoiled = result["spoiled"]
    assert spoiled.keys() == FAULT_TEXTS.keys()
    assert all(not states.keys() & {"lost", "received"} for states in spoiled.values())
    # A file with unusual bytes is still read; a file that is not a message is never applied.
    assert spoiled["wrong_charset"].keys() <= {"applied", "duplicate"}
    assert spoiled["garbage"].keys() <= {"quarantined", "duplicate"}


def _what_waits_is_listed_with_its_reason(result: dict[str, dict[str, str]], output: str) -> None:
    waiting = result["waiting"]
    assert len(waiting) > 5
    assert all(waiting.values())
    assert all(name in output for name in waiting)
    assert set(result["explained"].values()) <= set(waiting.values())


def _the_fixed_copies_arrived(result: dict[str, dict[str, str]], output: str) -> None:
    mended = result["mended"]
    assert mended.keys() <= result["explained"].keys()
    assert "received" in mended.values()
    assert set(mended.values()) <= {"received", "damaged", "missing"}
    assert all(f"{key}: " in output for key in mended)
