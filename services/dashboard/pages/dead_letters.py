"""The pages of dead letters: all of them in groups of one cause, one beside its schema, and decisions about one or many."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from services.dashboard.domain import letters as wording
from services.dashboard.domain import links
from services.dashboard.domain.contents import text_shown
from services.dashboard.domain.letters import WholeLetter, compared, grouped, verdict_on
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Operating, Reason, Visiting, acted, page, pages_router
from services.dashboard.usecases.letters import Letters
from shared.errors import DomainError, Kind

_PREFIX = "/dead-letters"
_MOST_AT_ONCE = 500
_DONE = {"replay": "Replayed: its consumer has taken it.", "discard": "Discarded: it waits no longer."}

Decision = Annotated[Literal["replay", "discard"], Form()]
_Text = Annotated[str, Field(max_length=100)]


class _Filters(BaseModel):
    """The filters of the list; without `state`, what waits."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    service: _Text = ""
    consumer: _Text = ""
    event_type: _Text = ""
    state: Literal["dead", "replayed", "discarded", "all"] = "dead"

    def asked(self) -> dict[str, str]:
        """The filters as the services take them."""
        known = {"consumer": self.consumer, "event_type": self.event_type, "state": "" if self.state == "all" else self.state}
        return {name: value for name, value in known.items() if value}


class _GroupForm(BaseModel):
    """The form of a group: which of its letters, what to do with them, and why."""

    decision: Literal["replay", "discard"]
    letter: Annotated[list[Annotated[str, Field(max_length=150)]], Field(min_length=1, max_length=_MOST_AT_ONCE)]
    reason: Annotated[str, Field(max_length=2_000)] = ""

    def places(self) -> list[tuple[str, UUID]]:
        """The service and id of each letter. Raises DomainError (422) for one that names none."""
        try:
            return [(service, UUID(letter)) for service, _, letter in (each.rpartition("/") for each in self.letter)]
        except ValueError as error:
            detail = "The form names a dead letter in another way than this page does. Load the page again."
            raise DomainError("not-readable", detail, Kind.INVALID) from error


def dead_letters_pages_router(letters: Letters) -> APIRouter:
    """Returns the routes of `/dead-letters`."""
    router = pages_router(_PREFIX)

    async def listed(request: Request, visitor: Visiting, query: Annotated[_Filters, Query()]) -> Response:
        seen = await letters.list(visitor.token, query.asked(), query.service)
        return page(
            request,
            visitor,
            "dead_letters.html",
            groups=grouped(seen.letters),
            count=len(seen.letters),
            more=seen.more,
            silent=seen.silent,
            narrowed=query,
            owners=letters.owners,
            states=wording.STATES,
        )

    async def settle_group(request: Request, visitor: Operating, form: Annotated[_GroupForm, Form()]) -> Response:
        found = await letters.settle_all(form.places(), visitor.token, decision=form.decision, reason=form.reason)
        failed = [each for each in found if each.problem]
        return page(
            request,
            visitor,
            "dead_letters_settled.html",
            status=409 if len(failed) == len(found) else 200,
            decision=form.decision,
            settled=len(found) - len(failed),
            failed=failed,
        )

    router.add_api_route("", listed, methods=["GET"])
    router.add_api_route("", settle_group, methods=["POST"])
    _add_one(router, letters)
    return router


def _add_one(router: APIRouter, letters: Letters) -> None:
    async def show(request: Request, visitor: Visiting, service: str, dead_letter_id: UUID) -> Response:
        return _shown(request, visitor, service, await letters.read(service, dead_letter_id, visitor.token))

    async def settle(
        request: Request, visitor: Operating, service: str, dead_letter_id: UUID, decision: Decision, reason: Reason = ""
    ) -> Response:
        doing = letters.settle(service, dead_letter_id, visitor.token, decision=decision, reason=reason)
        return await acted(request, doing, then=links.dead_letter(service, dead_letter_id), done=_DONE[decision])

    router.add_api_route("/{service}/{dead_letter_id}", show, methods=["GET"])
    router.add_api_route("/{service}/{dead_letter_id}", settle, methods=["POST"])


def _shown(request: Request, visitor: Visitor, service: str, letter: WholeLetter) -> Response:
    found = compared(letter)
    return page(
        request,
        visitor,
        "dead_letter.html",
        service=service,
        letter=letter,
        compared=found,
        verdict=verdict_on(service, letter, found),
        data=text_shown(letter.value or ""),
        here=links.dead_letter(service, letter.dead_letter_id),
        states=wording.STATES,
    )
