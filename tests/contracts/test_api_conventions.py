"""Every API keeps the conventions of docs/api-conventions.md. What a service still lacks is in `not_yet/<service>.json`, by rule.

A place that is mended is taken out of that file (`python -m tests.contracts.not_yet`): one that is there for nothing fails, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.http.asked import PROTOCOL, asked_by
from shared.http.contract.examples import lacking
from shared.http.refusals import declared_by
from tests.contracts.documents import Described
from tests.contracts.documents import described as described

NOT_YET = Path(__file__).with_name("not_yet")
# POSTs that change nothing.
ASKING = ("/preview", "/rehearsal", "/search", "/conformance", "/connection-test", "/oai")
# How the names of values of a format end.
ENDINGS = {"uuid": ("_id", "_ids"), "date-time": ("_at", "_from", "_before")}
# A thing that is named without saying that its id is meant.
BARE = frozenset({"supplier", "order", "line", "copy", "consignment", "message", "rule", "switch", "invoice", "proposal", "id"})
# Events state them by these names, and no field of an event is ever renamed.
OF_EVENTS = frozenset({f"{shape}.{name}" for shape in ("SupplierReferences", "ReferencesForm") for name in ("line", "order")})


def undeclared(described: Described) -> Iterator[str]:
    """Operations that do not say what they refuse."""
    return (operation.name for operation in described.operations() if declared_by(operation.route) is None)


def bare_lists(described: Described) -> Iterator[str]:
    """Lists that are not answered as pages."""
    for operation in described.operations():
        for schema in (described.resolved(one) for status in ("200", "201") for one in operation.schemas(status)):
            paged = "limit" in operation.parameters("query")
            if schema.get("type") == "array" or (paged and not {"items", "next_cursor"} <= schema.get("properties", {}).keys()):
                yield operation.name


def names(described: Described) -> Iterator[str]:
    """Names that are not as they are everywhere."""
    for place, name, schema in _named(described):
        if f"{place}.{name}" not in OF_EVENTS and not _is_usual(name, schema):
            yield f"{place}.{name}"


def _is_usual(name: str, schema: Mapping[str, Any]) -> bool:
    is_header = name.istitle() or "-" in name
    if not is_header and not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return False
    if name in BARE and _is_text(schema):
        return False
    return name.endswith(ENDINGS.get(_format(schema), ""))


def without_version(described: Described) -> Iterator[str]:
    """Changes of what exists that take no If-Match."""
    for operation in described.operations():
        if operation.method in ("put", "delete") and "If-Match" not in operation.parameters("header"):
            yield operation.name


def without_key(described: Described) -> Iterator[str]:
    """POSTs and DELETEs that create or decide and take no Idempotency-Key."""
    for operation in described.operations():
        changes = operation.method in ("post", "delete") and not operation.path.endswith(ASKING)
        if changes and not asked_by(operation.route).signed and "Idempotency-Key" not in operation.parameters("header"):
            yield operation.name


def untagged(described: Described) -> Iterator[str]:
    """GETs of one thing without an ETag."""
    kept = {operation.path for operation in described.operations() if operation.method == "put"}
    for operation in described.operations():
        listed = "limit" in operation.parameters("query")
        one = operation.method == "get" and not listed and (operation.path.endswith("}") or operation.path in kept)
        if one and not ("304" in operation.told["responses"] and "ETag" in operation.told["responses"]["200"]["headers"]):
            yield operation.name


def unbounded(described: Described) -> Iterator[str]:
    """Texts, numbers and lists of requests without limits."""
    for name, schema in described.asked().items():
        for member, inner in schema.get("properties", {}).items():
            if not _bounded(inner):
                yield f"{name}.{member}"
    for operation in described.operations():
        for name, parameter in {**operation.parameters("query"), **operation.parameters("path")}.items():
            if not _bounded(parameter["schema"]):
                yield f"{operation.name} {name}"


def without_example(described: Described) -> Iterator[str]:
    """Properties of which no example is stated."""
    return lacking(described.document)


def wrong_examples(described: Described) -> Iterator[str]:
    """Shapes whose example does not fit them."""
    for name, schema in described.schemas.items():
        for example in schema.get("examples", ()):
            if not described.validator(name).is_valid(example):
                yield name


def two_named(described: Described) -> Iterator[str]:
    """Operations whose function has the name of another one's."""
    for operation in described.operations():
        if "_of_" in operation.told["operationId"] and operation.route.operation_id is None:
            yield operation.told["operationId"]


RULES: Mapping[str, Callable[[Described], Iterator[str]]] = {
    rule.__name__: rule
    for rule in (
        undeclared,
        bare_lists,
        names,
        without_version,
        without_key,
        untagged,
        unbounded,
        without_example,
        wrong_examples,
        two_named,
    )
}


@pytest.mark.parametrize("rule", RULES)
def test_a_service_keeps_the_conventions(described: Described, rule: str) -> None:
    excused = json.loads((NOT_YET / f"{described.service}.json").read_text()).get(rule, [])
    found = sorted(set(RULES[rule](described)))
    assert found == excused, f"{RULES[rule].__doc__} (and take those that are mended out of not_yet/{described.service}.json)"


def _named(described: Described) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name, schema in described.schemas.items():
        for member, inner in schema.get("properties", {}).items():
            yield name, member, inner
    for operation in described.operations():
        if PROTOCOL not in (operation.route.openapi_extra or {}):
            for parameter in operation.told.get("parameters", ()):
                yield operation.name, parameter["name"], parameter["schema"]


def _options(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in schema.get("anyOf", (schema,)) if one != {"type": "null"}]


def _format(schema: Mapping[str, Any]) -> str:
    inner = [one.get("items", one) for one in _options(schema)]
    formats = {str(one.get("format", "")) for one in inner}
    return formats.pop() if len(formats) == 1 else ""


def _is_text(schema: Mapping[str, Any]) -> bool:
    return any(one.get("type") == "string" and "enum" not in one for one in _options(schema))


def _bounded(schema: Mapping[str, Any]) -> bool:
    return all(_is_bounded(one) for one in _options(schema))


def _is_bounded(schema: Mapping[str, Any]) -> bool:
    if "enum" in schema or "const" in schema or "$ref" in schema:
        return True
    kind = schema.get("type")
    if kind == "string":
        return "maxLength" in schema or schema.get("format") in ("date", "date-time", "uuid")
    if kind in ("integer", "number"):
        return bool(schema.keys() & {"minimum", "exclusiveMinimum"}) and bool(schema.keys() & {"maximum", "exclusiveMaximum"})
    if kind == "array":
        return "maxItems" in schema and _bounded(schema.get("items", {"type": "string"}))
    return True
