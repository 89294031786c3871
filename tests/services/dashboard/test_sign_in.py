"""Signing in at the provider, and the session that begins: how long it lasts, and what ends it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from local.machine.keys import mint_signing_key
from local.provider.people import PEOPLE, Person
from services.dashboard.settings import DashboardSettings
from services.dashboard.signing_in.cookie import new_cookie
from services.dashboard.signing_in.sessions import Limits
from services.dashboard.store.own_tables import session
from shared.clock import ManualClock
from shared.errors import DomainError
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.provider import House, at_the_provider, opened_house, signed_in


@pytest.fixture
async def house(settings: DashboardSettings, clock: ManualClock, tokens: Tokens) -> AsyncIterator[House]:
    """The dashboard and its provider."""
    async with opened_house(settings, clock, tokens) as house:
        yield house


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with house.browser() as browser:
        yield browser


async def shown(browser: httpx.AsyncClient, **headers: str) -> bool:
    """Whether the browser is shown the first page."""
    return (await browser.get("/", headers=headers)).status_code == 200


async def test_whoever_opens_a_page_signs_in_with_one_click_and_is_on_that_page(house: House, browser: httpx.AsyncClient) -> None:
    answer = await signed_in(browser, "/?from=alert")
    assert (answer.status_code, str(answer.url)) == (200, "http://desk.example/?from=alert")
    assert all(part in answer.text for part in ("Olu", "operator", "GB-SFK", 'action="/sign-out"'))
    everything = " ".join(house.asked)
    assert re.search(r"code_challenge=[\w-]{43}&code_challenge_method=S256", everything)
    assert "eyJ" not in everything, "a token was in an address"


async def test_the_cookie_is_for_this_server_alone_and_says_nothing(house: House, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(await at_the_provider(browser))
    kept, dropped = answer.headers.get_list("set-cookie")
    assert re.fullmatch(r"session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", kept)
    assert dropped.startswith('sign-in=""')


async def test_staff_of_all_councils_are_signed_in_for_all(browser: httpx.AsyncClient) -> None:
    page = (await signed_in(browser, person="operations")).text
    assert ("all councils" in page, "admin" in page, "GB-SFK" in page) == (True, True, False)


@pytest.mark.parametrize("next_page", ["//evil.example/", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
async def test_a_link_cannot_send_whoever_signs_in_to_another_site(browser: httpx.AsyncClient, next_page: str) -> None:
    way = httpx.URL("/sign-in", params={"next": next_page})
    answer = await browser.get(await at_the_provider(browser, str(way)))
    assert answer.headers["location"] == "/"


async def test_a_session_that_somebody_else_put_into_the_browser_is_not_used(house: House, browser: httpx.AsyncClient) -> None:
    planted = new_cookie()
    browser.cookies.set("session", planted.secret, domain="desk.example")
    await signed_in(browser)
    assert browser.cookies["session"] != planted.secret
    async with house.browser() as other:
        other.cookies.set("session", planted.secret, domain="desk.example")
        assert not await shown(other)


async def test_signing_in_again_ends_the_session_before(house: House, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    before = browser.cookies["session"]
    await signed_in(browser, "/sign-in", person="ada")
    async with house.browser() as other:
        other.cookies.set("session", before, domain="desk.example")
        assert not await shown(other)


async def refused(browser: httpx.AsyncClient, way: str) -> str:
    """Why a sign-in is not completed; nobody is signed in."""
    answer = await browser.get(way)
    assert answer.status_code == 403
    assert "session" not in browser.cookies
    (why,) = re.findall(r'<p class="problem">(.*?)</p>', answer.text)
    return str(why)


async def test_a_sign_in_that_another_browser_began_is_refused(house: House, browser: httpx.AsyncClient) -> None:
    way = await at_the_provider(browser)
    async with house.browser() as victim:
        assert "not begun in this browser" in await refused(victim, way)
        await victim.get("/sign-in")
        assert "not begun in this browser" in await refused(victim, way), "its state is another one"


@pytest.mark.parametrize(("part", "why"), [(1, "nonce"), (2, "invalid_grant")], ids=["nonce", "PKCE"])
async def test_what_this_browser_did_not_ask_for_is_refused(browser: httpx.AsyncClient, part: int, why: str) -> None:
    way = await at_the_provider(browser)
    kept = browser.cookies["sign-in"].split(".")
    kept[part] = kept[part][::-1]
    browser.cookies.delete("sign-in")
    browser.cookies.set("sign-in", ".".join(kept), domain="desk.example")
    assert why in await refused(browser, way)


async def test_a_code_is_taken_once(browser: httpx.AsyncClient) -> None:
    way = await at_the_provider(browser)
    kept = browser.cookies["sign-in"]
    assert (await browser.get(way)).status_code == 303
    browser.cookies.clear()
    assert "not begun in this browser" in await refused(browser, way)
    browser.cookies.set("sign-in", kept, domain="desk.example")
    assert "invalid_grant" in await refused(browser, way)


async def test_an_answer_of_another_provider_is_refused(browser: httpx.AsyncClient) -> None:
    way = await at_the_provider(browser)
    query = parse_qs(urlsplit(way).query)
    assert query["iss"] == ["http://provider.example"]
    assert "another provider" in await refused(browser, way.replace("iss=http%3A%2F%2Fprovider.example", "iss=http%3A%2F%2Fevil"))


async def test_a_person_who_goes_back_at_the_provider_reads_why(browser: httpx.AsyncClient) -> None:
    way = (await at_the_provider(browser)).partition("?")[0]
    state = browser.cookies["sign-in"].split(".")[0]
    assert "(access_denied)" in await refused(browser, f"{way}?error=access_denied&state={state}")


async def test_a_token_that_the_services_do_not_take_is_explained(house: House, browser: httpx.AsyncClient) -> None:
    house.key = mint_signing_key()
    house.forget()
    why = await refused(browser, await at_the_provider(browser))
    assert "signed with a key that this service does not know" in why
    assert "docs/sign-in.md" in why


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (Person("eve", "Eve", "superadmin"), "has no role here|have no role here"),
        (Person("eve", "Eve", "viewer", council="Suffolk"), "claim `council` cannot be used"),
    ],
    ids=["role", "council"],
)
async def test_who_may_not_look_reads_what_is_missing(
    browser: httpx.AsyncClient, person: Person, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEOPLE, "eve", person)
    assert re.search(why, await refused(browser, await at_the_provider(browser, person="eve")))


async def test_without_a_provider_the_page_says_what_to_set(
    settings: DashboardSettings, clock: ManualClock, tokens: Tokens
) -> None:
    async with opened_house(settings, clock, tokens, issuer="") as house, house.browser() as browser:
        answer = await browser.get("/", follow_redirects=True)
    assert (answer.status_code, "OIDC_ISSUER" in answer.text) == (503, True)


@pytest.mark.parametrize("issuer", ["http://provider.example/other", "http://provider.example/"])
async def test_a_provider_that_calls_itself_otherwise_is_not_used(
    settings: DashboardSettings, clock: ManualClock, tokens: Tokens, issuer: str
) -> None:
    async with opened_house(settings, clock, tokens, issuer=issuer) as house, house.browser() as browser:
        assert (await browser.get("/sign-in")).status_code == 503


async def test_a_session_that_nobody_uses_is_over(house: House, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    house.clock.advance(timedelta(minutes=29))
    assert await shown(browser)
    house.clock.advance(timedelta(minutes=29))
    assert await shown(browser)
    house.clock.advance(timedelta(minutes=30))
    assert not await shown(browser)


async def test_what_an_open_page_asks_by_itself_keeps_no_session_alive(house: House, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    for _ in range(2):
        house.clock.advance(timedelta(minutes=14))
        assert await shown(browser, **{"Sec-Fetch-Mode": "cors", "HX-Request": "true"})
    house.clock.advance(timedelta(minutes=2))
    answer = await browser.get("/", headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 401, "a script is told, and not sent to another server"


async def test_a_session_that_is_used_all_the_time_ends_all_the_same(house: House, browser: httpx.AsyncClient) -> None:
    house.app.state.sessions = replace(house.app.state.sessions, limits=Limits(timedelta(minutes=30), timedelta(hours=1)))
    await signed_in(browser, "/sign-in")
    used = []
    for _ in range(3):
        house.clock.advance(timedelta(minutes=20))
        used.append(await shown(browser))
    assert used == [True, True, False]


async def test_a_token_is_replaced_before_it_ends_and_each_refresh_token_used_once(
    house: House, browser: httpx.AsyncClient
) -> None:
    await signed_in(browser)
    tokens = set()
    for _ in range(4):
        tokens.add(await _token(house, browser))
        house.clock.advance(timedelta(minutes=14, seconds=30))
    assert len(tokens) == 4


async def test_what_the_first_identity_token_said_holds_where_a_refresh_gives_none(
    house: House, browser: httpx.AsyncClient
) -> None:
    await signed_in(browser)
    house.names_again = False
    for _ in range(2):
        house.clock.advance(timedelta(minutes=14, seconds=30))
        page = (await browser.get("/")).text
        assert "Olu" in page
        assert "operator" in page


async def test_a_provider_that_gives_no_further_token_ends_the_session(house: House, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    house.forget()
    house.clock.advance(timedelta(minutes=14, seconds=30))
    assert not await shown(browser)
    async with house.app.state.sessions.engine.connect() as connection:
        assert (await connection.execute(select(session))).all() == []


async def test_a_provider_that_is_down_ends_nothing_before_the_token_does(house: House, browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    house.down = True
    house.clock.advance(timedelta(minutes=14, seconds=30))
    assert await shown(browser)
    house.clock.advance(timedelta(minutes=1))
    answer = await browser.get("/")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)
    house.down = False
    assert await shown(browser)


async def test_too_many_requests_while_a_token_is_replaced_sign_nobody_out(house: House, browser: httpx.AsyncClient) -> None:
    await signed_in(browser, person="bob")
    token = await _token(house, browser)
    house.clock.advance(timedelta(minutes=14, seconds=30))
    with pytest.raises(DomainError, match="more requests"):
        _ = [house.app.state.authenticator.authenticate(f"Bearer {token}") for _ in range(20_000)]
    assert (await browser.get("/")).status_code == 429
    house.clock.advance(timedelta(seconds=1))
    assert await shown(browser)


async def test_the_database_alone_gives_nobody_a_token_or_a_session(
    house: House, browser: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await signed_in(browser)
    secret, token = browser.cookies["session"], await _token(house, browser)
    async with engine.begin() as connection:
        (row,) = (await connection.execute(select(session))).all()
        assert [found for found in (secret, token, "olu") if found in repr(row)] == []
        # Whoever can write to the table cannot give another browser what is sealed in it.
        stranger = new_cookie()
        values = {"session_id": stranger.session_id, "sealed": row.sealed, "seen_at": row.seen_at, "ends_at": row.ends_at}
        await connection.execute(session.insert().values(values))
    async with house.browser() as other:
        for stolen in (stranger.secret, row.session_id.hex(), row.sealed):
            other.cookies.set("session", stolen, domain="desk.example")
            assert not await shown(other)


async def test_signing_out_ends_the_session_here_and_leads_to_the_provider(house: House, browser: httpx.AsyncClient) -> None:
    page = await signed_in(browser)
    (key,) = set(re.findall(r'name="form_key" value="([0-9a-f]{64})"', page.text))
    secret = browser.cookies["session"]
    answer = await browser.post("/sign-out", data={"form_key": key})
    (way,) = re.findall(r'content="0; url=([^"]+)"', answer.text)
    assert way.startswith("http://provider.example/sign-out?client_id=")
    left = await browser.get(way.replace("&amp;", "&"), follow_redirects=True)
    assert (str(left.url), "You are signed out" in left.text) == ("http://desk.example/signed-out", True)
    assert "session" not in browser.cookies
    browser.cookies.set("session", secret, domain="desk.example")
    assert not await shown(browser)
    assert "eyJ" not in " ".join(house.asked)


async def test_sessions_that_are_over_are_removed_when_somebody_signs_in(
    house: House, browser: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await signed_in(browser)
    house.clock.advance(timedelta(minutes=31))
    async with house.browser() as other:
        await signed_in(other)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM session"))).scalar_one() == 1


async def _token(house: House, browser: httpx.AsyncClient) -> str:
    visitor = await house.app.state.sessions.visitor(browser.cookies["session"], in_use=True)
    return str(visitor.token)
