"""The pages of the work list: what is on them, whose it is, and what the owners of things are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import AsyncClient

from services.dashboard.domain.visitors import Role
from services.dashboard.domain.work import WITHHELD
from shared.clock import ManualClock
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.orders import CopyState, OrderPlaced
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.waiting import DeadLetterChanged, ProposalChanged
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import (
    FIRST,
    HARBOUR,
    LATER,
    LINE,
    NORFOLK,
    ORDER,
    SUFFOLK,
    asking,
    discrepancy,
    placed,
    progressed,
    quarantined,
    queried,
    quieted,
    settled,
)
from tests.services.dashboard.owning import Owner
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import Hearing, number

_DAY = timedelta(days=1)


def _messages(count: int) -> list[Any]:
    return [quarantined(reason=f"no order here has the number SFK-{place}", message=400 + place) for place in range(count)]


async def _text(browser: AsyncClient, address: str) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_list_has_one_line_for_each_cause_with_number_and_advice(browser: AsyncClient, dashboard: Hearing) -> None:
    assert "Nothing waits for a person" in await _text(browser, "/work")
    await dashboard.hears(*_messages(3), queried())
    text = await _text(browser, "/work")
    assert "4 things wait" in text
    assert "no order here has the number …" in text
    assert "3 messages in quarantine" in text.lower()
    assert "its price is not the ordered one" in text
    only = await _text(browser, "/work?kind=invoice")
    assert "no order here" not in only
    assert "1 thing waits" in only
    assert "Nothing is in this list" in await _text(browser, "/work?whose=mine")


async def test_a_group_lists_its_things_page_by_page(browser: AsyncClient, dashboard: Hearing) -> None:
    await dashboard.hears(*_messages(60))
    group = (await _text(browser, "/work")).partition('<a href="/work/group')[2].partition('"')[0].replace("&amp;", "&")
    text = await _text(browser, f"/work/group{group}")
    assert text.count("data-row") == 50
    onward = text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert (await _text(browser, onward)).count("data-row") == 10


async def test_a_thing_is_taken_noted_and_put_off(
    browser: AsyncClient, dashboard: Hearing, clock: ManualClock, tokens: Tokens
) -> None:
    await dashboard.hears(quarantined())
    here = f"/work/quarantined/{number(400)}"
    await browser.post(here, data={"act": "take"})
    await browser.post(here, data={"act": "note", "note": "I wrote to <Anna> at Harbour"})
    text = await _text(browser, here)
    assert "Leave it" in text
    assert "I wrote to &lt;Anna&gt; at Harbour" in text
    assert "1 thing waits" in await _text(browser, "/work?whose=mine")
    assert "Nothing is in this list" in await _text(browser, "/work?whose=nobody")
    until = (clock.now() + 2 * _DAY).date().isoformat()
    await browser.post(here, data={"act": "snooze", "until": until})
    assert "Nothing waits for a person" in await _text(browser, "/work")
    assert "1 thing waits" in await _text(browser, "/work?whose=snoozed")
    clock.advance(3 * _DAY)
    await sign_in(browser, tokens, role=Role.OPERATOR, subject="o.perez")
    assert "1 thing waits" in await _text(browser, "/work")


async def test_a_day_that_is_past_puts_nothing_off(browser: AsyncClient, dashboard: Hearing) -> None:
    await dashboard.hears(quarantined())
    await browser.post(f"/work/quarantined/{number(400)}", data={"act": "snooze", "until": "2020-01-01"})
    text = await _text(browser, f"/work/quarantined/{number(400)}")
    assert "Choose a day after today" in text


@pytest.mark.parametrize(
    ("events", "place", "way", "asked"),
    [
        ([quarantined()], f"quarantined/{number(400)}", "replay", (f"/v1/messages/{number(400)}/replay", {}, '"3"')),
        ([queried()], f"invoice/{number(700)}", "accept", (f"/v1/invoices/{number(700)}/accept", {}, '"3"')),
        (
            [placed(), asking("Accept the price of 9.99?")],
            f"decision/{LINE}",
            "keep",
            (f"/v1/orders/{ORDER}/decisions/{number(9)}/decline", {"then": "keep"}, '"3"'),
        ),
    ],
    ids=["message", "invoice", "decision"],
)
async def test_a_thing_is_settled_by_its_owner(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, events: list[Any], place: str, way: str, asked: tuple[str, Any, str]
) -> None:
    for version, event in enumerate(events, start=1):
        await dashboard.hears(event, version=version)
    answer = await browser.post(f"/work/{place}", data={"act": "settle", "way": way, "reason": "agreed by phone"})
    assert answer.status_code == 303
    path, body, tag = asked
    assert owner.asked == [(path, {**body, "reason": "agreed by phone"}, tag)]


@pytest.mark.parametrize(("kind", "named"), [("cancellation", "Cancellation"), ("open_lines", "List of open lines")])
async def test_a_message_of_ours_that_may_not_have_arrived_is_released_and_not_replayed(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, kind: str, named: str
) -> None:
    await dashboard.hears(quarantined(kind=kind, in_doubt=True, reason="the connection broke; the supplier cannot be asked"))
    text = await _text(browser, "/work")
    assert "1 message to a supplier that may not have arrived" in text
    assert "in quarantine" not in text.partition('id="groups"')[2]
    place = f"/work/sending/{number(400)}"
    assert named in await _text(browser, place)
    await browser.post(place, data={"act": "settle", "way": "treat_as_sent", "reason": "they have it"})
    released = {"decision": "treat_as_sent", "reason": "they have it"}
    assert owner.asked == [(f"/v1/messages/{number(400)}/release", released, '"3"')]
    await dashboard.hears(settled(at=LATER + _DAY))
    assert "Nothing waits for a person" in await _text(browser, "/work")


async def test_what_was_settled_is_not_settled_again(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, clock: ManualClock
) -> None:
    await dashboard.hears(quieted(), quarantined())
    await dashboard.hears(settled(at=clock.now() + _DAY))
    answer = await browser.get(f"/work/quarantined/{number(400)}")
    assert answer.status_code == 404
    assert owner.asked == []


async def test_a_discrepancy_is_dealt_with_here(browser: AsyncClient, dashboard: Hearing, owner: Owner) -> None:
    await dashboard.hears(placed(), discrepancy(DiscrepancyKind.DAMAGED, FIRST), version=1)
    await dashboard.hears(progressed(CopyState.DAMAGED, FIRST), version=2)
    here = f"/work/discrepancy/{number(600)}"
    assert "arrived damaged" in await _text(browser, "/work?kind=discrepancy")
    for empty in ({"act": "settle", "way": "finish", "reason": " "}, {"act": "note", "note": " "}):
        await browser.post(here, data=empty)
        assert "Write what a colleague is to read" in await _text(browser, here)
    await browser.post(here, data={"act": "settle", "way": "finish", "reason": "kept, with a discount"})
    assert "Nothing is in this list" not in await _text(browser, here)
    assert "arrived damaged" not in await _text(browser, "/work?kind=discrepancy")
    assert "Dealt with: kept, with a discount" in await _text(browser, here)
    assert owner.asked == []


async def test_a_council_sees_its_own_and_no_text_of_a_message_that_names_none(
    browser: AsyncClient, dashboard: Hearing, tokens: Tokens
) -> None:
    await dashboard.hears(placed(), quarantined(council=None, reason="order of Norfolk"), queried(council=NORFOLK))
    text = await _text(browser, "/work")
    assert "names no council, so its text is shown to staff of all councils only" in text
    assert "order of Norfolk" not in text
    assert "invoice" not in text.partition('id="groups"')[2].lower()
    assert (await browser.get(f"/work/invoice/{number(700)}")).status_code == 404
    assert "order of Norfolk" not in await _text(browser, f"/work/quarantined/{number(400)}")
    await _nothing_promises_what_only_others_can_do(browser)
    await sign_in(browser, tokens, role=Role.OPERATOR, council=None)
    text = await _text(browser, "/work")
    assert "order of Norfolk" in text
    assert "queried invoice" in text
    assert "order of Norfolk" not in await _text(browser, f"/work?council={SUFFOLK}")


def _placed_by_norfolk() -> OrderPlaced:
    order = placed(council=NORFOLK)
    (line,) = order.lines
    copies = tuple(copy.model_copy(update={"copy_id": number(900 + copy.copy_number)}) for copy in line.copies)
    lines = (line.model_copy(update={"line_key": "SB-N1", "copies": copies}),)
    return order.model_copy(update={"order_id": number(901), "order_number": "PO-2", "lines": lines})


async def test_notes_about_what_names_no_council_are_read_by_their_council_and_by_staff_of_all(
    browser: AsyncClient, dashboard: Hearing, tokens: Tokens
) -> None:
    """Their answers are for every council that sees the thing."""
    await dashboard.hears(placed(), _placed_by_norfolk(), quarantined(council=None))
    here = f"/work/quarantined/{number(400)}"
    notes = {SUFFOLK: "We miss PO-1", NORFOLK: "We miss PO-2", None: "The supplier sends it again"}
    for council, words in notes.items():
        await sign_in(browser, tokens, role=Role.OPERATOR, council=council)
        await browser.post(here, data={"act": "note", "note": words})
    seen = {}
    for council in notes:
        await sign_in(browser, tokens, role=Role.OPERATOR, council=council)
        text = await _text(browser, here)
        seen[council] = {whose for whose, words in notes.items() if words in text}
    assert seen == {SUFFOLK: {SUFFOLK, None}, NORFOLK: {NORFOLK, None}, None: {SUFFOLK, NORFOLK, None}}


async def _nothing_promises_what_only_others_can_do(browser: AsyncClient) -> None:
    """Of a thing that a council may not read, no page offers to settle it, and no link leads to what answers 404."""
    group = f"/work/group?{urlencode({'kind': 'quarantined', 'cause': WITHHELD})}"
    for address in (group, f"/work/quarantined/{number(400)}"):
        text = await _text(browser, address)
        assert "Staff of all councils read and settle it" in text
        assert '<button name="way"' not in text
        assert "/messages/" not in text
    desk = await _text(browser, "/")
    urgent, _, later = desk.partition('<table class="later">')
    assert "quarantine" not in urgent
    assert "message in quarantine without a council" in later


async def test_a_viewer_reads_and_settles_nothing(browser: AsyncClient, dashboard: Hearing, tokens: Tokens, owner: Owner) -> None:
    await dashboard.hears(quarantined())
    await sign_in(browser, tokens, role=Role.VIEWER)
    here = f"/work/quarantined/{number(400)}"
    assert '<button name="way"' not in await _text(browser, here)
    for address, form in ((here, {"act": "settle", "way": "replay"}), ("/work/settle", {"kind": "quarantined", "way": "replay"})):
        assert (await browser.post(address, data=form)).status_code == 403
    assert owner.asked == []


async def test_copies_that_wait_too_long_are_on_the_list_and_the_supplier_is_asked(
    browser: AsyncClient, dashboard: Hearing, clock: ManualClock, owner: Owner, tokens: Tokens
) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.SENT), version=2)
    clock.advance(5 * _DAY)
    await sign_in(browser, tokens, role=Role.OPERATOR, subject="o.perez")
    text = await _text(browser, "/work")
    assert "sent for more than 2 days" in text.lower()
    things = await _text(browser, "/work/group?kind=overdue&cause=sent")
    assert things.count("data-row") == 2
    assert "Nothing waits any more for this cause" in await _text(browser, "/work/group?kind=overdue&cause=received")
    assert "Nothing waits any more for this cause" in await _text(browser, "/work/group?kind=overdue&cause=no-state")
    await browser.post(f"/work/overdue/{FIRST}", data={"act": "settle", "way": "chase", "reason": "for a reading group"})
    assert owner.asked == [
        (f"/v1/orders/{ORDER}/enquiries", {"kind": "status", "copy_ids": [str(FIRST)], "reason": "for a reading group"}, "")
    ]


async def test_a_copy_that_arrived_meanwhile_still_has_its_page(browser: AsyncClient, dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.RECEIVED), version=2)
    assert "it does not wait any more" in await _text(browser, f"/work/overdue/{FIRST}")


async def test_a_proposal_and_a_dead_letter_wait_until_their_events_say_that_they_were_settled(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, clock: ManualClock
) -> None:
    at = clock.now()
    letter = DeadLetterChanged(
        council=SUFFOLK,
        service="orders",
        dead_letter_id=number(800),
        consumer="orders",
        given_up_type="suppliers.order.responded.v1",
        reason="no line has the key 7F3K9QX2-001",
        dead_at=at,
    )
    proposal = ProposalChanged(
        council=SUFFOLK, proposal_id=number(801), supplier_id=HARBOUR, selection_number="SEL-114", titles=12, received_at=at
    )
    await dashboard.hears(proposal.model_copy(update={"settled_at": at + _DAY}), letter)
    await dashboard.hears(proposal)
    text = await _text(browser, "/work")
    assert "no line has the key …" in text
    assert "SEL-114" not in text
    assert "1 thing waits" in text
    group = await _text(browser, "/work/group?kind=dead_letter&cause=no line has the key …")
    place = group.partition('<th scope="row"><a href="')[2].partition('"')[0]
    assert f"/dead-letters/orders/{number(800)}" in await _text(browser, place)
    await browser.post(place, data={"act": "settle", "way": "replay", "reason": "the line is known by now"})
    assert owner.asked == [(f"/v1/dead-letters/{number(800)}/replay", {"reason": "the line is known by now"}, "")]
    await dashboard.hears(letter.model_copy(update={"settled_at": at + _DAY}))
    assert "Nothing waits for a person" in await _text(browser, "/work")


async def test_an_event_that_the_dashboard_itself_gave_up_is_asked_of_the_dashboard(
    browser: AsyncClient, dashboard: Hearing, clock: ManualClock
) -> None:
    letter = DeadLetterChanged(
        council=SUFFOLK, service="dashboard", dead_letter_id=number(802), consumer="dashboard",
        given_up_type="orders.order.placed.v1", reason="no such order", dead_at=clock.now(),
    )  # fmt: skip
    await dashboard.hears(letter)
    here = f"/work/dead_letter/dashboard%2F{number(802)}"
    await browser.post(here, data={"act": "settle", "way": "replay", "reason": "the order is known by now"})
    assert "dead letter" in await _text(browser, here)
    assert "SERVICE_URLS" not in await _text(browser, here)


async def test_a_dead_supplier_is_first_on_the_desk_and_never_in_order(
    browser: AsyncClient, dashboard: Hearing, clock: ManualClock, tokens: Tokens
) -> None:
    at = clock.now()
    await sign_in(browser, tokens, role=Role.OPERATOR, council=None)
    await dashboard.hears(placed(supplier_id="a-supplier"), version=1)
    gone = SupplierUnreachable(supplier_id=HARBOUR, since=at, noticed_at=at, reason="connection refused", waiting=3)
    await dashboard.hears(gone)
    text = await _text(browser, "/")
    assert "supplier that cannot be reached" in text
    assert "Cannot be reached for" in text
    assert "connection refused; messages that wait: 3" in text
    assert text.index(f"/suppliers/{HARBOUR}") < text.index("/suppliers/a-supplier")
    assert "In order" not in text.partition(f"/suppliers/{HARBOUR}")[2].partition("</article>")[0]
    await dashboard.hears(SupplierReachable(supplier_id=HARBOUR, reached_at=at + _DAY))
    assert "Cannot be reached" not in await _text(browser, "/")
