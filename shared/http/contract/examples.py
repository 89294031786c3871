"""Composes an example of each shape from those of its properties, so that an example is stated once and always fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.http.contract.components import operations_of

_PREFIX = "#/components/schemas/"
_FORMATS = {
    "date": "2026-11-02",
    "date-time": "2026-11-02T09:30:00Z",
    "uuid": "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5",
}
_NULL = {"type": "null"}


class _Lacking(Exception):
    """A property has no example and none can be made."""


def add_examples(document: dict[str, Any]) -> None:
    """Gives each component that has none an example, and each body and answer that of its shape."""
    schemas = document["components"]["schemas"]
    composer = _Composer(schemas)
    composed = {name: composer.shape(name) for name, schema in schemas.items() if "properties" in schema}
    for name, example in composed.items():
        schemas[name].setdefault("examples", [example])
    for operation in operations_of(document):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            name = media.get("schema", {}).get("$ref", "").removeprefix(_PREFIX)
            if name in composed and not media.keys() & {"example", "examples"}:
                media["example"] = composed[name]


def lacking(document: Mapping[str, Any]) -> Iterator[str]:
    """Yields each property, as `Shape.property`, of which no example is stated or follows from its type."""
    schemas = document["components"]["schemas"]
    composer = _Composer(schemas)
    for name, schema in schemas.items():
        if len(schema.get("examples", ())) and not composer.can_compose(name):
            yield from (f"{name}.{one}" for one, inner in schema.get("properties", {}).items() if not composer.has(inner, name))


class _Composer:
    """Makes examples. A shape that contains itself appears once: the inner one is left out."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def shape(self, name: str) -> Any:
        """Returns the example of a component; properties without one are left out, or null where they must be there."""
        return self._of({"$ref": _PREFIX + name}, ())

    def can_compose(self, name: str) -> bool:
        """Returns whether all properties of a component have examples."""
        return all(self.has(inner, name) for inner in self._schemas[name].get("properties", {}).values())

    def has(self, schema: Mapping[str, Any], owner: str) -> bool:
        """Returns whether a property of `owner` has an example."""
        try:
            self._of(schema, (owner,))
        except _Lacking:
            return "$ref" in str(schema)
        return True

    def _of(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> Any:
        for key in ("examples", "enum"):
            if schema.get(key):
                return schema[key][0]
        if "const" in schema:
            return schema["const"]
        if schema.get("default"):
            return schema["default"]
        if "$ref" in schema:
            return self._referenced(schema["$ref"].removeprefix(_PREFIX), within)
        if "allOf" in schema:
            return {name: value for part in schema["allOf"] for name, value in self._of(part, within).items()}
        options = [one for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())) if one != _NULL]
        if options:
            return self._first(options, within)
        return self._plain(schema, within)

    def _referenced(self, name: str, within: tuple[str, ...]) -> Any:
        if name in within:
            raise _Lacking
        return self._of(self._schemas[name], (*within, name))

    def _first(self, options: list[Mapping[str, Any]], within: tuple[str, ...]) -> Any:
        for one in options:
            try:
                return self._of(one, within)
            except _Lacking:
                continue
        raise _Lacking

    def _plain(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> Any:
        kind = schema.get("type")
        if "properties" in schema:
            return self._object(schema, within)
        if kind == "array":
            return self._list(schema, within)
        if kind == "object":
            return self._mapping(schema, within)
        if kind == "boolean":
            return schema.get("default", True)
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        if "default" in schema:
            return schema["default"]
        raise _Lacking

    def _object(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, inner in schema["properties"].items():
            try:
                made[name] = self._of(inner, within)
            except _Lacking:
                if name in schema.get("required", ()):
                    made[name] = None
        return made

    def _list(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> list[Any]:
        try:
            if "prefixItems" in schema:
                return [self._of(one, within) for one in schema["prefixItems"]]
            return [self._of(schema.get("items", {}), within)]
        except _Lacking:
            if schema.get("minItems", 0) == 0 and "$ref" in str(schema):
                return []
            raise

    def _mapping(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
        inner = schema.get("additionalProperties")
        if not isinstance(inner, dict):
            return {}
        return {str(self._of(schema.get("propertyNames", {}), within)): self._of(inner, within)}
