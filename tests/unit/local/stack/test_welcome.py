"""What a new system offers for its first orders."""

import csv
import json
import shlex
from datetime import date
from pathlib import Path

import pytest

from local.lms.branches import BRANCHES, read_branches
from local.simulators import CATALOGUE
from local.stack.seeding import FUNDS, SAMPLE_ORDER, funds
from local.stack.shell import MY_ORDER
from local.stack.welcome import ordering_line


@pytest.mark.parametrize("order", [SAMPLE_ORDER, MY_ORDER], ids=lambda path: path.stem)
def test_a_ready_made_order_names_known_branches_and_funds_and_a_title_of_the_catalogue(order: Path) -> None:
    (line,) = json.loads(order.read_text())["lines"]
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        titles = {row["isbn"]: (row["title"], row["author"]) for row in csv.DictReader(file)}

    assert titles[line["isbn"]] == (line["title"], line["author"])
    assert {copies["branch"] for copies in line["copies"]} <= read_branches(BRANCHES).keys()
    assert {copies["fund"] for copies in line["copies"]} <= FUNDS.keys()


@pytest.mark.parametrize(
    ("today", "first"),
    [(date(2026, 3, 31), "2025-26"), (date(2026, 4, 1), "2026-27"), (date(2099, 12, 1), "2099-00")],
)
def test_funds_have_the_financial_year_of_the_day_and_the_next_one(today: date, first: str) -> None:
    for fund in funds(today):
        this, following = fund["years"]
        assert this["year"] == first
        assert this["starts_on"] <= today.isoformat() <= this["ends_on"] < following["starts_on"]


def test_the_ordering_line_is_one_command_of_a_shell() -> None:
    line = ordering_line("MY-1")

    assert shlex.split(line)[:4] == ["curl", "-K", "$AS_LMS", "$ORDERS/v1/orders"]
    assert {"Idempotency-Key: MY-1", "@$HERE/my-order.json"} <= set(shlex.split(line))
    assert "\n" not in line
