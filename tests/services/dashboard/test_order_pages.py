"""The pages of an order and of a copy over a real order book: why it waits, what happened, and what a person does about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import text

from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from shared.clock import ManualClock
from shared.contracts.orders import OrderPlaced
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.desk import WHY, Desk, open_desk
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import Hearing
from tests.services.orders.goods import SUBSTITUTE, answered, line_of
from tests.services.serving import Kept

CANCELLED, OFFERED, REFUSED = "222", "210", "200"


@pytest.fixture
async def desk(
    settings: DashboardSettings,
    dashboard: Hearing,
    database_from: Callable[[str], str],
    tokens: Tokens,
    clock: ManualClock,
    kept: Kept,
) -> AsyncIterator[Desk]:
    async with open_desk(settings, database_from, tokens, clock, kept) as desk:
        await dashboard.hears(*(event for event in await desk.orders.sent() if isinstance(event, OrderPlaced)))
        yield desk


async def test_the_page_says_what_waits_and_names_who_gave_no_answer(desk: Desk) -> None:
    page = (await desk.browser.get(desk.page)).text
    assert "Order SFK-1 is on its way: 4 copies to come, 0 received" in page
    assert "It was not sent to national yet." in page
    assert "What deliveries" not in page, "no goods of it are on the way, so nobody was asked"
    assert "The dashboard has no address of lms" in page
    assert page.index("Order placed") < page.index("</ol>")


async def test_copies_are_cancelled_by_ticking_them(desk: Desk) -> None:
    answer = await desk.does("cancel", copy_id=desk.copies("consortium"))
    assert "The supplier is asked to cancel" in answer.text
    line = line_of(await desk.reads(), "consortium", 1)
    assert [copy["cancel_requested"] for copy in line["copies"]] == [True]
    assert "was asked to cancel it and has not answered" in answer.text


async def test_a_move_shows_first_what_it_does_and_then_does_it(desk: Desk) -> None:
    fields: dict[str, Any] = {"copy_id": desk.copies("consortium"), "to_supplier": "national"}
    preview = (await desk.does("move", **fields)).text
    assert "consortium is asked to cancel it; placed with national once that is confirmed" in preview
    assert not any(copy["cancel_requested"] for copy in line_of(await desk.reads(), "consortium", 1)["copies"])
    done = (await desk.moves(**fields)).text
    assert "The move to national has begun." in done
    await desk.orders.hear(answered(desk.order, line_of(desk.order, "consortium", 1), CANCELLED))
    placed = [line for line in (await desk.reads())["lines"] if line["replaces_line_key"]]
    assert [line["supplier_id"] for line in placed] == ["national"]


async def test_a_move_is_done_whatever_else_happens_to_its_order(desk: Desk) -> None:
    other = answered(desk.order, line_of(desk.order, "national", 1), REFUSED)
    done = await desk.moves(meanwhile=[other], copy_id=desk.copies("consortium"), to_supplier="national")
    assert "The move to national has begun." in done.text


async def test_a_move_that_would_do_something_else_than_was_shown_is_shown_again(desk: Desk) -> None:
    fields: dict[str, Any] = {"copy_id": desk.copies("consortium"), "to_supplier": "national"}
    gone = answered(desk.order, line_of(desk.order, "consortium", 1), REFUSED)
    again = (await desk.moves(meanwhile=[gone], **fields)).text
    assert "The copies changed since this page was made" in again
    assert "placed with national at once" in again
    assert not [line for line in (await desk.reads())["lines"] if line["replaces_line_key"]]
    assert "The move to national has begun." in (await desk.moves(**fields)).text


async def test_a_switch_that_asks_nothing_is_not_decided(desk: Desk) -> None:
    await desk.moves(copy_id=desk.copies("consortium"), to_supplier="national")
    async with desk.orders.engine.connect() as connection:
        switch_id = (await connection.execute(text("SELECT switch_id FROM switch"))).scalar_one()
    line_key = line_of(desk.order, "consortium", 1)["line_key"]
    answer = await desk.does(f"switches/{switch_id}", line_key=line_key, decision="leave")
    assert "The switch asks about no copy of this line now" in answer.text


async def test_a_refusal_is_shown_with_the_reason_that_was_typed(desk: Desk) -> None:
    answer = await desk.does("move", copy_id=desk.copies("consortium"), to_supplier="consortium")
    assert "Nothing was changed." in answer.text
    assert "on order from consortium already" in answer.text
    assert f'value="{WHY}"' in answer.text
    assert "No copy is ticked" in (await desk.does("cancel")).text


async def test_a_substitute_is_decided_in_its_card(desk: Desk) -> None:
    line = line_of(desk.order, "consortium", 1)
    await desk.orders.hear(answered(desk.order, line, OFFERED, substitute_isbn=SUBSTITUTE))
    page = (await desk.browser.get(desk.page)).text
    assert "waits for you: Decide on the substitute" in page
    (decision,) = line_of(await desk.reads(), "consortium", 1)["decisions"]
    answer = await desk.does(f"decisions/{decision['decision_id']}", then="accept")
    assert "Accepted: the supplier is told." in answer.text
    assert line_of(await desk.reads(), "consortium", 1)["isbn"] == SUBSTITUTE


async def test_a_copy_has_a_page_with_its_path(desk: Desk) -> None:
    (copy_id,) = desk.copies("consortium")
    page = (await desk.browser.get(f"/copies/{copy_id}")).text
    assert '<li class="here" aria-current="step"><strong>Ordered</strong>' in page
    assert "<strong>At the branch</strong> <span>to come</span>" in page
    assert f'href="{desk.page}?line=' in page
    answer = await desk.does("cancel", copy_id=copy_id, on_copy=copy_id)
    assert answer.url.path == f"/copies/{copy_id}"


async def test_viewers_look_and_other_councils_find_nothing(desk: Desk, tokens: Tokens) -> None:
    await sign_in(desk.browser, tokens, role=Role.VIEWER)
    page = (await desk.browser.get(desk.page)).text
    assert "Do something about" not in page
    assert (await desk.does("cancel", copy_id=desk.copies("consortium"))).status_code == 403
    await sign_in(desk.browser, tokens, council="GB-NFK")
    (copy_id,) = desk.copies("consortium")
    assert (await desk.browser.get(desk.page)).status_code == 404
    assert (await desk.browser.get(f"/copies/{copy_id}")).status_code == 404


async def test_staff_of_all_councils_see_what_the_dashboard_knows(desk: Desk, tokens: Tokens) -> None:
    await sign_in(desk.browser, tokens, council=None)
    page = (await desk.browser.get(desk.page)).text
    assert "sign in as a person of GB-SFK" in page
    assert page.count('<tr id="copy-') == 4
