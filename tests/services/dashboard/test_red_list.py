"""Attacks on every page there is: a page that is added is tried without a change here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Literal, get_args, get_origin
from uuid import UUID

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient

from services.dashboard.domain.visitors import Role
from services.dashboard.pages.frame import PageRoute
from shared.contracts.orders import CopyState
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import FIRST, placed, progressed
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import Hearing

# What everybody may send who is signed in, and what is shown to everybody.
_OF_EVERYBODY = {"/sign-out"}
_TO_EVERYBODY = {"/sign-in", "/sign-in/done", "/signed-out"}
_NO_KEY = {"X-Form-Key": ""}


def pages_of(browser: AsyncClient, method: str) -> list[APIRoute]:
    """The pages of the dashboard that take a method, without those that are for everybody."""
    transport = browser._transport
    assert isinstance(transport, ASGITransport)
    assert isinstance(transport.app, FastAPI)
    routes = [route for route in transport.app.routes if isinstance(route, PageRoute) and method in (route.methods or ())]
    assert routes
    return [route for route in routes if route.path not in _TO_EVERYBODY]


def address_of(route: APIRoute) -> str:
    """The address of a page, about things that do not exist."""
    kinds = _kinds(route.dependant)
    return re.sub(r"{(\w+)}", lambda found: str(_example(kinds.get(found[1]))), route.path_format)


def _kinds(part: Dependant) -> dict[str, object]:
    """The types of the names in an address, those of a route's dependencies among them."""
    found: dict[str, object] = {param.alias: param.field_info.annotation for param in part.path_params}
    for inner in part.dependencies:
        found |= _kinds(inner)
    return found


def _example(kind: object) -> object:
    if kind is UUID:
        return UUID(int=1)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    return "1"


async def answers(browser: AsyncClient, headers: Mapping[str, str]) -> dict[str, int]:
    """What each page answers to an empty form."""
    found = {}
    for route in pages_of(browser, "POST"):
        answer = await browser.post(address_of(route), data={"a": "b"}, headers=headers)
        found[route.path] = answer.status_code
    return found


async def test_no_form_is_taken_without_a_session(client: AsyncClient) -> None:
    client.headers.pop("Authorization", None)
    assert set((await answers(client, {})).values()) == {401}


async def test_no_form_is_taken_without_the_key_of_the_session_or_with_another(client: AsyncClient, tokens: Tokens) -> None:
    await sign_in(client, tokens, council=None)
    other = client.headers["X-Form-Key"]
    await sign_in(client, tokens, council=None)
    for key in ("", "0" * 64, other, "é"):
        assert set((await answers(client, {"X-Form-Key": key.encode("latin-1")})).values()) == {403}, key  # type: ignore[dict-item]


async def test_no_form_of_another_site_is_taken_even_with_the_key(client: AsyncClient, tokens: Tokens) -> None:
    await sign_in(client, tokens, council=None)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
                    {"Origin": "https://evil.example"}, {"Origin": "null"}):  # fmt: skip
        assert set((await answers(client, headers)).values()) == {403}, headers


async def test_a_viewer_changes_nothing(client: AsyncClient, tokens: Tokens) -> None:
    """The scopes of the token would allow it: the role alone is in the way."""
    scopes = [f"{area}:{right}" for area in ("dashboard", "orders", "catalogue", "delivery", "evidence", "exchange", "lms")
              for right in ("read", "write")]  # fmt: skip
    await sign_in(client, tokens, *scopes, role=Role.VIEWER)
    key = client.headers["X-Form-Key"]
    for route in pages_of(client, "POST"):
        if route.path not in _OF_EVERYBODY:
            answer = await client.post(address_of(route), data={"form_key": key, "role": "admin"})
            assert (answer.status_code, "role" in answer.text) == (403, True), route.path


async def test_no_page_is_shown_without_a_session(client: AsyncClient) -> None:
    client.headers.pop("Authorization", None)
    for route in pages_of(client, "GET"):
        assert await _leads(client, address_of(route)) == "/sign-in", route.path
        script = await client.get(address_of(route), headers={"Sec-Fetch-Mode": "cors"}, follow_redirects=True)
        assert script.status_code == 401, route.path


async def _leads(client: AsyncClient, address: str) -> str:
    """Where whoever is not signed in comes to, by a way that may have other addresses of the dashboard."""
    for _ in range(3):
        answer = await client.get(address)
        address = answer.headers.get("location", f"{answer.status_code}")
        if address.startswith("/sign-in?next=%2F"):
            return "/sign-in"
    return address


async def test_no_page_can_be_put_into_another_or_kept_or_run_scripts_of_others(client: AsyncClient, tokens: Tokens) -> None:
    await sign_in(client, tokens)
    for route in pages_of(client, "GET"):
        if route.path == "/live":
            continue
        answer = await client.get(address_of(route))
        if answer.is_redirect:
            continue
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, route.path
        assert "unsafe" not in policy, route.path
        assert answer.headers.get("cache-control") == "no-store", route.path
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", answer.text), route.path


async def test_a_session_opens_no_api(client: AsyncClient, tokens: Tokens) -> None:
    await sign_in(client, tokens, council=None)
    assert (await client.get("/v1/overview")).status_code == 401


async def test_a_person_of_another_council_sees_nothing_of_this_one(
    client: AsyncClient, tokens: Tokens, dashboard: Hearing
) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.DAMAGED, FIRST), version=2)
    await sign_in(client, tokens, council="GB-SFK")
    assert "All in order" not in (await client.get("/")).text
    await sign_in(client, tokens, council="GB-ESS")
    assert "All in order" in (await client.get("/?council=GB-SFK")).text


async def test_no_value_in_an_address_breaks_a_page_or_is_answered_to_programs(client: AsyncClient, tokens: Tokens) -> None:
    await sign_in(client, tokens)
    nul, last, first = "a%00b", "9999-12-31", "0001-01-01"
    for address in (f"/find?q={nul}", f"/work?supplier={nul}", f"/work/quarantined/{nul}", f"/trends?supplier_id={nul}",
                    f"/work/group?kind=quarantined&after={last}T23:59:59-14:00%20x", f"/audit?kind={nul}", f"/audit?from={first}",
                    f"/audit?to={last}", f"/audit/export?to={last}", f"/messages?to={last}"):  # fmt: skip
        answer = await client.get(address)
        assert answer.status_code in (200, 422), address
        assert answer.headers["content-type"].startswith(("text/html", "text/csv")), address
