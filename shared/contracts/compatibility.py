"""Checks that a stored schema and today's can still read each other's events. Compares JSON Schemas, knows no event.

Within a version, fields are only ever added. Each break names who fails and who would have to be upgraded first.
Services are upgraded one by one and old events stay in the topics, so the remedy is a new version of the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Schema = Mapping[str, object]

_CONSTRAINTS = (
    "pattern",
    "format",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
_CONSUMERS_FIRST = (
    "a consumer that was not upgraded cannot read it: consumers ({consumers}) first, then {owner}; make it a new version"
)
_OWNER_FIRST = (
    "events already in the topic cannot be read any more: {owner} first, then consumers ({consumers}); make it a new version"
)


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which two schemas are incompatible: where (JSON pointer), what, and who must be upgraded first."""

    place: str
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.what}; {self.advice}"


def breaks(stored: Schema, today: Schema) -> list[Break]:
    """Returns each change that stops a reader of the stored schema, or stops today's reader of events written under it."""
    return list(_Comparison(stored, today).compare(stored, today, ""))


class _Comparison:
    """Walks through both schemas together and follows their references."""

    def __init__(self, stored: Schema, today: Schema) -> None:
        self._stored = stored
        self._today = today
        consumers = stored.get("x-consumers", ())
        assert isinstance(consumers, Sequence)
        self._names = {"owner": str(stored.get("x-owner", "owner")), "consumers": ", ".join(map(str, consumers))}

    def compare(self, stored: Schema, today: Schema, place: str) -> Iterator[Break]:
        """Yields all breaks at a place and below it."""
        stored_may_be_null, stored = _without_null(_resolved(stored, self._stored), self._stored)
        today_may_be_null, today = _without_null(_resolved(today, self._today), self._today)
        if stored_may_be_null and not today_may_be_null:
            yield self._owner_first(place, "may no longer be null")
        if today_may_be_null and not stored_may_be_null:
            yield self._consumers_first(place, "may now be null")
        if stored.get("type") != today.get("type"):
            yield self._consumers_first(place, f"changed its type from {stored.get('type')} to {today.get('type')}")
            return
        yield from self._values(stored, today, place)
        yield from self._fields(stored, today, place)
        if "items" in stored and "items" in today:
            yield from self.compare(_schema(stored["items"]), _schema(today["items"]), f"{place}/items")

    def _values(self, stored: Schema, today: Schema, place: str) -> Iterator[Break]:
        before, after = _values(stored), _values(today)
        if gone := before - after:
            yield self._owner_first(place, f"no longer allows {', '.join(sorted(gone))}")
        if new := after - before:
            yield self._consumers_first(place, f"now allows {', '.join(sorted(new))}")
        for name in _CONSTRAINTS:
            if stored.get(name) != today.get(name):
                yield self._owner_first(place, f"changed `{name}` from {stored.get(name)} to {today.get(name)}")

    def _fields(self, stored: Schema, today: Schema, place: str) -> Iterator[Break]:
        before, after = _properties(stored), _properties(today)
        needed_before, needed_after = _required(stored), _required(today)
        for name in sorted(before - after):
            yield self._consumers_first(f"{place}/{name}", "was removed")
        for name in sorted(needed_after - needed_before):
            what = "became required" if name in before else "is new and required"
            yield self._owner_first(f"{place}/{name}", what)
        for name in sorted((needed_before - needed_after) & after):
            yield self._consumers_first(f"{place}/{name}", "may now be left out")
        for name in sorted(before & after):
            yield from self.compare(_property(stored, name), _property(today, name), f"{place}/{name}")

    def _owner_first(self, place: str, what: str) -> Break:
        return Break(place, what, _OWNER_FIRST.format(**self._names))

    def _consumers_first(self, place: str, what: str) -> Break:
        return Break(place, what, _CONSUMERS_FIRST.format(**self._names))


def _schema(value: object) -> Schema:
    assert isinstance(value, Mapping)
    return value


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    definitions = _schema(root["$defs"])
    return _schema(definitions[str(reference).removeprefix("#/$defs/")])


def _without_null(schema: Schema, root: Schema) -> tuple[bool, Schema]:
    """Returns whether null is allowed, and the schema of every other value (contracts have no other unions)."""
    choices = schema.get("anyOf")
    if choices is None:
        return False, schema
    assert isinstance(choices, Sequence)
    others = [_schema(choice) for choice in choices if _schema(choice).get("type") != "null"]
    assert len(others) == 1, "a contract's field has one type, or one type and null"
    return len(others) < len(choices), _resolved(others[0], root)


def _values(schema: Schema) -> frozenset[str]:
    values = schema.get("enum", ())
    assert isinstance(values, Sequence)
    return frozenset(map(str, values))


def _properties(schema: Schema) -> frozenset[str]:
    return frozenset(_schema(schema.get("properties", {})))


def _property(schema: Schema, name: str) -> Schema:
    return _schema(_schema(schema["properties"])[name])


def _required(schema: Schema) -> frozenset[str]:
    required = schema.get("required", ())
    assert isinstance(required, Sequence)
    return frozenset(map(str, required))
