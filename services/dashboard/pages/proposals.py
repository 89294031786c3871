"""The pages of orders that suppliers propose: which wait, what each would order, and how a person accepts or declines it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response

from services.dashboard.domain import links
from services.dashboard.domain.proposals import MOST_COMPLETED, Completed
from services.dashboard.pages.frame import Operating, Reason, Visiting, acted, check_council, page, pages_router
from services.dashboard.pages.narrowing import Narrowed
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.proposals import Acceptance, Proposals

_PREFIX = "/proposals"

Names = Annotated[list[str], Form(max_length=MOST_COMPLETED)]


def _accepted(
    order_number: Annotated[str, Form(max_length=35)],
    title: Annotated[list[int], Form(max_length=MOST_COMPLETED)] = [],  # noqa: B006 # a form's field
    branch: Names = [],  # noqa: B006
    fund: Names = [],  # noqa: B006
    follow_rules: Annotated[bool, Form()] = False,
) -> Acceptance:
    """Returns how a form orders a proposal: with what it fills in, where the page had fields for that."""
    return Acceptance(order_number, follow_rules, Completed(title, branch, fund) if branch else None)


Accepted = Annotated[Acceptance, Depends(_accepted)]


def proposals_router(services: Services) -> APIRouter:
    """Returns the routes of `/proposals` that show."""
    router = pages_router(_PREFIX)

    async def show_all(
        request: Request,
        visitor: Visiting,
        state: Narrowed = "open",
        supplier_id: Narrowed = "",
        cursor: Annotated[str, Query()] = "",
    ) -> Response:
        check_council(visitor, "Proposed orders")
        narrowed = {"state": "" if state == "all" else state, "supplier_id": supplier_id, "cursor": cursor}
        listed = await Proposals(services, visitor.token).page(narrowed)
        kept = {"state": state, "supplier_id": supplier_id}
        following = f"{_PREFIX}?{urlencode({**kept, 'cursor': listed.next_cursor})}" if listed.next_cursor else ""
        return page(request, visitor, "proposals.html", listed=listed, kept=kept, following=following, cursor=cursor)

    async def show(request: Request, visitor: Visiting, proposal_id: UUID) -> Response:
        check_council(visitor, "Proposed orders")
        opened = await Proposals(services, visitor.token).read(proposal_id)
        may_act = visitor.operates and visitor.may("orders:write")
        completes = opened.proposal.copies <= MOST_COMPLETED
        return page(request, visitor, "proposal.html", opened=opened, may_act=may_act, completes=completes)

    router.add_api_route("", show_all, methods=["GET"])
    router.add_api_route("/{proposal_id}", show, methods=["GET"])
    return router


def proposal_actions_router(services: Services) -> APIRouter:
    """Returns the routes of `/proposals/{proposal_id}` that decide."""
    router = pages_router(f"{_PREFIX}/{{proposal_id}}")

    async def accept(request: Request, visitor: Operating, proposal_id: UUID, accepted: Accepted) -> Response:
        doing = Proposals(services, visitor.token).accept(proposal_id, accepted)
        return await acted(request, doing, then=links.proposal(proposal_id), done=f"Ordered as {accepted.order_number}.")

    async def decline(request: Request, visitor: Operating, proposal_id: UUID, reason: Reason = "") -> Response:
        doing = Proposals(services, visitor.token).decline(proposal_id, reason)
        return await acted(request, doing, then=links.proposal(proposal_id), done="Declined: nothing is ordered.")

    router.add_api_route("/accept", accept, methods=["POST"])
    router.add_api_route("/decline", decline, methods=["POST"])
    return router
