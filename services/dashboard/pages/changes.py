"""The page of changes of rules and switches: what waits for a second person, what was made, and what staff decide about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.dashboard.domain import changes as wording
from services.dashboard.domain.changes import SeenChange
from services.dashboard.pages.deciding import FORM_HEADERS, answered, check_origin
from services.dashboard.pages.session import templates, token_of
from services.dashboard.usecases.changes import SeenChanges, Strands
from shared.auth import Principal
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.sourcing.rules import Strand

_PREFIX = "/changes"

Decision = Annotated[Literal["approve", "decline"], Form()]


@dataclass(frozen=True, slots=True)
class _Refused:
    """A decision that was not taken: about which change, why, and the reason that was given for it."""

    place: str
    detail: str
    reason: str


def changes_router(strands: Strands, clock: Clock) -> APIRouter:
    """Returns the routes of `/changes`."""
    router = APIRouter(prefix=_PREFIX, include_in_schema=False)

    async def seen_page(request: Request, visitor: Principal, cursor: str = "", refused: _Refused | None = None) -> str:
        seen = await strands.read(token_of(request), cursor=cursor)
        return _render(seen, clock, visitor, cursor=cursor, refused=refused)

    async def show(request: Request, cursor: str = "") -> Response:
        async def page(visitor: Principal) -> Response:
            _check_council(visitor)
            return HTMLResponse(await seen_page(request, visitor, cursor), headers=FORM_HEADERS)

        return await answered(request, page)

    async def decide(
        request: Request, strand: Strand, change_id: UUID, decision: Decision, reason: Annotated[str, Form()] = ""
    ) -> Response:
        async def page(visitor: Principal) -> Response:
            check_origin(request)
            _check_council(visitor)
            place = f"{strand}/{change_id}"
            try:
                await strands.decide(strand, change_id, token_of(request), decision=decision, reason=reason)
            except DomainError as error:
                refused = _Refused(place, error.detail, reason)
                body = await seen_page(request, visitor, refused=refused)
                return HTMLResponse(body, status_code=error.kind.value, headers=FORM_HEADERS)
            return RedirectResponse(f"{_PREFIX}#{place}", status_code=303, headers=FORM_HEADERS)

        return await answered(request, page)

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("/{strand}/{change_id}", decide, methods=["POST"])
    return router


def _render(seen: SeenChanges, clock: Clock, visitor: Principal, *, cursor: str, refused: _Refused | None) -> str:
    writing = {strand for strand, owner in wording.OWNERS.items() if f"{owner.service}:write" in visitor.scopes}

    def may_approve(one: SeenChange) -> bool:
        return one.strand in writing and one.change.proposed_by != visitor.subject

    deciding = sum(map(may_approve, seen.waiting))
    return templates.get_template("changes.html").render(
        seen=seen,
        verdict=wording.verdict_on(seen.waiting, deciding, [silent.strand for silent in seen.silent]),
        owners=wording.OWNERS,
        at=clock.now(),
        visitor=visitor,
        writing=writing,
        may_approve=may_approve,
        cursor=cursor,
        refused=refused,
    )


def _check_council(visitor: Principal) -> None:
    """Raises DomainError (403) for whoever acts for no council: changes are a council's own, and so are decisions about them."""
    if visitor.council is None:
        text = (
            "Changes of rules and switches belong to one council, and you are signed in for all of them. "
            "Sign in with a link for a person of that council."
        )
        raise DomainError("no-council", text, Kind.FORBIDDEN)
