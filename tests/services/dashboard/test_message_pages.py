"""The page of a message that is a file of records, as a browser sees it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from services.suppliers.domain.messages import State
from shared.clock import ManualClock
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.exchange import FEED, RAW, PlayedExchange, refused
from tests.services.dashboard.facts import HARBOUR, quarantined
from tests.services.dashboard.signing_in import sign_in, token_of
from tests.services.hearing import Hearing, number
from tests.services.serving import calling

PAGE = f"/messages/{HARBOUR}/{FEED}"
SCOPES = ("dashboard:read", "exchange:read", "exchange:write")


@pytest.fixture
def exchange() -> PlayedExchange:
    """The supplier's exchange, with one file of records that was read in part."""
    return PlayedExchange()


@pytest.fixture
async def browser(
    settings: DashboardSettings, clock: ManualClock, exchange: PlayedExchange, tokens: Tokens
) -> AsyncIterator[AsyncClient]:
    """Operations staff who may decide, signed in to a dashboard that reaches the exchange."""
    api = Api("http://exchange", httpx.ASGITransport(exchange.app()))
    async with calling(create_app(settings, clock, Services(exchanges={HARBOUR: api}))) as client:
        await sign_in(client, tokens, *SCOPES, council=None)
        yield client


async def test_the_page_says_first_what_is_wrong_and_what_to_do(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    assert "7 of 1,000 records could not be read</span></h1>" in page
    assert "993 are taken. Send the supplier the reasons" in page
    assert "7 of 1,000 kept aside: 7 broken XML" in page
    assert "read in 1 hour" in page


async def test_each_record_that_is_kept_aside_has_its_reason_its_advice_and_its_bytes(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    reason = '<strong><span title="onix-not-well-formed">Broken XML</span>:</strong> <bdi>&lt;b&gt;cut&lt;/b&gt;</bdi>.'
    assert f"{reason} <small>Send well-formed XML.</small>" in page
    assert '<th scope="row">Broken XML <small>onix-not-well-formed</small></th>' in page
    assert f'href="{PAGE}/kept-aside/4"' in page
    assert f'href="{PAGE}/kept-aside/5"' not in page


async def test_a_finding_says_what_the_supplier_should_do(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    assert (
        "<li><bdi>release &#39;2.0&#39; is none of 2.1, 3.0 and 3.1</bdi>. <small><bdi>Send release 3.0 or 3.1.</bdi></small>"
        in page
    )


async def test_the_list_is_paged(browser: AsyncClient) -> None:
    assert f'href="{PAGE}?cursor=WyI0Il0#aside">Next page' in (await browser.get(PAGE)).text
    second = (await browser.get(f"{PAGE}?cursor=WyI0Il0")).text
    assert f'href="{PAGE}/kept-aside/5"' in second
    assert "Next page" not in second
    assert f'href="{PAGE}#aside">First page' in second


async def test_bytes_are_downloaded_and_never_displayed(browser: AsyncClient) -> None:
    for path in ("/raw", "/kept-aside/5"):
        answer = await browser.get(PAGE + path)
        assert answer.content == RAW
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_message_that_is_too_large_to_be_shown_is_offered_for_download(browser: AsyncClient) -> None:
    answer = await browser.get(PAGE)
    assert answer.status_code == 200
    assert f'too large to be shown here part by part.</bdi> <a href="{PAGE}/raw">Download it</a>' in answer.text


async def test_the_page_refreshes_while_the_file_is_read_and_no_longer(browser: AsyncClient, exchange: PlayedExchange) -> None:
    assert "live.js" not in (await browser.get(PAGE)).text
    exchange.state, exchange.ended = State.RECEIVED, False
    page = (await browser.get(PAGE)).text
    assert '<script src="/static/live.js" defer>' in page
    assert "Being read: 50 %" in page
    assert '<rect class="received" width="50%"' in page
    assert "expected to end at 15:00 UTC" in page
    assert "<button name" not in page


async def test_a_replay_is_asked_of_the_exchange_as_the_person_signed_in(browser: AsyncClient, exchange: PlayedExchange) -> None:
    assert "Reads the file again from the beginning" in (await browser.get(PAGE)).text
    answer = await browser.post(PAGE, data={"decision": "replay", "version": "2", "reason": "the reader is corrected"})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert exchange.decided == [("replay", {"reason": "the reader is corrected"}, '"2"')]
    assert exchange.tokens == {f"Bearer {await token_of(browser)}"}


async def test_a_decision_that_is_refused_says_why_and_keeps_its_reason(browser: AsyncClient, exchange: PlayedExchange) -> None:
    exchange.refusal = refused()
    form = {"decision": "replay", "version": "2", "reason": "the reader is corrected"}
    answer = await browser.post(PAGE, data=form, follow_redirects=True)
    assert "it cannot be replayed" in answer.text
    assert 'value="the reader is corrected"' in answer.text


async def test_other_pages_and_other_decisions_decide_nothing(browser: AsyncClient, exchange: PlayedExchange) -> None:
    form = {"decision": "replay", "version": "2", "reason": "a trick"}
    assert (await browser.post(PAGE, data=form, headers={"Sec-Fetch-Site": "same-site"})).status_code == 403
    assert (await browser.post(PAGE, data={**form, "decision": "../../suppliers"})).status_code == 422
    assert exchange.decided == []


async def test_whoever_may_only_read_is_told_so(browser: AsyncClient, tokens: Tokens) -> None:
    await sign_in(browser, tokens, "dashboard:read", "exchange:read", role=Role.VIEWER, council=None)
    page = (await browser.get(PAGE)).text
    assert "<button name" not in page
    assert "exchange:write" in page


async def test_without_a_session_no_message_is_asked_for(browser: AsyncClient, exchange: PlayedExchange) -> None:
    browser.cookies.clear()
    for path in (PAGE, f"{PAGE}/raw", f"{PAGE}/kept-aside/5"):
        assert (await browser.get(path)).headers["location"].startswith("/sign-in?next=")
    assert exchange.tokens == set()


async def test_an_exchange_that_does_not_answer_is_a_sentence(browser: AsyncClient, exchange: PlayedExchange) -> None:
    exchange.down = True
    for path in (PAGE, f"{PAGE}/raw"):
        answer = await browser.get(path)
        assert answer.status_code == 503
        assert "The service answered 502 without a reason." in answer.text


async def test_a_message_or_supplier_that_is_not_there_is_a_sentence(browser: AsyncClient) -> None:
    for path in (f"/messages/{HARBOUR}/{number(401)}", f"/messages/eastern/{FEED}"):
        answer = await browser.get(path)
        assert answer.status_code == 404
        assert "This cannot be shown" in answer.text


async def test_the_work_list_leads_to_the_page(browser: AsyncClient, dashboard: Hearing) -> None:
    await dashboard.hears(quarantined())
    assert f'<a href="{PAGE}">' in (await browser.get(f"/work/quarantined/{number(400)}")).text


async def test_the_page_has_nothing_inline_and_sends_its_form_here_only(browser: AsyncClient) -> None:
    answer = await browser.get(PAGE)
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
