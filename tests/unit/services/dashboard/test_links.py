"""The links of the page."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from fastapi import APIRouter
from pydantic import SecretStr
from starlette.routing import Match

from services.dashboard.domain.links import Links
from services.orders.api.invoices import invoices_router
from services.orders.domain.invoices.matching import DEFAULT_TERMS
from services.suppliers.api import messages_router
from services.suppliers.contract import Kind
from services.suppliers.domain.messages import Direction
from services.suppliers.schemas import MessageQuery
from shared.clock import ManualClock
from shared.db.engine import create_engine

_ID = UUID(int=7)
_LINKS = Links("https://orders.example.org/", {"eastern": "https://eastern.example.org/"})
_NOWHERE = SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")


def test_messages_feeds_and_invoices_are_linked_where_they_are_settled() -> None:
    assert _LINKS.message("eastern", _ID) == "https://eastern.example.org/v1/messages/00000000-0000-0000-0000-000000000007"
    assert _LINKS.feed("eastern", "despatch") == "https://eastern.example.org/v1/messages?direction=in&kind=despatch"
    assert _LINKS.invoice(_ID) == "https://orders.example.org/v1/invoices/00000000-0000-0000-0000-000000000007"


def test_what_is_linked_is_served_there(clock: ManualClock) -> None:
    engine = create_engine(_NOWHERE)
    exchange, orders = messages_router(engine), invoices_router(engine, clock, DEFAULT_TERMS)

    assert _serves(exchange, _LINKS.message("eastern", _ID)) == {"message_id": str(_ID)}
    assert _serves(exchange, _LINKS.feed("eastern", "despatch")) == {}
    assert _serves(orders, _LINKS.invoice(_ID)) == {"invoice_id": str(_ID)}


@pytest.mark.parametrize("kind", list(Kind))
def test_the_exchange_takes_the_query_of_a_feed(kind: Kind) -> None:
    query = MessageQuery.model_validate(dict(parse_qsl(urlsplit(_LINKS.feed("eastern", kind) or "").query)))

    assert (query.direction, query.kind) == (Direction.IN, kind)


def test_what_has_no_address_is_not_linked() -> None:
    links = Links()
    assert links.message("eastern", _ID) is None
    assert links.feed("eastern", "despatch") is None
    assert links.invoice(_ID) is None


def _serves(router: APIRouter, url: str | None) -> Mapping[str, str] | None:
    """The parameters in the path for the route that answers a GET of the address; None where there is no such route."""
    scope = {"type": "http", "method": "GET", "path": urlsplit(url or "").path, "root_path": ""}
    for route in router.routes:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return dict(found["path_params"])
    return None
