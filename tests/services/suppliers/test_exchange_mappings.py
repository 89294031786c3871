"""Staff map a supplier's reference to ours; a replay then applies once what was held."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.suppliers.contract import LineAnswer
from services.suppliers.domain.messages import Direction, State
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.messages import MessageHandled, MessageSettled, SettledBy
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import DespatchAdvised, OrderResponded
from tests.builders import HUB, unpacked_at
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import (
    Rig,
    a_despatch,
    a_line,
    a_response,
    advised,
    an_acceptance,
    an_invoice,
    an_invoiced_line,
    an_order,
    decide,
)

PATIENCE = 61.0
REASON = {"reason": "their clerk mistyped it, asked by telephone"}


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    """Headers of operations staff of all councils."""
    return tokens.headers("exchange:read", "exchange:write", council=None)


@pytest.fixture
async def desk(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> "Desk":
    return Desk(rig, client, staff)


class Desk:
    """A member of staff who works on held messages over the API."""

    def __init__(self, rig: Rig, client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        self.rig = rig
        self.client = client
        self.headers = headers

    async def held(self) -> UUID:
        """Waits until the message no longer waits for its order; returns the id of the held message."""
        await self.rig.advance(PATIENCE)
        await self.rig.read_all()
        (message,) = await self.rig.messages(state=State.QUARANTINED)
        return message.id

    async def maps(self, message_id: UUID, **mapping: str) -> httpx.Response:
        path = f"/v1/messages/{message_id}/mappings"
        return await self.client.post(path, headers=self.headers, json={**mapping, **REASON})

    async def replays(self, message_id: UUID) -> State:
        answer = await decide(self.client, message_id, "replay", self.headers, REASON)
        assert answer.status_code == 200, answer.text
        await self.rig.read_all()
        shown = (await self.client.get(f"/v1/messages/{message_id}", headers=self.headers)).json()
        return State(shown["state"])

    async def listed(self, **by: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.client.get("/v1/mappings", headers=self.headers, params=by)).json()["items"]
        return items


def a_wrong_answer(line: OrderedLine, number: str = "P0-1") -> LineAnswer:
    return LineAnswer(None, number, line.isbn, status_code="100")


async def test_a_wrong_order_number_is_mapped_and_replayed_once(rig: Rig, desk: Desk) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(a_wrong_answer(line))))
    message_id = await desk.held()

    added = await desk.maps(message_id, field="order_number", theirs="P0-1", ours="PO-1")
    first, second = await desk.replays(message_id), await desk.replays(message_id)

    assert added.status_code == 201
    assert {name: added.json()[name] for name in ("scope", "version", "actor")} == {
        "scope": "message",
        "version": 1,
        "actor": "librarian",
    }
    assert (first, second) == (State.APPLIED, State.APPLIED)
    (event,) = await rig.published(OrderResponded)
    assert isinstance(event, OrderResponded)
    assert event.lines[0].line_key == line.line_key
    settled = [fact for fact in await rig.published(MessageSettled) if isinstance(fact, MessageSettled)]
    # A replay that changes nothing settles the message again, which changes nothing for its consumers.
    assert [(fact.message_id, fact.outcome) for fact in settled] == [(message_id, SettledBy.APPLIED)] * 2
    handled = [fact for fact in await rig.published(MessageHandled) if isinstance(fact, MessageHandled)]
    counts = [(fact.version, fact.mapped, fact.replayed, fact.decided, fact.line_keys) for fact in handled]
    key = (line.line_key,)
    assert counts == [(1, 1, 0, 0, ()), (2, 1, 1, 0, ()), (3, 1, 1, 0, key), (4, 1, 2, 0, key), (5, 1, 2, 0, key)]
    shown = (await desk.client.get(f"/v1/messages/{message_id}", headers=desk.headers)).json()
    assert shown["findings"][-1]["text"].startswith("order_number P0-1 was read as PO-1, as mapped by librarian")


async def test_a_mapping_for_this_message_leaves_the_next_alone_and_one_for_all_does_not(rig: Rig, desk: Desk) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(a_wrong_answer(line))))
    first = await desk.held()
    await desk.maps(first, field="order_number", theirs="P0-1", ours="PO-1")
    await desk.replays(first)

    await rig.receives(rig.means(b"2", a_response(a_wrong_answer(line))))
    second = await desk.held()
    await desk.maps(second, field="order_number", theirs="P0-1", ours="PO-1", scope="supplier")
    assert await desk.replays(second) is State.APPLIED
    await rig.receives(rig.means(b"3", a_response(a_wrong_answer(line))))

    assert await rig.states(direction=Direction.IN) == [State.APPLIED] * 3


async def test_line_keys_isbns_and_statuses_can_be_mapped(rig: Rig, desk: Desk) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    answer = LineAnswer("SB-CUT", "PO-1", "9780140449136", status_code="OK")
    await rig.receives(rig.means(b"1", a_response(answer)))
    message_id = await desk.held()

    assert (await desk.maps(message_id, field="isbn", theirs="0140449132", ours=line.isbn)).status_code == 201
    assert (await desk.maps(message_id, field="status_code", theirs="OK", ours="100")).status_code == 201

    assert await desk.replays(message_id) is State.APPLIED
    (event,) = await rig.published(OrderResponded)
    assert isinstance(event, OrderResponded)
    assert (event.lines[0].isbn, event.lines[0].status_code) == (line.isbn, "100")


async def test_a_place_is_mapped_to_a_branch_that_the_goods_were_not_ordered_for(rig: Rig, desk: Desk) -> None:
    line = a_line(branches=("IPSW",))
    await rig.hears(an_order(line), an_order(a_line(branches=("LOWE",)), number="PO-2"))
    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to="SHOP 12")))
    message_id = await desk.held()

    await desk.maps(message_id, field="place", theirs="SHOP 12", ours="LOWE")

    assert await desk.replays(message_id) is State.APPLIED
    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert event.deliver_to.code == "LOWE"


async def test_a_place_is_mapped_to_a_hub_that_a_delivery_rule_named(rig: Rig, desk: Desk) -> None:
    line = unpacked_at(a_line(), HUB)
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to="DEPOT-7")))
    message_id = await desk.held()

    assert (await desk.maps(message_id, field="place", theirs="DEPOT-7", ours="CSU")).status_code == 201
    assert await desk.replays(message_id) is State.APPLIED
    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert event.deliver_to == HUB


async def test_a_place_with_another_name_is_mapped(rig: Rig, desk: Desk) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to="SHOP 12")))
    message_id = await desk.held()

    await desk.maps(message_id, field="place", theirs="SHOP 12", ours="IPSW")

    assert await desk.replays(message_id) is State.APPLIED
    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert event.deliver_to.code == "IPSW"


async def test_an_unknown_buyer_is_mapped_to_a_council(rig: Rig, desk: Desk) -> None:
    stranger = an_invoiced_line(a_line(), order_number="PO-9")
    await rig.receives(rig.means(b"1", an_invoice(stranger, buyer="SHOP 12")))
    message_id = await desk.held()

    await desk.maps(message_id, field="buyer", theirs="SHOP 12", ours="GB-NFK", scope="supplier")

    assert await desk.replays(message_id) is State.APPLIED
    (event,) = await rig.published(InvoiceReceived)
    assert event.council == "GB-NFK"


@pytest.mark.parametrize(
    ("mapping", "code", "detail"),
    [
        ({"field": "order_number", "theirs": "P0-1", "ours": "PO-77"}, "unknown-here", "Order number 'PO-77' is not known here"),
        ({"field": "order_number", "theirs": "PO-8", "ours": "PO-1"}, "not-in-message", "no order number 'PO-8'; it has P0-1"),
        ({"field": "isbn", "theirs": "9780141439518", "ours": "9780141439519"}, "not-an-isbn", "wrong check digit"),
        ({"field": "status_code", "theirs": "100", "ours": "ACS"}, "not-a-status", "three digits"),
        ({"field": "buyer", "theirs": "X", "ours": "GB-XXX"}, "unknown-here", "Buyer 'GB-XXX'"),
    ],
)
async def test_an_impossible_mapping_is_refused(rig: Rig, desk: Desk, mapping: dict[str, str], code: str, detail: str) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(a_wrong_answer(line))))

    answer = await desk.maps(await desk.held(), **mapping)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert detail in answer.json()["detail"]


async def test_only_what_waits_can_be_mapped(rig: Rig, desk: Desk) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))
    (message,) = await rig.messages(direction=Direction.IN)

    answer = await desk.maps(message.id, field="order_number", theirs="PO-1", ours="PO-1")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
    assert (await desk.maps(uuid4(), field="isbn", theirs="x", ours="y")).status_code == 404


async def test_mappings_are_replaced_and_withdrawn_and_never_forgotten(rig: Rig, desk: Desk) -> None:
    line = a_line()
    await rig.hears(an_order(line), an_order(number="PO-2"))
    await rig.receives(rig.means(b"1", a_response(a_wrong_answer(line))))
    message_id = await desk.held()
    wrong = (await desk.maps(message_id, field="order_number", theirs="P0-1", ours="PO-2")).json()
    right = (await desk.maps(message_id, field="order_number", theirs="P0-1", ours="PO-1")).json()

    path = f"/v1/mappings/{right['mapping_id']}/withdraw"
    ended = await desk.client.post(path, headers=desk.headers, json={"reason": "it was ours after all"})

    assert (wrong["version"], right["version"]) == (1, 2)
    assert (ended.json()["withdrawn_by"], ended.json()["withdrawn_reason"]) == ("librarian", "it was ours after all")
    assert (await desk.client.post(path, headers=desk.headers, json=REASON)).json() == ended.json()
    assert [mapping["withdrawn_reason"] for mapping in await desk.listed()] == [
        "it was ours after all",
        "replaced by version 2",
    ]
    assert await desk.listed(in_force="true") == []
    assert await desk.replays(message_id) is State.QUARANTINED


async def test_a_council_maps_only_for_itself(rig: Rig, client: httpx.AsyncClient, tokens: Tokens) -> None:
    line = a_line()
    await rig.hears(an_order(line), an_order(number="PO-2", council="GB-NFK"))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line), a_wrong_answer(line))))
    await rig.advance(PATIENCE)
    await rig.read_all()
    (message,) = await rig.messages(state=State.PARTLY_APPLIED)
    suffolk = Desk(rig, client, tokens.headers("exchange:read", "exchange:write", council="GB-SFK"))
    norfolk = Desk(rig, client, tokens.headers("exchange:read", "exchange:write", council="GB-NFK"))
    mapping = {"field": "order_number", "theirs": "P0-1"}

    assert (await norfolk.maps(message.id, **mapping, ours="PO-2")).status_code == 404
    assert (await suffolk.maps(message.id, **mapping, ours="PO-2")).status_code == 422
    assert (await suffolk.maps(message.id, **mapping, ours="PO-1", scope="supplier")).status_code == 403
    added = await suffolk.maps(message.id, **mapping, ours="PO-1")
    assert added.status_code == 201
    shown = [await client.get(added.headers["Location"], headers=side.headers) for side in (suffolk, norfolk)]
    assert [(each.status_code, each.json().get("mapping_id")) for each in shown] == [
        (200, added.json()["mapping_id"]),
        (404, None),
    ]
    assert (len(await suffolk.listed()), len(await norfolk.listed())) == (1, 0)
    path = f"/v1/mappings/{added.json()['mapping_id']}/withdraw"
    assert (await client.post(path, headers=norfolk.headers, json=REASON)).status_code == 404


async def test_references_that_are_not_known_here_come_first(rig: Rig, desk: Desk) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(a_wrong_answer(line))))
    message_id = await desk.held()

    await desk.maps(message_id, field="order_number", theirs="P0-1", ours="PO-1")

    found = (await desk.client.get(f"/v1/messages/{message_id}/references", headers=desk.headers)).json()["references"]

    assert [(each["field"], each["theirs"], each["known"], each["mapped_to"]) for each in found] == [
        ("order_number", "P0-1", False, "PO-1"),
        ("isbn", line.isbn, True, None),
        ("status_code", "100", None, None),
    ]


@pytest.mark.parametrize(
    ("field", "theirs", "best", "why"),
    [
        ("order_number", "P0-1", "PO-1", "the ISBN is the same and it is written alike"),
        ("isbn", "9780141439518", "9780140449136", "it is written alike"),
        ("status_code", "100", "100", "accepted"),
        ("buyer", "GB-SKF", "GB-SFK", "its GLN is 5099990000013"),
    ],
)
async def test_what_a_reference_may_mean_is_suggested_with_the_reason(
    rig: Rig, desk: Desk, field: str, theirs: str, best: str, why: str
) -> None:
    line, other = a_line(number=1), a_line("9780140449136", number=2)
    await rig.hears(an_order(line), an_order(other, number="SFK-2026-0042"))
    answer = a_wrong_answer(line) if field != "isbn" else a_wrong_answer(line, "SFK-2026-0042")
    await rig.receives(rig.means(b"1", a_response(answer)))
    message_id = await desk.held()

    path, asked = f"/v1/messages/{message_id}/suggestions", {"field": field, "theirs": theirs}
    found = (await desk.client.get(path, headers=desk.headers, params=asked)).json()["suggestions"]

    assert found[0]["ours"] == best
    assert why in found[0]["why"]


async def test_a_council_is_suggested_only_its_own_lines(rig: Rig, desk: Desk, tokens: Tokens) -> None:
    line = a_line()
    await rig.hears(an_order(line), an_order(a_line(line.isbn), number="P0-2", council="GB-ESX"))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line), a_wrong_answer(line))))
    await rig.advance(PATIENCE)
    await rig.read_all()
    (message,) = await rig.messages(state=State.PARTLY_APPLIED)
    path, asked = f"/v1/messages/{message.id}/suggestions", {"field": "order_number", "theirs": "P0-1"}

    answers = [
        await desk.client.get(path, headers=headers, params=asked)
        for headers in (desk.headers, tokens.headers("exchange:read", council="GB-ESX"))
    ]

    assert {each["ours"] for each in answers[0].json()["suggestions"]} == {"PO-1", "P0-2"}
    assert answers[1].status_code == 404
