"""HTTP shapes of people's decisions. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.decisions import Decision, Subject, Topic
from services.evidence.schemas.asking import Question
from services.evidence.schemas.figures import digest_of
from services.evidence.schemas.words import AskedDigest, Digest
from shared.contracts.words import Actor, CouncilCode
from shared.days import Day
from shared.http.paging import PageQuery
from shared.ids import new_id
from shared.texts import Reference, Text

NO_DECISION = "No decision of a person was recorded; the software computes no winner."
_NONE = "none recorded"


class NewDecision(BaseModel):
    """What a person decided, and upon which figures."""

    model_config = ConfigDict(extra="forbid")

    about: Subject = Field(description="What it is about: the trial, supplier or switch that the question names")
    question: Question = Field(description="The question whose figures were shown, as in `GET /v1/report`. It names the subject")
    digest: AskedDigest = Field(description="`digest` of the report that was shown")
    words: Text = Field(
        min_length=3,
        max_length=4_000,
        description="The decision in the person's words, with its reasons",
        examples=["We stay with the bookseller: it delivers sooner, at the same price."],
    )
    decided_on: Day = Field(description="Day on which it was decided, not later than today")

    def of(self, council: str, topic: Topic, figures: str, *, by: str, at: datetime) -> Decision:
        """Returns the decision that a person of the council records, when the figures are these."""
        return Decision(
            decision_id=new_id(),
            council=council,
            about=topic.about,
            name=topic.name,
            words=self.words,
            decided_on=self.decided_on,
            decided_by=by,
            recorded_at=at,
            shown=self.digest,
            digest=digest_of(figures),
        )


class DecisionQuery(PageQuery):
    """Which decisions a list contains."""

    about: Subject | None = Field(default=None, description="Only decisions about a trial, a supplier, or a switch")
    name: Reference | None = Field(
        default=None,
        max_length=100,
        description="Only decisions about the trial of this name, or the supplier or switch with this id",
        examples=["bookseller"],
    )


class DecisionView(BaseModel):
    """A decision of a person, who recorded it and when."""

    model_config = ConfigDict(from_attributes=True)

    decision_id: UUID = Field(description="Id of the decision, under which `GET /v1/decisions/{decision_id}` shows it")
    council: CouncilCode
    about: Subject = Field(description="What it is about")
    name: str = Field(description="Name of the trial, or id of the supplier or switch", examples=["bookseller"])
    words: str = Field(
        description="The decision in the person's words, with its reasons",
        examples=["We stay with the bookseller: it delivers sooner, at the same price."],
    )
    decided_on: date = Field(description="Day on which it was decided")
    decided_by: Actor
    recorded_at: datetime = Field(description="When it was recorded")
    shown: Digest = Field(description="Digest of the report that was shown")
    digest: Digest = Field(
        description="Digest of the figures when it was recorded, which are kept with it; the same as `shown` where nothing had "
        "changed"
    )


LastDecision = Annotated[DecisionView | None, Field(description=f"The last one about what is asked. Null: {NO_DECISION}")]
AllDecisions = Annotated[list[DecisionView], Field(description="All that people recorded about what is asked, the oldest first")]


def decision_views(found: Sequence[Decision]) -> list[DecisionView]:
    """Returns decisions as views."""
    return [DecisionView.model_validate(each) for each in found]


def decided_in_words(decisions: Sequence[DecisionView]) -> str:
    """Returns the decisions for a cell of a table."""
    said = [f"{each.about} {each.name}, {each.decided_on}, {each.decided_by}: {each.words}" for each in decisions]
    return " | ".join(said) or _NONE
