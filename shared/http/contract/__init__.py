"""Assembles the OpenAPI 3.1 document of a service from FastAPI's, its routes, and what it says about itself.

FastAPI's alone is not true: it describes refusals that nobody answers, hides headers, and leaves shapes where they are used.
Here each route says what it asks for (`shared.http.asked`) and what it refuses (`shared.http.refusals`); the rest follows.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.http.about import COMMON_TAGS, About
from shared.http.contract.answers import PROBLEM_SCHEMAS, RESPONSE_HEADERS, answer_fully, problem_example
from shared.http.contract.components import in_components, operations_of, without_noise
from shared.http.contract.examples import add_examples
from shared.http.contract.requests import SECURITY_SCHEMES, ask_fully
from shared.http.refusals import Refusals
from shared.naming import operation_ids

Document = dict[str, Any]


def describe(app: FastAPI, about: About, refusals: Refusals) -> None:
    """Has the app serve the assembled document. It is made at the first request for it."""
    app.openapi = cache(lambda: document(app, about, refusals))  # type: ignore[method-assign]


def document(app: FastAPI, about: About, refusals: Refusals) -> Document:
    """Returns the OpenAPI document of an app."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
    tags = {**about.tags, **COMMON_TAGS}
    used = {str(tag) for route in routes for tag in route.tags}
    made: Document = get_openapi(
        title=app.title,
        version=app.version,
        description=about.description or None,
        routes=routes,
        tags=[{"name": name, "description": text} for name, text in tags.items() if name in used],
        servers=[{"url": "/"}],
    )
    components = made.setdefault("components", {})
    components["schemas"] = {**_without_frameworks(components.get("schemas", {})), **PROBLEM_SCHEMAS}
    for route, operation_id in zip(routes, operation_ids(routes), strict=True):
        for method in route.methods or ():
            operation = made["paths"][route.path_format][method.lower()]
            operation["operationId"] = operation_id
            ask_fully(operation, route)
            answer_fully(operation, route, refusals, components["schemas"])
    answered = {kind.code: kind for route in routes for kinds in refusals.of(route).values() for kind in kinds}
    components["examples"] = {code: problem_example(kind) for code, kind in sorted(answered.items())}
    components["securitySchemes"] = _used_schemes(made)
    components["headers"] = RESPONSE_HEADERS
    in_components(made)
    without_noise(made)
    add_examples(made)
    return made


def _without_frameworks(schemas: Document) -> Document:
    """Returns shapes without those of the framework's own refusals, which nobody answers."""
    return {name: schema for name, schema in schemas.items() if name not in ("HTTPValidationError", "ValidationError")}


def _used_schemes(made: Document) -> Document:
    used = {name for operation in operations_of(made) for one in operation.get("security", ()) for name in one}
    return {name: scheme for name, scheme in SECURITY_SCHEMES.items() if name in used}
