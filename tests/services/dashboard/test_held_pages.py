"""The pages of a held message, a dead letter and a file of a mailbox: what they show, and what is asked of whom."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from shared.clock import ManualClock
from shared.errors import DomainError, Kind
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.answering import Answering, page_of
from tests.services.dashboard.facts import HARBOUR
from tests.services.dashboard.held import (
    COPY,
    FILE,
    HELD,
    LETTER,
    ORDER,
    PATH,
    RAW,
    a_letter,
    a_service,
    an_exchange,
    an_lms,
    the_message,
    the_preview,
)
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import number
from tests.services.serving import calling

PAGE = f"/messages/{HARBOUR}/{HELD}"
LETTER_PAGE = f"/dead-letters/orders/{LETTER}"
FILE_PAGE = f"/files/{FILE}"
CHOSEN = f"{PAGE}?map=order_number&theirs=P0-1"
WHY = {"reason": "their clerk mistyped it"}


@pytest.fixture
def exchange() -> Answering:
    return an_exchange()


@pytest.fixture
def orders() -> Answering:
    return a_service(a_letter())


@pytest.fixture
def lms() -> Answering:
    return an_lms()


@pytest.fixture
async def browser(
    settings: DashboardSettings, clock: ManualClock, exchange: Answering, orders: Answering, lms: Answering, tokens: Tokens
) -> AsyncIterator[AsyncClient]:
    """Operations staff of all councils, signed in to a dashboard that reaches everything."""
    services = Services({"orders": orders.api(), "lms": lms.api()}, {HARBOUR: exchange.api()})
    async with calling(create_app(settings, clock, services)) as client:
        await sign_in(client, tokens, council=None)
        yield client


async def test_bytes_tree_and_what_was_made_of_it_are_beside_each_other(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    assert "RFF+ON:P0-1&#39;" in page
    assert 'id="b22" data-at="22"' in page
    assert 'id="t22" data-at="22"' in page
    assert page.index('href="#b22"') < page.index("the order number is not known")
    assert f'href="/orders/{ORDER}"' in page
    assert f'href="/copies/{COPY}"' in page


async def test_a_reference_that_is_not_known_here_leads_to_its_mapping(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    link = f'href="{PAGE}?map=order_number&amp;theirs=P0-1#map"'
    # Once above everything, once at its place in the tree.
    assert page.count(link) == 2
    assert 'class="reference wrong"' in page


async def test_the_best_suggestion_is_chosen_and_what_it_would_change_is_shown(browser: AsyncClient, exchange: Answering) -> None:
    page = (await browser.get(CHOSEN)).text
    assert '<input type="hidden" name="ours" value="PO-1">' in page
    assert "A replay would apply 1 part, and nothing would be held any more." in page
    assert f'href="{CHOSEN.replace("&", "&amp;")}&amp;ours=PO-7#map"' in page
    mapping = {"field": "order_number", "theirs": "P0-1", "ours": "PO-1", "scope": "message"}
    assert (f"{PATH}/replay/preview", {"mapping": mapping}, "") in exchange.posted


async def test_the_first_wrong_reference_is_shown_with_its_best_suggestion_without_being_chosen(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    assert '<input type="hidden" name="ours" value="PO-1">' in page
    assert "Map and replay</button>" in page
    # Who does not agree may still do anything else.
    assert "Or decide otherwise" in page
    assert 'name="decision" value="discard"' in page


async def test_what_a_message_that_moves_does_not_show_yet_has_its_place(browser: AsyncClient, exchange: Answering) -> None:
    held = (await browser.get(PAGE)).text
    assert held.index('id="correcting"') < held.index("What does ") < held.index('id="decide"')
    exchange.answers[PATH] = the_message(state="received")
    live = set(re.findall(r'id="(\w+)" data-live', (await browser.get(PAGE)).text))
    assert {"correcting", "content", "panes"} <= live


async def test_a_mapping_and_its_replay_are_one_button(browser: AsyncClient, exchange: Answering) -> None:
    form = {"field": "order_number", "theirs": "P0-1", "ours": "PO-1", "version": "3", "scope": "supplier", **WHY}
    answer = await browser.post(f"{PAGE}/map", data=form)
    assert answer.status_code == 303
    mapping = {"field": "order_number", "theirs": "P0-1", "ours": "PO-1", "scope": "supplier", **WHY}
    assert exchange.posted == [(f"{PATH}/mappings", mapping, ""), (f"{PATH}/replay", WHY, '"3"')]


async def test_a_refused_mapping_replays_nothing_and_keeps_the_choice(browser: AsyncClient, exchange: Answering) -> None:
    exchange.answers[f"{PATH}/mappings"] = DomainError("unknown-here", "Order number 'PO-7' is not known here.", Kind.INVALID)
    form = {"field": "order_number", "theirs": "P0-1", "ours": "PO-7", "version": "3", **WHY}
    answer = await browser.post(f"{PAGE}/map", data=form, follow_redirects=True)
    assert "is not known here." in answer.text
    assert '<input type="hidden" name="ours" value="PO-7">' in answer.text
    assert f'value="{WHY["reason"]}"' in answer.text
    assert not [path for path, _, _ in exchange.posted if path == f"{PATH}/replay"]


async def test_a_reference_that_is_mapped_is_not_offered_again(browser: AsyncClient, exchange: Answering) -> None:
    exchange.answers[f"{PATH}/references"]["references"][0]["mapped_to"] = "PO-1"
    page = (await browser.get(f"{CHOSEN}&ours=PO-1")).text
    assert "(read as <bdi>PO-1</bdi>)" in page
    assert 'id="map"' not in page
    assert "<button" in page


@pytest.mark.parametrize(("decision", "path"), [("treat_as_sent", "release"), ("resend", "release"), ("discard", "discard")])
async def test_an_uncertain_sending_is_released_as_the_person_says(
    browser: AsyncClient, exchange: Answering, decision: str, path: str
) -> None:
    exchange.answers[PATH] = the_message(direction="out", kind="order", state="unknown")
    page = (await browser.get(PAGE)).text
    assert "The supplier has it: nothing is sent, and its answer is awaited." in page
    await browser.post(PAGE, data={"decision": decision, "version": "3", **WHY})
    body = WHY | ({"decision": decision} if path == "release" else {})
    assert exchange.posted == [(f"{PATH}/{path}", body, '"3"')]


async def test_a_message_is_shown_without_the_parts_that_its_exchange_refuses(browser: AsyncClient, exchange: Answering) -> None:
    refused = DomainError("other-councils-too", "The message also concerns other councils.", Kind.FORBIDDEN)
    exchange.answers |= dict.fromkeys((f"{PATH}/tree", f"{PATH}/references", f"{PATH}/replay/preview"), refused)
    answer = await browser.get(PAGE)
    assert answer.status_code == 200
    assert answer.text.count("The message also concerns other councils.") == 2


async def test_the_list_of_messages_passes_the_filters_on_and_names_who_does_not_answer(
    browser: AsyncClient, exchange: Answering
) -> None:
    narrowed = "direction=in&state=quarantined&order_number=PO-1&from=2026-03-01&to=2026-03-02&name_contains="
    page = (await browser.get(f"/messages?{narrowed}")).text
    asked = "direction=in&state=quarantined&order_number=PO-1&created_from=2026-03-01&created_before=2026-03-03&limit=10"
    assert exchange.asked == [f"/v1/messages?{asked}"]
    assert f'href="{PAGE}"' in page
    assert "More of harbour-books" in page
    exchange.down = True
    assert "Messages of harbour-books are not shown." in (await browser.get("/messages")).text


async def test_one_suppliers_messages_are_paged(browser: AsyncClient) -> None:
    page = (await browser.get(f"/messages?supplier={HARBOUR}&cursor=newer")).text
    assert f'href="/messages?supplier={HARBOUR}&amp;cursor=older">Next page' in page
    assert (await browser.get("/messages?supplier=nobody")).status_code == 404


async def test_dead_letters_of_one_cause_are_one_group(browser: AsyncClient, orders: Answering) -> None:
    second = a_letter(dead_letter_id=str(number(600)), reason="no line has the key SB-2")
    other = a_letter(dead_letter_id=str(number(601)), consumer="outbox", reason="too large")
    orders.answers["/v1/dead-letters"] = page_of(a_letter(), second, other)
    page = (await browser.get("/dead-letters")).text
    assert "3 events could not be applied or sent</span></h1>" in page
    assert page.count('class="card look"') == 2
    assert "orders could not send" in page
    orders.answers["/v1/dead-letters"] = page_of(*[a_letter()] * 500, next_cursor="more")
    assert "More than 1000 events could not be applied" in (await browser.get("/dead-letters")).text


async def test_a_group_is_settled_by_each_owner_and_what_is_refused_is_named(browser: AsyncClient, orders: Answering) -> None:
    other = number(600)
    refused = DomainError("still-refused", "The consumer still refuses the message: copy unknown", Kind.CONFLICT)
    orders.answers[f"/v1/dead-letters/{other}/replay"] = refused
    form = {"letter": [f"orders/{LETTER}", f"orders/{other}"], "decision": "replay", **WHY}
    answer = await browser.post("/dead-letters", data=form)
    assert answer.status_code == 200
    assert "1 event replayed, 1 not</span></h1>" in answer.text
    assert "still refuses the message: copy unknown" in answer.text
    assert [(path, body) for path, body, _ in orders.posted] == [
        (f"/v1/dead-letters/{letter}/replay", WHY) for letter in (LETTER, other)
    ]


@pytest.mark.parametrize("letter", ["orders", "orders/1", f"nobody/{LETTER}"])
async def test_a_letter_that_a_form_names_wrongly_settles_nothing(browser: AsyncClient, orders: Answering, letter: str) -> None:
    answer = await browser.post("/dead-letters", data={"letter": [letter], "decision": "discard", **WHY})
    assert answer.status_code in (409, 422)
    assert orders.posted == []


async def test_the_dashboard_lists_its_own_dead_letters_without_a_network(browser: AsyncClient) -> None:
    page = (await browser.get("/dead-letters?service=dashboard")).text
    assert '<option value="dashboard" selected>dashboard</option>' in page
    assert "No dead letter waits</span></h1>" in page


async def test_a_service_that_does_not_answer_is_named_and_the_others_are_shown(browser: AsyncClient, lms: Answering) -> None:
    lms.down = True
    page = (await browser.get("/dead-letters")).text
    assert "Dead letters of lms are not shown." in page
    assert f'href="{LETTER_PAGE}"' in page


async def test_a_dead_letter_says_where_it_differs_from_its_schema(browser: AsyncClient) -> None:
    page = (await browser.get(LETTER_PAGE)).text
    assert "Orders could not apply an event</span></h1>" in page
    assert "It is not what its schema says" in page
    assert "is 12, and must be a UUID" in page
    assert '<bdi>/colour</bdi></code></th><td data-label="How">unknown' in page


async def test_a_dead_letter_that_agrees_with_its_schema_says_so(browser: AsyncClient, orders: Answering) -> None:
    value = files("shared.contracts").joinpath("examples", "suppliers.order.responded.v1.json").read_text()
    orders.answers[f"/v1/dead-letters/{LETTER}"] = a_letter(value=value)
    page = (await browser.get(LETTER_PAGE)).text
    assert "the reason is not in its form" in page
    assert "then replay it: nothing is applied twice" in page


@pytest.mark.parametrize("changed", [{"value": None}, {"value": "{"}, {"encoding": "base64"}, {"event_type": None}])
async def test_a_dead_letter_that_cannot_be_compared_says_why(browser: AsyncClient, orders: Answering, changed: Any) -> None:
    orders.answers[f"/v1/dead-letters/{LETTER}"] = a_letter(**changed)
    answer = await browser.get(LETTER_PAGE)
    assert answer.status_code == 200
    assert '<p class="problem">' in answer.text


async def test_one_dead_letter_is_settled_by_its_owner(browser: AsyncClient, orders: Answering) -> None:
    answer = await browser.post(LETTER_PAGE, data={"decision": "replay", **WHY})
    assert (answer.status_code, answer.headers["location"]) == (303, LETTER_PAGE)
    assert orders.posted == [(f"/v1/dead-letters/{LETTER}/replay", WHY, "")]


async def test_a_file_of_a_mailbox_shows_its_orders_with_their_faults(browser: AsyncClient, lms: Answering) -> None:
    page = (await browser.get(FILE_PAGE)).text
    assert "Only some of its orders are placed</span></h1>" in page
    assert "Branch &#39;LOWE&#39; is not registered" in page
    assert f'href="/orders/{ORDER}"' in page
    await browser.post(FILE_PAGE, data={"decision": "replay", "version": "4", **WHY})
    assert lms.posted == [(f"/v1/mailbox-messages/{FILE}/replay", WHY, '"4"')]


@pytest.mark.parametrize("path", [f"{PAGE}/raw", f"{FILE_PAGE}/raw"])
async def test_bytes_are_downloaded_and_never_displayed(browser: AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.content == RAW
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_whoever_may_only_look_has_no_button_and_changes_nothing(
    browser: AsyncClient, tokens: Tokens, exchange: Answering, orders: Answering, lms: Answering
) -> None:
    await sign_in(browser, tokens, role=Role.VIEWER, council=None)
    for path in (PAGE, CHOSEN, LETTER_PAGE, FILE_PAGE, "/dead-letters"):
        assert 'method="post" action="' not in _without_groups((await browser.get(path)).text)
    for path in (PAGE, LETTER_PAGE, FILE_PAGE):
        assert (await browser.post(path, data={"decision": "discard", "version": "3", **WHY})).status_code == 403
    assert [path for path, _, _ in exchange.posted + orders.posted + lms.posted if not path.endswith("/preview")] == []


def _without_groups(page: str) -> str:
    """A page without its sign-out, and without the forms of groups, which have neither a box nor a button for a viewer."""
    assert '<button class="first"' not in page
    return page.replace('<form method="post" action="/dead-letters">', "").replace('<form method="post" action="/sign-out">', "")


ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'onmouseover='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}</code></bdi><svg onload=alert(1)>",
    "\u202egnp.exe\u200b",
]
# What a service names itself: not from outside.
_OWN = ("_id", "_ids", "_at", "state", "direction", "form", "encoding", "field", "event_type", "next_cursor", "problem")


def attacked(answer: Any, attack: str, name: str = "") -> Any:
    """An answer with the attack in every text that is from outside."""
    if isinstance(answer, dict):
        return {key: attacked(value, attack, key) for key, value in answer.items()}
    if isinstance(answer, list):
        return [attacked(each, attack, name) for each in answer]
    if isinstance(answer, bytes):
        return attack.encode() + answer
    return attack if isinstance(answer, str) and not name.endswith(_OWN) else answer


class Harmless(HTMLParser):
    """Fails for a script, a handler or an address that no template of ours has."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert tag not in ("img", "iframe", "object", "style"), tag
        assert tag != "svg" or "onload" not in attributes
        assert not [name for name in attributes if name.startswith("on") or name == "style"], attrs
        assert tag != "script" or (attributes.get("src") or "").startswith("/static/"), attrs
        for name in ("href", "action", "formaction", "src"):
            assert (attributes.get(name) or "/").startswith(("/", "#")), attrs


@pytest.mark.parametrize("attack", ATTACKS)
async def test_no_text_from_outside_becomes_a_part_of_a_page(
    browser: AsyncClient, exchange: Answering, orders: Answering, lms: Answering, attack: str
) -> None:
    for service in (exchange, orders, lms):
        service.answers = {path: attacked(answer, attack) for path, answer in service.answers.items()}
    orders.answers[f"/v1/dead-letters/{LETTER}"] |= {"value": json.dumps({"order_id": attack, attack: attack})}
    for path in (PAGE, f"{PAGE}?preview=1", CHOSEN, "/messages", "/dead-letters", LETTER_PAGE, FILE_PAGE):
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text
        # A form sends a value back as it is.
        assert "\u202e" not in re.sub(r'value="[^"]*"', "", answer.text)
        Harmless().feed(answer.text)


def test_the_attacks_reach_every_text() -> None:
    answer: Mapping[str, Any] = attacked(the_preview(), ATTACKS[0])
    assert answer["applied"][0]["details"] == [ATTACKS[0]]
    assert answer["state"] == "applied"
