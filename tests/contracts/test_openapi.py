"""The OpenAPI documents are whole and true: what they say is what the routes ask for and answer."""

from __future__ import annotations

import json
import re
from typing import Any

from jsonschema import Draft202012Validator

from shared.http.asked import asked_by
from shared.http.headers import IDEMPOTENCY_KEY
from shared.http.problems import MEDIA_TYPE
from tests.contracts.documents import Described, references_in
from tests.contracts.documents import described as described

ALWAYS = {"X-Request-Id", "X-Correlation-Id"}


def test_every_shape_is_a_component_with_a_name_for_a_class(described: Described) -> None:
    assert described.document["openapi"].startswith("3.1")
    assert "$defs" not in json.dumps(described.document)
    for name, schema in described.schemas.items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", name), name
        Draft202012Validator.check_schema(schema)
    for operation in described.operations():
        for schema in (one for status in operation.told["responses"] for one in operation.schemas(status)):
            assert "properties" not in schema, operation.name


def test_every_reference_leads_somewhere(described: Described) -> None:
    for reference in set(references_in(described.document)):
        found: Any = described.document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_operations_have_names_for_methods_and_described_groups(described: Described) -> None:
    tags = {tag["name"]: tag["description"] for tag in described.document["tags"]}
    ids = [operation.told["operationId"] for operation in described.operations()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name) for name in ids), ids
    assert {tag for operation in described.operations() for tag in operation.told["tags"]} == set(tags)
    assert all(text.endswith(".") for text in tags.values())
    assert described.document["info"]["description"].endswith(".")
    assert described.document["servers"] == [{"url": "/"}]


def test_every_operation_says_who_may_call_it(described: Described) -> None:
    schemes = described.document["components"]["securitySchemes"]
    assert (schemes["token"]["type"], schemes["token"]["scheme"]) == ("http", "bearer")
    for operation in described.operations():
        ((scheme, scopes),) = operation.told["security"][0].items()
        assert scheme in schemes, operation.name
        assert scopes == ([] if scheme == "push" else [asked_by(operation.route).scope]), operation.name


def test_every_refusal_is_a_problem_with_its_codes(described: Described) -> None:
    refusals = described.app.state.refusals
    for operation in described.operations():
        answered = {status: answer for status, answer in operation.told["responses"].items() if status >= "4"}
        expected = {str(status): {kind.code for kind in kinds} for status, kinds in refusals.of(operation.route).items()}
        assert answered.keys() == expected.keys(), operation.name
        for status, answer in answered.items():
            problem, codes = described.resolved(answer["content"][MEDIA_TYPE]["schema"])["allOf"]
            assert problem == {"$ref": "#/components/schemas/Problem"}
            assert set(codes["properties"]["code"]["enum"]) == expected[status], f"{operation.name} {status}"
            assert answer["content"][MEDIA_TYPE]["examples"].keys() == expected[status]


def test_every_answer_describes_its_headers(described: Described) -> None:
    for operation in described.operations():
        for status, answer in operation.told["responses"].items():
            headers = answer["headers"].keys()
            assert headers >= ALWAYS, f"{operation.name} {status}"
            assert ("Retry-After" in headers) == (status in ("429", "503")), f"{operation.name} {status}"
            assert status != "201" or "Location" in headers, operation.name
            keyed = IDEMPOTENCY_KEY in operation.parameters("header") and status.startswith("2")
            assert ("Idempotent-Replayed" in headers) == keyed, f"{operation.name} {status}"


def test_parameters_are_as_they_are_sent(described: Described) -> None:
    for operation in described.operations():
        for parameter in operation.told.get("parameters", ()):
            place = f"{operation.name} {parameter['name']}"
            assert {"type": "null"} not in parameter["schema"].get("anyOf", ()), place
            assert not any(key.startswith("x-") for key in parameter["schema"]), place
        headers = operation.parameters("header")
        asked = asked_by(operation.route)
        required = {name.lower() for name, header in headers.items() if header["required"]}
        assert required == (
            asked.required or ({"webhook-id", "webhook-timestamp", "webhook-signature"} if asked.signed else set())
        )
