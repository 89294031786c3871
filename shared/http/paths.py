"""Keeps a fixed path from being taken for an id: `/v1/switches/preview` is no switch. Must not know any path."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send


def apart_from_fixed_paths(routes: Sequence[APIRoute]) -> None:
    """Has each route with an id in its path answer 405 on the fixed paths of others, which do not take its method."""
    fixed = {route.path_format for route in routes if "{" not in route.path_format}
    for route in routes:
        others = frozenset(path for path in fixed - {route.path_format} if route.path_regex.match(path))
        if others:
            route.app = _refusing(route.app, others)


def _refusing(app: ASGIApp, others: frozenset[str]) -> ASGIApp:
    async def refused_there(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in others:
            raise HTTPException(405)
        await app(scope, receive, send)

    return refused_there


def methods_at(routes: Sequence[BaseRoute], scope: Scope) -> list[str]:
    """Returns every method that a request's path takes: those of its most exact path."""
    found = [route for route in routes if isinstance(route, APIRoute) and route.matches(scope)[0] is not Match.NONE]
    exact = min((route.path_format for route in found), key=lambda path: path.count("{"), default="")
    methods = {method for route in found if route.path_format == exact for method in route.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))
