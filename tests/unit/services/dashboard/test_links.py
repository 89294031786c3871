"""The links of the page."""

from collections.abc import Mapping
from inspect import signature
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from starlette.routing import compile_path

from services.dashboard.domain.links import Links
from services.suppliers.contract import Kind
from tests.fixtures.tokens import Tokens
from tests.services.apps import app_of

_ID = UUID(int=7)
_LINKS = Links("https://orders.example.org/", {"eastern": "https://eastern.example.org/"}, lms="https://lms.example.org")
_SERVED_AT = {"eastern.example.org": "suppliers", "orders.example.org": "orders", "lms.example.org": "lms"}


@pytest.fixture(scope="module")
def documents(tokens: Tokens) -> Mapping[str, dict[str, Any]]:
    """What the service at each address publishes about its API."""
    return {address: app_of(service, tokens).openapi() for address, service in _SERVED_AT.items()}


def test_messages_feeds_and_invoices_are_linked_where_they_are_settled() -> None:
    assert _LINKS.message("eastern", _ID) == "https://eastern.example.org/v1/messages/00000000-0000-0000-0000-000000000007"
    assert _LINKS.feed("eastern", "despatch") == "https://eastern.example.org/v1/messages?direction=in&kind=despatch"
    assert _LINKS.invoice(_ID) == "https://orders.example.org/v1/invoices/00000000-0000-0000-0000-000000000007"


@pytest.mark.parametrize("name", [name for name in vars(Links) if callable(vars(Links)[name]) and not name.startswith("_")])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_link_is_a_request_that_the_linked_service_takes(  # case C12
    name: str, kind: Kind, documents: Mapping[str, dict[str, Any]]
) -> None:
    link = getattr(_LINKS, name)
    samples: Mapping[str, object] = {"supplier_id": "eastern", "kind": kind}
    url = urlsplit(link(*(samples.get(parameter, _ID) for parameter in signature(link).parameters)))

    documented = _parameters(documents[url.netloc], url.path)
    asked = dict(parse_qsl(url.query))
    assert set(asked) <= set(documented), f"{url.geturl()} asks what is not documented"
    for parameter, value in asked.items():
        assert value in _values(documented[parameter]), f"{url.geturl()}: {parameter} is refused"


def test_what_has_no_address_is_not_linked() -> None:
    links = Links()
    assert links.message("eastern", _ID) is None
    assert links.feed("eastern", "despatch") is None
    assert links.invoice(_ID) is None
    assert links.file(_ID) is None


def _parameters(document: dict[str, Any], path: str) -> dict[str, Any]:
    """The schemas of the query parameters of a GET of this path."""
    documented = document["paths"]
    (route,) = [one for one in documented if "get" in documented[one] and compile_path(one)[0].match(path)]
    parameters = documented[route]["get"]["parameters"]
    schemas = document["components"]["schemas"]
    return {one["name"]: {**one["schema"], "defined": schemas} for one in parameters if one["in"] == "query"}


def _values(schema: dict[str, Any]) -> list[str]:
    """The values that a parameter with a fixed list of them may have."""
    choices = [choice.get("$ref", "") for choice in schema.get("anyOf", [schema])]
    return [value for choice in choices if choice for value in schema["defined"][choice.rsplit("/", 1)[1]]["enum"]]
