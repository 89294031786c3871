"""Where data differs from the committed schema of its event."""

import copy
import json
from importlib.resources import files
from typing import Any

import pytest

from shared.contracts.differences import MOST_DIFFERENCES, Problem, differences, fields_of, stored_schema
from shared.contracts.registry import EVENTS

RESPONDED = "suppliers.order.responded.v1"


def schema(event_type: str = RESPONDED) -> dict[str, Any]:
    stored = stored_schema(event_type)
    assert stored is not None
    loaded: dict[str, Any] = json.loads(stored)
    return loaded


def example(event_type: str = RESPONDED) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("shared.contracts").joinpath("examples", f"{event_type}.json").read_text())
    return loaded


@pytest.mark.parametrize("event_type", [event.event_type for event in EVENTS])
def test_each_example_agrees_with_its_schema(event_type: str) -> None:
    assert differences(schema(event_type), example(event_type)) == []


@pytest.mark.parametrize(
    ("field", "value", "problem", "text"),
    [
        ("order_id", None, Problem.WRONG, "is null, and must be a UUID"),
        ("order_id", "12", Problem.WRONG, "is '12', and must be a UUID"),
        ("lines", {}, Problem.WRONG, "is an object, and must be a list"),
        ("responded_at", "yesterday", Problem.WRONG, "is 'yesterday', and must be a moment (2026-11-30T09:30:00Z)"),
        ("council", 7, Problem.WRONG, "is 7, and must be a text or null"),
        ("colour", "red", Problem.UNKNOWN, "is not in the schema; consumers ignore it"),
    ],
)
def test_a_field_that_differs_is_named_with_what_it_must_be(field: str, value: object, problem: Problem, text: str) -> None:
    (found,) = differences(schema(), example() | {field: value})
    assert (found.pointer, found.problem, found.text) == (f"/{field}", problem, text)


def test_a_missing_field_says_what_it_must_be() -> None:
    data = example()
    del data["order_id"]
    (found,) = differences(schema(), data)
    assert (found.pointer, found.problem, found.text) == ("/order_id", Problem.MISSING, "is missing; it must be a UUID")


def test_a_fault_deep_inside_is_named_by_its_place() -> None:
    data = copy.deepcopy(example())
    data["lines"][0]["quantities"] = {"accepted": "three"}
    (found,) = differences(schema(), data)
    assert found.pointer == "/lines/0/quantities/accepted"


def test_what_is_no_object_differs_as_a_whole() -> None:
    (found,) = differences(schema(), [1])
    assert (found.pointer, found.text) == ("", "is a list, and must be an object")


def test_only_the_first_hundred_differences_are_listed() -> None:
    assert len(differences(schema(), example() | {f"x{number}": 1 for number in range(500)})) == MOST_DIFFERENCES


@pytest.mark.parametrize("event_type", ["nobody.knows.this.v1", "../examples/orders.order.placed.v1", ""])
def test_a_type_that_is_no_event_has_no_schema(event_type: str) -> None:
    assert stored_schema(event_type) is None


def test_the_fields_of_a_schema_are_named_in_words() -> None:
    found = {field.name: field for field in fields_of(schema())}
    assert (found["order_id"].wanted, found["order_id"].required) == ("a UUID", True)
    assert (found["council"].wanted, found["council"].required) == ("a text or null", False)
    assert found["lines"].wanted == "a list"
