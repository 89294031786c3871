"""Staff map a wrong reference on the dashboard's page, before the real exchange that holds the message."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from services.dashboard.app import create_app as create_dashboard
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from services.suppliers.contract import LineAnswer
from services.suppliers.domain.messages import State
from shared.clock import ManualClock
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.signing_in import sign_in
from tests.services.serving import api_settings, calling
from tests.services.suppliers.conftest import SUPPLIER, Rig, a_line, a_response, an_acceptance, an_order

PATIENCE = 61.0
# The scripted supplier reads any bytes; these show that a page shows them as segments.
BODY = b"UNH+1+ORDRSP:D:96A:UN'RFF+ON:P0-1'LIN+1++9780141439518:EN'UNT+4+1'"


@pytest.fixture
async def browser(
    app: FastAPI, database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock
) -> AsyncIterator[httpx.AsyncClient]:
    """Staff of one council, signed in to a dashboard before the exchange."""
    settings = api_settings(DashboardSettings, database_from("services.dashboard"), tokens)
    dashboard = create_dashboard(settings, clock, Services(exchanges={SUPPLIER: Api.within(app)}))
    async with calling(app), calling(dashboard) as client:
        await sign_in(client, tokens)
        yield client


async def test_a_reference_is_mapped_and_replayed_on_the_page_of_its_message(rig: Rig, browser: httpx.AsyncClient) -> None:
    first, second = a_line(number=1), a_line("9780140449136", number=2)
    await rig.hears(an_order(first, second))
    misnamed = LineAnswer(None, "P0-1", second.isbn, status_code="100")
    await rig.receives(rig.means(BODY, a_response(an_acceptance(first), misnamed)))
    await rig.advance(PATIENCE)
    await rig.read_all()
    (message,) = await rig.messages(state=State.PARTLY_APPLIED)
    page = f"/messages/{SUPPLIER}/{message.id}"

    held = (await browser.get(page)).text
    chosen = (await browser.get(f"{page}?map=order_number&theirs=P0-1")).text
    form = {"field": "order_number", "theirs": "P0-1", "ours": "PO-1", "version": str(message.version), "reason": "mistyped"}
    mapped = await browser.post(f"{page}/map", data=form)
    await rig.read_all()
    after = (await browser.get(mapped.headers["location"])).text

    assert "Only a part was applied</span></h1>" in held
    assert f'href="{page}?map=order_number&amp;theirs=P0-1#map"' in held
    # The first wrong reference is asked about at once, with what it may mean.
    assert "A replay would apply 1 part, and nothing would be held any more." in held
    assert '<input type="hidden" name="ours" value="PO-1">' in chosen
    assert "A replay would apply 1 part, and nothing would be held any more." in chosen
    assert "the ISBN is the same" in chosen
    assert (await rig.messages())[-1].state is State.APPLIED
    assert "Done</span></h1>" in after
    assert (await browser.get(f"/messages?supplier={SUPPLIER}&direction=in")).text.count(f'href="{page}"') == 1
