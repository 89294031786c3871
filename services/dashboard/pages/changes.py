"""The page of changes of rules and switches: what waits for a second person, what was made, and what staff decide about it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.dashboard.domain import changes as wording
from services.dashboard.domain.changes import SeenChange
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Operating, Reason, Visiting, acted, check_council, page, pages_router
from services.dashboard.usecases.changes import SeenChanges, Strands
from shared.sourcing.rules import Strand

_PREFIX = "/changes"

Decision = Annotated[Literal["approve", "decline"], Form()]


_DONE = {"approve": "Approved: it takes effect from its day on.", "decline": "Declined: it has no effect."}


def changes_router(strands: Strands) -> APIRouter:
    """Returns the routes of `/changes`."""
    router = pages_router(_PREFIX)

    async def show(request: Request, visitor: Visiting, cursor: str = "") -> Response:
        check_council(visitor, "Changes of rules and switches")
        seen = await strands.read(visitor.token, cursor=cursor)
        return _shown(request, visitor, seen, cursor)

    async def decide(
        request: Request, visitor: Operating, strand: Strand, change_id: UUID, decision: Decision, reason: Reason = ""
    ) -> Response:
        check_council(visitor, "Changes of rules and switches")
        doing = strands.decide(strand, change_id, visitor.token, decision=decision, reason=reason)
        return await acted(request, doing, then=f"{_PREFIX}#{strand}/{change_id}", done=_DONE[decision])

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("/{strand}/{change_id}", decide, methods=["POST"])
    return router


def _shown(request: Request, visitor: Visitor, seen: SeenChanges, cursor: str) -> Response:
    writing = {strand for strand, owner in wording.OWNERS.items() if visitor.operates and visitor.may(f"{owner.service}:write")}

    def may_approve(one: SeenChange) -> bool:
        return one.strand in writing and one.change.proposed_by != visitor.subject

    deciding = sum(map(may_approve, seen.waiting))
    return page(
        request,
        visitor,
        "changes.html",
        seen=seen,
        verdict=wording.verdict_on(seen.waiting, deciding, [silent.strand for silent in seen.silent]),
        owners=wording.OWNERS,
        writing=writing,
        may_approve=may_approve,
        cursor=cursor,
    )
