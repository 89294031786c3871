"""HTTP shapes of changes, and of the question for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import Row

from services.lms.domain.bodies import AnyBody, Kind
from services.lms.domain.links import links_of
from services.lms.usecases.reading import Changes, Place, Wanted
from shared.http.paging import Limit, number, read_cursor, write_cursor

_BODY: TypeAdapter[AnyBody] = TypeAdapter(AnyBody)
LONGEST_WAIT = 30


class ChangeQuery(BaseModel):
    """Which changes to return."""

    model_config = ConfigDict(extra="forbid")

    after: str | None = Field(
        default=None,
        max_length=500,
        description="`next_cursor` of the answer before, for whatever kinds it was; left out: from the first change that is kept",
    )
    kind: list[Kind] = Field(
        default=[], max_length=len(Kind), description="Only changes of these kinds; may be given several times"
    )
    wait: int = Field(
        default=0,
        ge=0,
        le=LONGEST_WAIT,
        description="Seconds to wait for a change where there is none; the answer comes as soon as there is one",
    )
    limit: Limit = 50

    def wanted(self, council: str) -> Wanted:
        """Returns the question of a council. Raises DomainError (400) for a cursor that no answer has returned."""
        return Wanted(council, None if self.after is None else _place(self.after), self.kind, self.limit)


def _place(cursor: str) -> Place:
    epoch, position = read_cursor(cursor, (UUID, number))
    assert isinstance(epoch, UUID)
    assert isinstance(position, int)
    return Place(epoch, position)


class LinkView(BaseModel):
    """Where to read the thing that a change is about."""

    what: str = Field(description="What is there", examples=["order"])
    service: str = Field(description="The service whose API it is in", examples=["orders"])
    path: str = Field(description="Path in that API", examples=["/v1/orders/5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11"])


class ChangeView(BaseModel):
    """One change: what happened, when, and where to read more."""

    change_id: UUID = Field(description="Id of the change; the same change has the same id also after the feed was built again")
    position: int = Field(description="Place in the council's feed; each change has the next one", examples=[4217])
    kind: Kind = Field(description="What it is about; ignore kinds that you do not know")
    happened_at: AwareDatetime = Field(description="When it happened, by the service that owns the thing")
    version: int | None = Field(
        description="Version of the order, invoice, title, judgement or switch from then on; null where its owner counts none",
        examples=[5],
    )
    body: AnyBody = Field(description="What happened, by its kind")
    links: list[LinkView] = Field(description="Where to read the things that it is about; none for some kinds")


class ChangePage(BaseModel):
    """Changes in their order, perhaps none. This list never ends: `next_cursor` is always there."""

    items: list[ChangeView] = Field(description="The next changes")
    next_cursor: str = Field(
        description="Send it as `after` to go on: at once after a full page, else with `wait` or later",
        examples=["WyJhNGYwIiwgIjQyMTciXQ"],
    )


def change_page(changes: Changes) -> ChangePage:
    """Returns the answer with these changes."""
    return ChangePage(items=[change_view(row) for row in changes.rows], next_cursor=cursor_of(changes.next))


def cursor_of(place: Place) -> str:
    """Returns the cursor of a place in a feed."""
    return write_cursor((place.epoch, place.position))


def change_view(row: Row[Any]) -> ChangeView:
    """Returns a change as it is answered."""
    body = _BODY.validate_python(row.body)
    return ChangeView(
        change_id=row.change_id,
        position=row.position,
        kind=body.kind,
        happened_at=row.at,
        version=row.version,
        body=body,
        links=[LinkView(what=link.what, service=link.service, path=link.path) for link in links_of(body)],
    )
