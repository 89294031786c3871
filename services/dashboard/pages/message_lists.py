"""The list of messages: everything exchanged with suppliers, narrowed by the filters in the address."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.dashboard.domain.message_lists import DIRECTIONS, Narrowed
from services.dashboard.domain.messages import STATES, verdict_on
from services.dashboard.pages.frame import Visiting, names_of, page, pages_router
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.message_lists import list_messages

_KINDS = (
    "order", "cancellation", "route_change", "offer_answer", "enquiry", "record_request", "response", "despatch", "record",
    "invoice", "selection", "open_lines", "acknowledgement", "unknown",
)  # fmt: skip
_Text = Annotated[str, Field(max_length=200)]


class _Filters(BaseModel):
    """The filters of the list. An empty field of the form does not filter."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    supplier: _Text = ""
    direction: _Text = ""
    kind: _Text = ""
    state: _Text = ""
    order_number: _Text = ""
    order_id: _Text = ""
    line_key: _Text = ""
    reference: _Text = ""
    control_reference: _Text = ""
    supplier_reference: _Text = ""
    name_contains: _Text = ""
    reason_contains: _Text = ""
    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    cursor: str = Field(default="", max_length=1_000)

    @field_validator("since", "until", mode="before")
    @classmethod
    def _no_day(cls, value: object) -> object:
        """A day that was left empty is none."""
        return value or None


def message_lists_router(services: Services) -> APIRouter:
    """Returns the route of `/messages`."""
    router = pages_router("/messages")

    async def listed(request: Request, visitor: Visiting, query: Annotated[_Filters, Query()]) -> Response:
        narrowed = Narrowed(**query.model_dump(exclude={"cursor"}))
        found = await list_messages(services, visitor.token, narrowed, query.cursor)
        return page(
            request,
            visitor,
            "messages.html",
            found=found,
            narrowed=narrowed,
            cursor=query.cursor,
            suppliers=names_of(request).choices(services.exchanges),
            kinds=_KINDS,
            states=STATES,
            directions=DIRECTIONS,
            verdict_on=verdict_on,
            to=_address,
        )

    router.add_api_route("", listed, methods=["GET"])
    return router


def _address(narrowed: Narrowed, **changed: str) -> str:
    return f"/messages?{urlencode(narrowed.address(**changed))}"
