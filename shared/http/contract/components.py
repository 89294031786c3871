"""Moves every shape of a document into its components, under one name each, and drops what says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

_PREFIX = "#/components/schemas/"
_DEFS = "#/$defs/"
# FastAPI's name for a page of things, with the name of the thing.
_PAGE = re.compile(r"Page_(\w+?)_")
# What is no schema, though it may look like one.
_NO_SCHEMAS = frozenset({"examples", "example", "default", "const", "enum"})


def operations_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields every operation of a document."""
    return (operation for methods in document["paths"].values() for operation in methods.values())


def in_components(document: dict[str, Any]) -> None:
    """Lifts the shapes that stand where they are used into `components`, and gives components plain names.

    Raises ValueError where two different shapes have one name.
    """
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name, schema in list(schemas.items()):
        _lift_definitions(schema, schemas)
        schemas[name] = schema
    for holder, schema in list(_contents(document)):
        _lift_definitions(schema, schemas)
        if "properties" in schema and "title" in schema:
            holder["schema"] = _lifted(str(schema["title"]), schema, schemas)
    _drop_unused(document)
    renamed = {name: _plain(name, schemas) for name in schemas}
    document["components"]["schemas"] = {renamed[name]: schema for name, schema in sorted(schemas.items())}
    for name, schema in document["components"]["schemas"].items():
        if "title" in schema or "properties" in schema:
            schema["title"] = name
    _rename(document, lambda reference: _PREFIX + renamed.get(reference.removeprefix(_PREFIX), reference))


def _drop_unused(document: dict[str, Any]) -> None:
    """Drops shapes that no operation shows, such as FastAPI's own of an error."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    used: set[str] = set()
    found = set(_references(document["paths"]))
    while found - used:
        name = (found - used).pop()
        used.add(name)
        found |= set(_references(schemas[name]))
    for name in schemas.keys() - used:
        del schemas[name]


def _references(part: Any) -> Iterator[str]:
    """Yields the names of the components that a part of a document refers to."""
    if isinstance(part, list):
        for one in part:
            yield from _references(one)
    if isinstance(part, dict):
        if str(part.get("$ref", "")).startswith(_PREFIX):
            yield part["$ref"].removeprefix(_PREFIX)
        for one in part.values():
            yield from _references(one)


def _plain(name: str, schemas: Collection[str]) -> str:
    """Returns a name for generated classes: `Page_OrderSummary_` is `OrderSummaryPage`, and `X-Output` is `X` where it can be."""
    name = _PAGE.sub(r"\1Page", name)
    bare, _, direction = name.partition("-")
    return bare if direction == "Output" and bare not in schemas else f"{bare}{direction}"


def without_noise(document: dict[str, Any]) -> None:
    """Drops titles that only repeat the name of a property or parameter: generators would make types of them."""
    for name, schema in document["components"]["schemas"].items():
        _drop_titles(schema)
        schema["title"] = name
    for holder, _ in _contents(document):
        _drop_titles(holder)


def _contents(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yields each parameter, body and answer with a schema, and its schema."""
    for operation in operations_of(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        media = [one for body in bodies for one in body.get("content", {}).values()]
        for holder in (*operation.get("parameters", ()), *media):
            if isinstance(holder.get("schema"), dict):
                yield holder, holder["schema"]


def _lift_definitions(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    definitions = schema.pop("$defs", {})
    for name, definition in definitions.items():
        _lifted(name, definition, schemas)
    if definitions:
        for one in (schema, *definitions.values()):
            _rename(one, lambda reference: reference.replace(_DEFS, _PREFIX))


def _lifted(name: str, schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Keeps a schema as the component `name`; returns the reference to it."""
    _rename(schema, lambda reference: reference.replace(_DEFS, _PREFIX))
    known = schemas.setdefault(name, schema)
    if known is not schema and known != schema:
        raise ValueError(f"two different shapes have the name {name}; rename one of their classes")
    return {"$ref": _PREFIX + name}


def _rename(part: Any, rename: Callable[[str], str]) -> None:
    if isinstance(part, list):
        for one in part:
            _rename(one, rename)
    if not isinstance(part, dict):
        return
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith((_PREFIX, _DEFS)):
        part["$ref"] = rename(reference)
    mapping = part.get("discriminator", {}).get("mapping", {}) if isinstance(part.get("discriminator"), dict) else {}
    for value, target in mapping.items():
        mapping[value] = rename(target)
    for name, one in part.items():
        if name not in _NO_SCHEMAS:
            _rename(one, rename)


def _drop_titles(part: Any, *, named: bool = False) -> None:
    """Drops titles of schemas; `named`: the keys of `part` are names of properties, of which one may be `title`."""
    if isinstance(part, list):
        for one in part:
            _drop_titles(one)
    if not isinstance(part, dict):
        return
    if not named and isinstance(part.get("title"), str):
        del part["title"]
    for name, one in part.items():
        if named or name not in _NO_SCHEMAS:
            _drop_titles(one, named=name in ("properties", "patternProperties") and not named)
