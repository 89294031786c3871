"""The story as a newcomer runs it: each chapter happens, every copy is accounted for, and it cleans up after itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from local.demo import ORDERS
from local.lms.order_file import read_orders
from local.lms.orders import copy_keys
from local.story.chapters import FEWEST_ORDERS
from tests.e2e.processes import story
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.long]
_SHORT = ("--orders", str(FEWEST_ORDERS), "--despatch-seconds", "0.5", "--quiet-seconds", "1")


async def test_the_story_changes_the_supplier_and_accounts_for_every_copy(tmp_path: Path) -> None:
    report = tmp_path / "result.json"
    with story(*_SHORT, "--result", str(report)) as run:
        assert await run.end(limit=400) == 0, run.output
        await eventually(lambda: run.left_behind() == [])
        output = run.output
        reports = _texts(re.findall(r"Report, .*: (\S+\.html)", output))
        [statement] = _texts(re.findall(r"Exit statement, .*: (\S+\.html)", output))
    result = json.loads(report.read_text())
    assert [int(number) for number in re.findall(r"^Chapter (\d)\.", output, re.MULTILINE)] == [1, 2, 3, 4, 5, 6]
    # Goods go through the hub first, and straight to the branches from the second chapter on.
    first, second = re.findall(r"to the hub (\d+), on from the hub (\d+), straight to a branch (\d+)", output)
    assert int(first[0]) > 0
    assert first[2] == "0"
    assert int(second[2]) > 0
    # The draw gave lines to both arms.
    [arms] = re.findall(r"pilot arm (\d+) cop.*control arm (\d+) cop", output)
    assert all(int(copies) > 0 for copies in arms)
    _all_are_accounted_for(result, output)
    # Some copies were cancelled and placed again, others stayed, and a person decided where no answer came.
    assert result["switch"].keys() <= {"moved", "stays", "supplied", "doubled"}
    assert result["switch"]["moved"] > result["decided"] > 0
    # How many it has despatched by then depends on the machine.
    assert re.search(r"Its answers: \d+ cancelled, and placed again with the bookseller", output)
    assert "the next order is served by national" in output
    # What tied the council to the consortium came to nothing in the strands that it left; the records stay.
    assert re.search(r"differs (?:from ours )?in 0 lines", output)
    assert "The departure list now:\n    ordering: nothing.\n    delivery: nothing." in output
    assert "rules in force that name the supplier" in statement
    assert len(reports) == 2
    assert all("<svg" in text and "No decision of a person was recorded" in text for text in reports)


def _texts(files: list[str]) -> list[str]:
    return [Path(file).read_text() for file in files]


def _all_are_accounted_for(result: dict[str, dict[str, dict[str, str]]], output: str) -> None:
    asked = copy_keys(read_orders(ORDERS)[:FEWEST_ORDERS])
    assert result["holds"]
    assert sorted(result["copies"]) == sorted(map(str, asked))
    assert {copy["supplier"] for copy in result["copies"].values()} == {"consortium", "national"}
    assert set(result["doubled"]) <= set(result["reported"])
    assert f"Copies ordered: {len(asked)}; lost: 0; doubled: 0." in output
