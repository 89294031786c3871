"""HTTP shapes of whether the supplier is reached, and of what people did about the connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import AliasChoices, BaseModel, Field

from services.suppliers.contract import Kind
from services.suppliers.domain.reachability import ActKind, Reachability, Standing, Waiting


class WaitingView(BaseModel):
    """Messages of one kind that wait to be sent, or to be asked about."""

    kind: Kind = Field(description="What the messages are about")
    number: int = Field(description="How many wait", examples=[3])


class ReachabilityView(BaseModel):
    """Whether the supplier is reached, and what waits for it."""

    standing: Standing = Field(
        description="`stopped`: a person opened the circuit, and nothing is called until a person closes it; `unreachable`: it "
        "does not answer, and is tried again by itself"
    )
    began_at: datetime | None = Field(description="Since when it is not reached or not called; null while it is reached")
    reason: str = Field(description='Why, in words; "" while it is reached', examples=["no answer within 2 s"])
    next_try_at: datetime | None = Field(description="When it is called again by itself; null where it is not, or is reached")
    opened_by: str = Field(description='Who opened the circuit; "" where nobody did', examples=["j.archer"])
    waiting: Sequence[WaitingView] = Field(description="What waits for it, by kind; of a council, its own messages")
    last_sent_at: datetime | None = Field(description="When it got its last message from us; null before the first")


class StepView(BaseModel):
    """One step of a test of the connection."""

    name: str = Field(description="What was tried", examples=["connect to port 22"])
    worked: bool = Field(description="Whether it worked; no further step was tried after one that did not")
    answer: str = Field(description="What came back, in words", examples=["sftp.books.example answers at port 22"])
    milliseconds: int = Field(description="How long it took", examples=[41])


class ConnectionActView(BaseModel):
    """What a person did about the connection: opened or closed the circuit, or tested the connection."""

    act_id: UUID = Field(description="Our id of it", validation_alias=AliasChoices("id", "act_id"))
    kind: ActKind = Field(description="What was done")
    acted_at: datetime = Field(description="When", validation_alias=AliasChoices("at", "acted_at"))
    actor: str = Field(description="Who, by the subject of the token", examples=["j.archer"])
    reason: str = Field(description="Why, in that person's words", examples=["Orders have not left since nine"])
    steps: Sequence[StepView] = Field(description="Of a test, its steps in their order; empty for anything else")


def reachability_view(known: Reachability, waiting: Sequence[Waiting], last_sent_at: datetime | None) -> ReachabilityView:
    """Renders what is known."""
    return ReachabilityView(
        standing=known.standing,
        began_at=known.since,
        reason=known.reason,
        next_try_at=known.next_try_at,
        opened_by=known.opened.by if known.opened else "",
        waiting=[WaitingView(kind=each.kind, number=each.number) for each in waiting],
        last_sent_at=last_sent_at,
    )


def connection_act_view(act: object) -> ConnectionActView:
    """Renders what a person did."""
    return ConnectionActView.model_validate(act, from_attributes=True)
