"""What a new system offers for its first order."""

import csv
import json
import shlex

from local.lms.branches import BRANCHES, read_branches
from local.simulators import CATALOGUE
from local.stack.welcome import SAMPLE_ORDER, ordering_line


def test_the_sample_order_is_for_known_branches_and_a_title_of_the_catalogue() -> None:
    (line,) = json.loads(SAMPLE_ORDER.read_text())["lines"]
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        titles = {row["isbn"]: (row["title"], row["author"]) for row in csv.DictReader(file)}

    assert titles[line["isbn"]] == (line["title"], line["author"])
    assert {copies["branch"] for copies in line["copies"]} <= read_branches(BRANCHES).keys()


def test_the_ordering_line_is_one_command_of_a_shell() -> None:
    line = ordering_line("http://127.0.0.1:20001", "a.b.c")

    words = shlex.split(line)
    assert words[:3] == ["curl", "-sS", "http://127.0.0.1:20001/v1/orders"]
    assert {"Authorization: Bearer a.b.c", 'Idempotency-Key: "sample-1"', f"@{SAMPLE_ORDER}"} <= set(words)
    assert "\n" not in line
