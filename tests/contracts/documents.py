"""The OpenAPI documents of all services, for tests that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator, FormatChecker

from shared.http.contract.components import operations_of
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

PREFIX = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, with its route."""

    path: str
    method: str
    told: Mapping[str, Any]
    route: APIRoute

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def parameters(self, place: str) -> Mapping[str, Mapping[str, Any]]:
        return {one["name"]: one for one in self.told.get("parameters", ()) if one["in"] == place}

    def schemas(self, status: str) -> Iterator[Mapping[str, Any]]:
        """Yields the schemas in which a status is answered as JSON."""
        for media, content in self.told["responses"].get(status, {}).get("content", {}).items():
            if media == "application/json" and "schema" in content:
                yield content["schema"]


@dataclass(frozen=True, slots=True)
class Described:
    """A service, its document, and its operations."""

    service: str
    app: FastAPI
    document: dict[str, Any]

    @property
    def schemas(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.document["components"]["schemas"]
        return found

    def operations(self) -> Iterator[Operation]:
        for route in self.app.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in route.methods or ():
                    told = self.document["paths"][route.path_format][method.lower()]
                    yield Operation(route.path_format, method.lower(), told, route)

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns what a reference leads to; the schema itself where it is none."""
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].removeprefix(PREFIX)]
        return schema

    def asked(self) -> Mapping[str, Mapping[str, Any]]:
        """Returns the shapes that requests have, by name."""
        found: dict[str, Mapping[str, Any]] = {}
        wanted = [one["requestBody"] for one in operations_of(self.document) if "requestBody" in one]
        while wanted:
            for reference in references_in(wanted.pop()):
                name = reference.removeprefix(PREFIX)
                if reference.startswith(PREFIX) and name not in found:
                    found[name] = self.schemas[name]
                    wanted.append(found[name])
        return found

    def validator(self, name: str) -> Draft202012Validator:
        """Returns what checks a value against a component."""
        whole = {"$ref": PREFIX + name, "components": self.document["components"]}
        return Draft202012Validator(whole, format_checker=FormatChecker())


def references_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for one in part.values():
            yield from references_in(one)
    elif isinstance(part, list):
        for one in part:
            yield from references_in(one)


@pytest.fixture(scope="session", params=SERVICES)
def described(request: pytest.FixtureRequest, tokens: Tokens) -> Described:
    """Each service with its document."""
    app = app_of(request.param, tokens)
    return Described(request.param, app, app.openapi())
