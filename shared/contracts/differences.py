"""Says where data differs from the JSON Schema of its event: for people who ask why a consumer refused it. Pure; knows no event.

Knows the keywords that schemas of events have. What a schema says in any other way is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib.resources import files
from typing import Any
from uuid import UUID

Schema = Mapping[str, Any]

MOST_DIFFERENCES = 100
_DEEPEST = 40
_LONGEST_SHOWN = 60
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_NAMES = {"object": "an object", "array": "a list", "string": "a text", "integer": "a whole number", "number": "a number",
          "boolean": "true or false", "null": "null"}  # fmt: skip
_FORMATS: Mapping[str, Any] = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat}


class Problem(StrEnum):
    """How a field differs."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as the schema says: where (JSON pointer), how, and in words."""

    pointer: str
    problem: Problem
    text: str


def stored_schema(event_type: str) -> str | None:
    """Returns the committed schema of an event as JSON; None for a type that is no event of ours."""
    known = files("shared.contracts").joinpath("schemas")
    names = {entry.name for entry in known.iterdir()}
    name = f"{event_type}.json"
    return known.joinpath(name).read_text() if name in names else None


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One field that a schema has: what it must be, in words, and whether it must be there."""

    name: str
    wanted: str
    required: bool
    description: str


def fields_of(schema: Schema) -> list[SchemaField]:
    """Returns the outermost fields of a schema, in its order."""
    walk, required = _Walk(schema), schema.get("required", ())
    return [
        SchemaField(name, walk.wanted(part), name in required, str(part.get("description", "")))
        for name, part in schema.get("properties", {}).items()
    ]


def differences(schema: Schema, data: object) -> list[Difference]:
    """Returns where `data` differs from the schema, in the order of the data; the first hundred."""
    found: list[Difference] = []
    for difference in _Walk(schema).compare(schema, data, "", 0):
        found.append(difference)
        if len(found) == MOST_DIFFERENCES:
            break
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    """Walks through data along a schema, whose references it follows."""

    root: Schema

    def compare(self, schema: Schema, data: object, pointer: str, depth: int) -> Iterator[Difference]:
        """Yields where a part of the data differs from its part of the schema."""
        schema = self._resolved(schema)
        if depth > _DEEPEST:
            return
        if "anyOf" in schema:
            yield from self._nearest(schema["anyOf"], data, pointer, depth)
        elif trouble := _trouble(schema, data):
            yield Difference(pointer, Problem.WRONG, trouble)
        elif isinstance(data, dict):
            yield from self._object(schema, data, pointer, depth)
        elif isinstance(data, list):
            for place, item in enumerate(data):
                yield from self.compare(schema.get("items", {}), item, f"{pointer}/{place}", depth + 1)

    def wanted(self, schema: Schema) -> str:
        """Returns what a part of the data must be, in words."""
        ways = schema.get("anyOf", [schema])
        return " or ".join(dict.fromkeys(_wanted(self._resolved(way)) for way in ways))

    def _resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        found: Schema = self.root.get("$defs", {}).get(reference.rpartition("/")[2], {})
        return found

    def _nearest(self, ways: Sequence[Schema], data: object, pointer: str, depth: int) -> Iterator[Difference]:
        """Yields the differences from the way that the data is nearest to: of its type, with the fewest differences."""
        tried = [list(self.compare(way, data, pointer, depth + 1)) for way in ways]
        best = min(tried, key=lambda found: (any(each.pointer == pointer for each in found), len(found)), default=[])
        if any(each.pointer == pointer and each.problem is Problem.WRONG for each in best):
            wanted = self.wanted({"anyOf": ways})
            yield Difference(pointer, Problem.WRONG, f"is {_shown(data)}, and must be {wanted}")
        else:
            yield from best

    def _object(self, schema: Schema, data: Mapping[str, object], pointer: str, depth: int) -> Iterator[Difference]:
        fields: Mapping[str, Schema] = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in data:
                wanted = self.wanted(fields.get(name, {}))
                yield Difference(f"{pointer}/{name}", Problem.MISSING, f"is missing; it must be {wanted}")
        others = schema.get("additionalProperties", not fields)
        for name, value in data.items():
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in fields:
                yield from self.compare(fields[name], value, place, depth + 1)
            elif isinstance(others, Mapping):
                yield from self.compare(others, value, place, depth + 1)
            elif not others:
                yield Difference(place, Problem.UNKNOWN, "is not in the schema; consumers ignore it")


def _trouble(schema: Schema, data: object) -> str:
    """Returns what is wrong with a value by itself; "" for nothing."""
    wanted = str(schema.get("type"))
    if wanted in _TYPES and not _is_of(wanted, data):
        return f"is {_shown(data)}, and must be {_wanted(schema)}"
    if "enum" in schema and data not in schema["enum"]:
        return f"is {_shown(data)}, and must be {_wanted(schema)}"
    if isinstance(data, str):
        return _trouble_of_text(schema, data)
    if isinstance(data, int | float):
        return _trouble_of_number(schema, data)
    if isinstance(data, list) and len(data) < schema.get("minItems", 0):
        return f"has {len(data)} items, and needs {schema['minItems']}"
    return ""


def _trouble_of_text(schema: Schema, text: str) -> str:
    reads = _FORMATS.get(schema.get("format", ""))
    try:
        if reads is not None:
            reads(text)
    except ValueError:
        return f"is {_shown(text)}, and must be {_wanted(schema)}"
    if "pattern" in schema and not re.search(schema["pattern"], text):
        return f"is {_shown(text)}, which does not have the form {schema['pattern']}"
    return ""


def _trouble_of_number(schema: Schema, number: float) -> str:
    if number < schema.get("minimum", number):
        return f"is {number}, and must be {schema['minimum']} or more"
    return f"is {number}, and must be {schema['maximum']} or less" if number > schema.get("maximum", number) else ""


def _is_of(wanted: str, data: object) -> bool:
    # In Python true is a number, in JSON it is none.
    return isinstance(data, _TYPES[wanted]) and (wanted == "boolean" or not isinstance(data, bool))


def _wanted(schema: Schema) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = {"uuid": "a UUID", "date": "a date (2026-11-30)", "date-time": "a moment (2026-11-30T09:30:00Z)"}.get(
        schema.get("format", "")
    )
    return kind or _NAMES.get(str(schema.get("type")), "a value of another form")


def _shown(data: object) -> str:
    if data is None or isinstance(data, bool):
        return {None: "null", True: "true", False: "false"}[data]
    if isinstance(data, dict | list):
        return _NAMES["object" if isinstance(data, dict) else "array"]
    text = repr(data)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
