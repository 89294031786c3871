"""HTTP shapes of a council's branches."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.orders.domain.register import MOST_REGISTERED, Branch, BranchWarning
from shared.contracts import words
from shared.days import Day
from shared.http.paging import Page
from shared.texts import Reference
from shared.values import check_gln


class BranchBody(BaseModel):
    """A branch as the council describes it."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(
        pattern=r"^[A-Z0-9]{2,10}$",
        max_length=10,
        description="The council's own short name for it, by which orders name it; it never changes",
        examples=["IPSW"],
    )
    name: Reference = Field(
        min_length=1, max_length=100, description="What people call it, also on labels and lists", examples=["Ipswich Library"]
    )
    gln: Annotated[words.Gln, Field(max_length=100), AfterValidator(check_gln)] | None = Field(
        default=None, description="Its Global Location Number, 13 digits; left out or null where it has none"
    )
    closed_from: Day | None = Field(default=None, description="First day on which it takes no more orders; left out for none")
    taken_over_by: words.BranchCode | None = Field(
        default=None,
        max_length=10,
        description="The branch to which its open copies go from that day on; it must be open then. Left out, they stay",
        examples=["LOWE"],
    )

    def branch(self) -> Branch:
        """Returns the branch as the domain's class."""
        return Branch(**dict(self))


class KeptBranches(Page[Branch]):
    """All branches of the council on one page, and what it may not have meant."""

    warnings: list[BranchWarning] = Field(description="Branches that close while orders wait for them, with nobody to take over")


# As a council sends them: all at once.
BranchBodies = Annotated[list[BranchBody], Field(max_length=MOST_REGISTERED)]
