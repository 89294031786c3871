"""Reads proposed orders from the order book, as the person at the page, and passes on how that person decides."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import TypeAdapter

from services.dashboard.domain.proposals import (
    BranchSeen,
    Completed,
    FundSeen,
    ProposalSeen,
    ProposalSummarySeen,
    completed_lines,
)
from services.dashboard.usecases.asking import Services, all_items
from shared.http.calls import Session

_ON_A_PAGE = "50"
_BRANCHES, _FUNDS = TypeAdapter(list[BranchSeen]), TypeAdapter(list[FundSeen])
_LISTED = TypeAdapter(list[ProposalSummarySeen])


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of proposals, newest first."""

    proposals: Sequence[ProposalSummarySeen]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class OpenedProposal:
    """A proposal with the branches and funds that it can be completed with; none of these where it is decided."""

    proposal: ProposalSeen
    branches: Sequence[BranchSeen] = ()
    funds: Sequence[FundSeen] = ()

    def branch_of(self, named: str) -> str:
        """Returns the code of the branch that a selection names by code or GLN."""
        return next((branch.code for branch in self.branches if named and named in (branch.code, branch.gln)), named)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How a person orders a proposal. `completed`: what the person filled in; None: as it is proposed."""

    order_number: str
    follow_rules: bool
    completed: Completed | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposals of a person's council. Each call raises DomainError as the order book refuses."""

    services: Services
    token: str

    async def page(self, narrowed: Mapping[str, str]) -> Listed:
        """Returns a page of proposals. `narrowed`: by state and supplier, and the cursor of the page."""
        query = urlencode({**{name: value for name, value in narrowed.items() if value}, "limit": _ON_A_PAGE})
        page = await self.services.of("orders").ask("GET", f"/v1/proposals?{query}", self.token)
        return Listed(_LISTED.validate_python(page["items"]), page.get("next_cursor"))

    async def read(self, proposal_id: UUID) -> OpenedProposal:
        """Returns a proposal, and what is needed to complete it where it is open."""
        async with self.services.of("orders").session(self.token) as session:
            proposal = await self._proposal(session, proposal_id)
            if proposal.state != "open":
                return OpenedProposal(proposal)
            asked = all_items(session, "/v1/branches", {}), all_items(session, "/v1/funds", {})
            branches, funds = await asyncio.gather(*asked)
        return OpenedProposal(proposal, _BRANCHES.validate_python(branches), _FUNDS.validate_python(funds))

    async def accept(self, proposal_id: UUID, acceptance: Acceptance) -> UUID:
        """Orders a proposal; returns the order."""
        async with self.services.of("orders").session(self.token) as session:
            body: dict[str, Any] = {"order_number": acceptance.order_number, "follow_sourcing_rules": acceptance.follow_rules}
            if acceptance.completed is not None:
                body["lines"] = completed_lines(await self._proposal(session, proposal_id), acceptance.completed)
            receipt = await session.ask("POST", f"/v1/proposals/{proposal_id}/accept", body=body)
        return UUID(receipt["order_id"])

    async def decline(self, proposal_id: UUID, reason: str) -> None:
        """Declines a proposal: nothing is ordered."""
        await self.services.of("orders").ask("POST", f"/v1/proposals/{proposal_id}/decline", self.token, body={"reason": reason})

    async def _proposal(self, session: Session, proposal_id: UUID) -> ProposalSeen:
        return ProposalSeen.model_validate(await session.ask("GET", f"/v1/proposals/{proposal_id}"))
