"""Which problems each operation answers with: those that it declares, and those that follow from what it asks for.

A problem that is answered but not declared is reported at ERROR, so that tests find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from fastapi.routing import APIRoute

from shared.http.asked import Asked, asked_by
from shared.http.headers import IDEMPOTENCY_KEY, IF_MATCH
from shared.http.problem_kinds import ProblemKind, ProblemRegistry

log = structlog.get_logger(__name__)

# In the description of an operation's `default` answer; the assembly of the document replaces it by an answer for each status.
DECLARED = "x-refusals"
Responses = dict[int | str, dict[str, Any]]

# Nothing was changed, and the same request may succeed later (503).
UNAVAILABLE = frozenset({"database-unavailable", "database-disk-full", "locked-by-another-change", "too-many-connections"})

_REQUIRED = {IDEMPOTENCY_KEY: "idempotency-key-required", IF_MATCH: "if-match-required"}


def refusals(*codes: str) -> Responses:
    """Returns the `responses` of an operation that refuses requests with these codes, besides those that every such one has.

    Join it with other responses: `responses={**described_lines("OrderView"), **refusals("no-such-order")}`.
    """
    return {"default": {DECLARED: sorted(codes)}}


def declared_by(route: APIRoute) -> frozenset[str] | None:
    """Returns the codes that a route declares itself; None where it declares nothing yet."""
    declared = route.responses.get("default", {}).get(DECLARED)
    return None if declared is None else frozenset(declared)


def implied_by(asked: Asked) -> frozenset[str]:
    """Returns the codes that follow from what an operation asks for."""
    codes = {"head-too-large", "internal-error", *UNAVAILABLE}
    if not asked.protocol:
        codes.add("unknown-parameter")
    if asked.scope is not None:
        codes |= {"unauthenticated", "missing-scope", "no-council", "too-many-requests"}
    if asked.query or asked.path or asked.headers or asked.body:
        codes |= {"invalid-request", "unstorable-value"}
    if asked.body or asked.signed:
        codes |= {"body-too-large", "body-compressed", "too-large"}
    if asked.json:
        codes.add("malformed-json")
    if asked.paged:
        codes |= {"bad-cursor", "cursor-of-other-filters"}
    if asked.key:
        codes.add("idempotency-key-reused")
    if asked.version:
        codes.add("stale-version")
    codes |= {code for header, code in _REQUIRED.items() if header.lower() in asked.required}
    return frozenset(codes)


class Refusals:
    """The problems of one app: its registry, and the codes of each of its operations."""

    def __init__(self, registry: ProblemRegistry, routes: Iterable[APIRoute]) -> None:
        """Raises ValueError where an operation declares a code that is not registered."""
        self.registry = registry
        self._codes: dict[int, frozenset[str]] = {}
        for route in routes:
            declared = declared_by(route)
            codes = implied_by(asked_by(route)) | (declared or frozenset())
            registry.by_status(codes)
            if declared is not None:
                self._codes[id(route)] = codes

    def kind(self, route: object, code: str, status: int) -> ProblemKind | None:
        """Returns the kind of a problem that a route answers with; None for a code that is not registered.

        Reports what the contract does not say: the code, its status, or that this operation answers with it.
        """
        kind = self.registry.get(code)
        codes = self._codes.get(id(route))
        if codes is not None and (code not in codes or kind is None or kind.status != status):
            log.error("undeclared problem", code=code, status=status, path=getattr(route, "path", None))
        return kind if kind is not None and kind.status == status else None

    def of(self, route: APIRoute) -> Mapping[int, list[ProblemKind]]:
        """Returns the kinds of problem that an operation answers with, by status."""
        return self.registry.by_status(implied_by(asked_by(route)) | (declared_by(route) or frozenset()))
