"""Names, examples and schemas of every event agree with each other and with the committed files."""

import json
import re

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.example_events import EXAMPLES
from shared.contracts.generate import FOLDER, differences
from shared.contracts.registry import EVENTS
from shared.values import check_gln, check_isil, to_isbn13
from tests.contracts.agreement import assert_matches_example, stored_example, stored_schema

_NAME = re.compile(r"^[a-z]+\.[a-z_-]+\.[a-z]+\.v[0-9]+$")

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event_type)


def test_the_committed_files_are_what_the_contracts_say_today() -> None:
    assert differences(FOLDER) == [], "run `make contracts` and commit"


def test_every_event_has_exactly_one_example() -> None:
    assert sorted(example.event_type for example in EXAMPLES) == sorted(event.event_type for event in EVENTS)


@every_event
def test_an_event_is_named_service_noun_verb_version(event: type[Event]) -> None:
    assert _NAME.match(event.event_type)
    assert event.event_type.split(".")[0] == event.owner
    assert event.owner not in event.consumers
    assert event.consumers or event.outside


def test_no_two_events_share_a_name() -> None:
    assert len({event.event_type for event in EVENTS}) == len(EVENTS)


@every_event
def test_the_committed_example_fits_the_committed_schema(event: type[Event]) -> None:
    schema = stored_schema(event.event_type)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(json.loads(stored_example(event.event_type)))


@every_event
def test_the_model_reads_its_example_and_has_a_key_for_it(event: type[Event]) -> None:
    read = event.model_validate_json(stored_example(event.event_type))
    assert read in EXAMPLES
    assert read.key()


@every_event
def test_the_model_reads_an_example_with_fields_of_tomorrow(event: type[Event]) -> None:
    data = json.loads(stored_example(event.event_type))
    assert event.model_validate({**data, "added_tomorrow": 1}).key()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.event_type)
def test_what_a_producer_writes_matches_the_example(example: Event, clock: ManualClock) -> None:
    assert_matches_example(to_envelope(example, clock=clock))


def _values(data: object, name: str) -> list[str]:
    if isinstance(data, list):
        return [value for item in data for value in _values(item, name)]
    if not isinstance(data, dict):
        return []
    here = [data[name]] if isinstance(data.get(name), str) else []
    return here + [value for part in data.values() for value in _values(part, name)]


@every_event
def test_numbers_in_examples_have_right_check_digits(event: type[Event]) -> None:
    data = json.loads(stored_example(event.event_type))
    for isbn in _values(data, "isbn"):
        assert to_isbn13(isbn) == isbn
    for gln in _values(data, "gln"):
        assert check_gln(gln)
    for council in _values(data, "council"):
        assert check_isil(council)
