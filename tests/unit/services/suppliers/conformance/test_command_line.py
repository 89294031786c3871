"""`python -m services.suppliers.conformance`: exit codes, tables, JSON, and orders to match against."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from services.suppliers.conformance.__main__ import app
from tests.architecture.source import ROOT
from tests.unit.services.suppliers.conformance.conftest import BOOKSELLER, CONSORTIUM, SAMPLES, written

SCHEMA = ROOT / "services/suppliers/conformance/report.schema.json"
ORDER = {
    "council": "GB-SFK",
    "order_id": "3c1e6a52-9a0f-4a51-8d8e-2f6f1b7c4a01",
    "order_number": "PO-2026-118",
    "placed_at": "2026-03-02T09:30:00Z",
    "lines": [
        {
            "line_key": "SB-7K2M0000000000AA",
            "line_number": 1,
            "supplier_id": "albion",
            "isbn": "9780141439518",
            "copies": [
                {
                    "copy_id": "3c1e6a52-9a0f-4a51-8d8e-2f6f1b7c4b01",
                    "copy_number": 1,
                    "branch": {"code": "IPSW"},
                    "fund": "ADULT",
                }
            ],
        }
    ],
}


def test_good_files_end_with_exit_code_0() -> None:
    result = _run(SAMPLES / "accepted.edi", SAMPLES / "back_ordered_until.edi")

    assert result.exit_code == 0
    assert "back_ordered_until.edi" in result.output
    assert "State in production: applied" in result.output
    assert "delivers_direct" in result.output


def test_a_bad_file_ends_with_exit_code_1_and_its_place() -> None:
    result = _run(SAMPLES / "no_reference_at_all.edi")

    assert result.exit_code == 1
    assert "FAIL" in result.output
    assert "Repeat on each line our line key" in result.output


def test_a_folder_is_all_of_its_files_in_a_table() -> None:
    result = _run(SAMPLES, "--table")

    assert result.exit_code == 1
    shown = [line for line in result.output.splitlines() if ".edi" in line]
    assert {path.name for path in SAMPLES.iterdir()} <= {word for line in shown for word in line.split()}


def test_files_of_another_protocol_fail_without_an_exception() -> None:
    result = CliRunner().invoke(app, [str(CONSORTIUM), str(SAMPLES), "--table"])

    assert result.exit_code == 1
    assert "the message is not JSON" in result.output


def test_json_is_what_the_committed_schema_says() -> None:
    result = _run(SAMPLES, "--json")

    report = json.loads(result.output)
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert report["supplier"] == {
        "supplier_id": "albion",
        "name": "Albion Library Booksellers",
        "adapter": "national",
        "profile_version": 1,
    }
    assert len(report["files"]) == len(list(SAMPLES.iterdir()))


def test_the_committed_schema_is_the_codes_own() -> None:
    printed = CliRunner().invoke(app, ["--schema"])

    assert printed.exit_code == 0
    rerun = "python -m services.suppliers.conformance --schema > services/suppliers/conformance/report.schema.json"
    assert SCHEMA.read_text() == printed.output, rerun


def test_an_answer_is_matched_to_the_orders_of_a_file(tmp_path: Path) -> None:
    orders = written(tmp_path, "orders.json", ORDER)

    assert _run(SAMPLES / "back_ordered_until.edi", "--orders", orders).exit_code == 0


def test_an_answer_to_an_order_that_was_not_placed_is_reported(tmp_path: Path) -> None:
    other = {**ORDER, "order_number": "PO-2026-999"}
    orders = written(tmp_path, "orders.json", [other])

    result = _run(SAMPLES / "back_ordered_until.edi", "--orders", orders)

    assert result.exit_code == 1
    assert "belongs to order PO-2026-999" in result.output


def test_the_schema_of_orders_takes_the_committed_example_event(tmp_path: Path) -> None:
    example = json.loads((ROOT / "shared/contracts/examples/orders.order.placed.v1.json").read_text())
    mine = {**example, "lines": [{**line, "supplier_id": "albion"} for line in example["lines"]]}

    result = _run(SAMPLES / "accepted.edi", "--orders", written(tmp_path, "orders.json", mine))

    assert result.exit_code == 1
    assert "are not known here" in result.output


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        ("{}", "`kind`"),
        ("not json", "`kind`"),
        ('{"kind": "nobody"}', "no adapter is called 'nobody'"),
        ('{"kind": "national"}', "supplier_id"),
    ],
)
def test_a_profile_that_cannot_be_used_is_wrong_usage(tmp_path: Path, profile: str, problem: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(profile)

    result = CliRunner().invoke(app, [str(path), str(SAMPLES / "accepted.edi")])

    assert result.exit_code == 2
    assert problem in result.output


@pytest.mark.parametrize("orders", ["[]", "{}", "not json", '[{"lines": []}]'])
def test_orders_that_cannot_be_used_are_wrong_usage(tmp_path: Path, orders: str) -> None:
    path = tmp_path / "orders.json"
    path.write_text(orders)

    assert _run(SAMPLES / "accepted.edi", "--orders", path).exit_code == 2


def test_foreign_text_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "evil.edi"
    path.write_bytes((SAMPLES / "accepted.edi").read_bytes().replace(b"PO-2026-118", b"PO\x1b[2J\x07"))

    assert "\x1b[2J" not in _run(path).output


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(BOOKSELLER), *map(str, arguments)])
