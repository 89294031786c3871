"""Asserts that the events of a producer match the committed schema and example."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from shared.contracts.generate import FOLDER
from shared.messaging.envelope import Envelope


def stored_schema(event_type: str, folder: Path = FOLDER) -> dict[str, object]:
    """Returns the committed schema of an event."""
    schema: dict[str, object] = json.loads((folder / "schemas" / f"{event_type}.json").read_text())
    return schema


def stored_example(event_type: str, folder: Path = FOLDER) -> str:
    """Returns the committed example of an event, as text."""
    return (folder / "examples" / f"{event_type}.json").read_text()


def exact(schema: object) -> object:
    """Returns the schema for a producer: it must write every field, and no field that the schema does not name."""
    if isinstance(schema, list):
        return [exact(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: exact(part) for name, part in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        strict.update(required=sorted(schema["properties"]), additionalProperties=False)
    return strict


def assert_matches_example(envelope: Envelope) -> None:
    """Asserts that an event has a committed example, and exactly the fields and types of its schema. For producers' tests."""
    assert stored_example(envelope.type), "an event without a committed example"
    data = json.loads(envelope.data)
    schema = exact(stored_schema(envelope.type))
    assert isinstance(schema, dict)
    faults = [error.message for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(data)]
    assert faults == [], f"{envelope.type}: {faults}"
    assert envelope.council_id == data["council"]
