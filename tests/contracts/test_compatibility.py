"""Stored schemas and today's are compatible in both directions, and the checker finds every kind of break."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.compatibility import breaks
from shared.contracts.generate import FOLDER, broken_promises, differences, main, write
from tests.contracts.agreement import stored_schema

# A schema is edited in place here, which no type but Any allows without a cast at every step.
Schema = dict[str, Any]


@pytest.fixture
def order_placed() -> Schema:
    """The stored schema of an event with nested fields. It uses each of them in one place, where a change is named once."""
    schema: Schema = stored_schema("orders.order.placed.v1")
    schema["$defs"]["OrderedCopy"]["properties"].pop("deliver_to")
    return schema


def test_todays_events_and_the_stored_ones_read_each_other() -> None:
    assert broken_promises(FOLDER) == []


def test_an_unchanged_schema_breaks_nothing(order_placed: Schema) -> None:
    assert breaks(order_placed, deepcopy(order_placed)) == []


def test_an_added_optional_field_breaks_nothing(order_placed: Schema) -> None:
    today = deepcopy(order_placed)
    today["properties"]["note"] = {"type": "string", "default": ""}
    today["$defs"]["OrderedCopy"]["properties"]["rush"] = {"type": "boolean", "default": False}
    assert breaks(order_placed, today) == []


def _remove_field(schema: Schema) -> None:
    del schema["$defs"]["OrderedCopy"]["properties"]["fund"]


def _add_required_field(schema: Schema) -> None:
    schema["properties"]["note"] = {"type": "string"}
    schema["required"].append("note")


def _require_optional_field(schema: Schema) -> None:
    schema["$defs"]["OrderedLine"]["required"].append("title")


def _no_longer_require(schema: Schema) -> None:
    schema["$defs"]["OrderedLine"]["required"].remove("isbn")


def _narrow_enum(schema: Schema) -> None:
    schema["$defs"]["PlaceKind"]["enum"].remove("hub")


def _widen_enum(schema: Schema) -> None:
    schema["$defs"]["PlaceKind"]["enum"].append("van")


def _change_type(schema: Schema) -> None:
    schema["$defs"]["Money"]["properties"]["minor"]["type"] = "number"


def _change_pattern(schema: Schema) -> None:
    schema["$defs"]["Money"]["properties"]["currency"]["pattern"] = "^GBP$"


def _forbid_null(schema: Schema) -> None:
    schema["$defs"]["Place"]["properties"]["gln"] = {"type": "string"}


def _allow_null(schema: Schema) -> None:
    schema["properties"]["order_number"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("change", "place", "what", "first"),
    [
        (_remove_field, "/lines/items/copies/items/fund", "was removed", "consumers"),
        (_add_required_field, "/note", "is new and required", "orders"),
        (_require_optional_field, "/lines/items/title", "became required", "orders"),
        (_no_longer_require, "/lines/items/isbn", "may now be left out", "consumers"),
        (_narrow_enum, "/lines/items/copies/items/branch/kind", "no longer allows hub", "orders"),
        (_widen_enum, "/lines/items/copies/items/branch/kind", "now allows van", "consumers"),
        (_change_type, "/lines/items/unit_price/minor", "changed its type from integer to number", "consumers"),
        (_change_pattern, "/lines/items/unit_price/currency", "changed `pattern` from ^[A-Z]{3}$ to ^GBP$", "orders"),
        (_forbid_null, "/lines/items/copies/items/branch/gln", "may no longer be null", "orders"),
        (_allow_null, "/order_number", "may now be null", "consumers"),
    ],
)
def test_a_breaking_change_is_named_with_who_upgrades_first(
    order_placed: Schema, change: Any, place: str, what: str, first: str
) -> None:
    today = deepcopy(order_placed)
    change(today)
    found = breaks(order_placed, today)
    assert [(fault.place, fault.what) for fault in found] == [(place, what)]
    assert f": {first} " in found[0].advice
    assert "consumers (suppliers, delivery, catalogue, dashboard, evidence, lms)" in found[0].advice


def test_generating_refuses_to_overwrite_a_schema_that_todays_event_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    path = tmp_path / "schemas" / "orders.order.placed.v1.json"
    yesterday = json.loads(path.read_text())
    yesterday["properties"]["colour"] = {"type": "string"}
    path.write_text(json.dumps(yesterday))
    assert main([], tmp_path) == 1
    assert "colour" in path.read_text()
    assert "orders.order.placed.v1 /colour: was removed" in capsys.readouterr().err


def test_generating_refuses_to_drop_an_event_in_silence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    (tmp_path / "schemas" / "orders.order.sung.v1.json").write_text("{}")
    assert main([], tmp_path) == 1
    assert "orders.order.sung.v1 was removed" in capsys.readouterr().err


def test_check_names_stored_files_that_are_not_todays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "asyncapi.json").write_text("{}")
    (tmp_path / "examples" / "orders.order.placed.v1.json").unlink()
    assert main(["--check"], tmp_path) == 1
    assert differences(tmp_path) == ["examples/orders.order.placed.v1.json is missing", "asyncapi.json is out of date"]
    assert "make contracts" in capsys.readouterr().err
