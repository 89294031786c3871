"""Every property, parameter and header of the services' OpenAPI documents is described, by more than its own name.

Kinds of values that many shapes share are described once, in `shared/contracts/words.py`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

# Words of a description that say nothing of their own.
_EMPTY_WORDS = frozenset({"a", "an", "and", "for", "in", "is", "its", "of", "on", "or", "that", "the", "their", "this", "to"})

# Examples are no schemas, and parts of a schema may narrow what another one describes.
_NO_SHAPES = frozenset({"allOf", "example", "examples"})

Part = Mapping[str, Any]

every_service = pytest.mark.parametrize("service", SERVICES)


def _document(service: str, tokens: Tokens) -> dict[str, Any]:
    return app_of(service, tokens).openapi()


def _properties(part: object, place: str = "") -> Iterator[tuple[str, str, Part]]:
    """Yields place, name and schema of each property in a part of a document; examples are no schemas."""
    if isinstance(part, list):
        for index, each in enumerate(part):
            yield from _properties(each, f"{place}/{index}")
    if not isinstance(part, dict):
        return
    named = part.get("properties", {}) if part.get("type") == "object" else {}
    for name, schema in named.items():
        yield f"{place}/{name}", name, schema
    for name, each in part.items():
        if name not in _NO_SHAPES:
            yield from _properties(each, f"{place}/{name}")


def _parameters(document: Part) -> Iterator[tuple[str, str, Part]]:
    """Yields place, name and description of each parameter and response header."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for each in operation.get("parameters", ()):
                yield f"{method} {path} {each['in']} {each['name']}", each["name"], each
    # Every header of an answer is a component.
    yield from ((f"header {name}", name, header) for name, header in document["components"].get("headers", {}).items())


def _says_something(name: str, description: str) -> bool:
    words = set(re.findall(r"[a-z]+", description.lower())) - _EMPTY_WORDS
    return not words <= set(re.findall(r"[a-z]+", name.lower()))


def _undescribed(document: Part) -> list[str]:
    described = [*_properties(document), *_parameters(document)]
    # What is always the same tells shapes apart, and each of those is described.
    described = [each for each in described if "const" not in each[2]]
    return [place for place, name, part in described if not _says_something(name, part.get("description", ""))]


@every_service
def test_each_property_parameter_and_header_is_described_by_more_than_its_name(service: str, tokens: Tokens) -> None:
    assert _undescribed(_document(service, tokens)) == []


def test_the_checks_find_what_lacks_words() -> None:
    properties = {
        "line_key": {"type": "string", "description": "The key of the line"},
        "isbn": {"type": "string", "description": "As printed on the book", "examples": ["9780141439518"]},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "placed_at": {"type": "string", "format": "date-time", "description": "When it was taken in"},
    }
    document = {
        "paths": {"/v1/lines": {"get": {"parameters": [{"in": "query", "name": "limit"}], "responses": {}}}},
        "components": {"schemas": {"Line": {"title": "Line", "type": "object", "properties": properties}}},
    }
    found = "/components/schemas/Line"
    assert _undescribed(document) == [f"{found}/line_key", f"{found}/note", "get /v1/lines query limit"]
