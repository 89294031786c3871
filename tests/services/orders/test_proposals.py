"""Proposed orders: kept as suppliers select them, placed in the same way as any order, or declined."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.base import Money
from shared.contracts.orders import OrderPlaced
from shared.contracts.selections import SelectedCopy, SelectedLine, SelectionReceived
from shared.contracts.waiting import ProposalChanged
from shared.messaging.errors import Poison
from tests.services.orders.conftest import BRANCHES, Orders
from tests.services.orders.goods import NOW

IPSWICH_GLN = BRANCHES[0]["gln"]


def line(number: int = 1, isbn: str = "9780141439518", *copies: SelectedCopy, quantity: int = 1) -> SelectedLine:
    wanted = copies or (SelectedCopy(branch=IPSWICH_GLN, fund="FIC", servicing=("BJ",)),)
    return SelectedLine(
        reference=f"SEL-1-{number}",
        isbn=isbn,
        title="Pride and Prejudice",
        quantity=quantity,
        copies=wanted,
        unit_price=Money(minor=899),
    )


def selection(*lines: SelectedLine, **fields: object) -> SelectionReceived:
    given = {
        "council": "GB-SFK",
        "supplier_id": "national",
        "message_id": uuid4(),
        "selection_number": "SEL-1",
        "received_at": NOW,
        "lines": lines or (line(),),
    }
    return SelectionReceived.model_validate({**given, **fields})


async def listed(orders: Orders, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await orders.get(f"/v1/proposals{query}"))["items"]
    return items


async def proposed(orders: Orders, *lines: SelectedLine, **fields: object) -> dict[str, Any]:
    await orders.hear(selection(*lines, **fields))
    (found,) = await listed(orders, "?state=open")
    return await orders.get(f"/v1/proposals/{found['proposal_id']}")


async def accept(orders: Orders, found: dict[str, Any], key: str = "k", **body: object) -> Any:
    path = f"/v1/proposals/{found['proposal_id']}/accept"
    return await orders.decide(path, {"order_number": "SFK-1", **body}, Idempotency_Key=key)


def faults(found: dict[str, Any], within: str = "errors") -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in found[within]]


def asked(reference: str, *, branch: str = "IPSW", **fields: object) -> dict[str, Any]:
    copies = [{"branch": branch, "fund": "FIC"}]
    return {"reference": reference, "line_number": 1, "isbn": "9780141439518", "copies": copies, **fields}


async def ordered(orders: Orders) -> list[str]:
    """What is published besides the life of proposals."""
    return [name for name in await orders.published() if name != ProposalChanged.event_type]


async def test_a_selection_becomes_a_proposal_and_orders_nothing(orders: Orders) -> None:
    found = await proposed(orders, firm=True)
    assert (found["state"], found["firm"], found["faults"], found["order_id"]) == ("open", True, [], None)
    assert found["lines"][0]["reference"] == "SEL-1-1"
    assert [step["to_state"] for step in found["history"]] == ["open"]
    assert await orders.published() == [ProposalChanged.event_type]
    (waits,) = [event for event in await orders.sent() if isinstance(event, ProposalChanged)]
    assert (str(waits.proposal_id), waits.titles, waits.settled_at) == (found["proposal_id"], 1, None)


async def test_accepting_places_an_order_that_carries_the_supplier_s_references(orders: Orders) -> None:
    found = await proposed(orders, line(1), line(2, "9780141439600"))
    answer = await accept(orders, found)
    assert answer.status_code == 201, answer.text
    order = await orders.read(answer.json()["order_id"])
    assert answer.headers["Location"] == f"/v1/orders/{order['order_id']}"
    assert [(one["supplier_id"], one["quote_reference"]) for one in order["lines"]] == [
        ("national", "SEL-1-1"),
        ("national", "SEL-1-2"),
    ]
    assert [(copy["branch"], copy["fund"], copy["servicing"]) for copy in order["lines"][0]["copies"]] == [
        ("IPSW", "FIC", ["BJ"])
    ]
    (event,) = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    assert [one.quote_reference for one in event.lines] == ["SEL-1-1", "SEL-1-2"]
    assert event.lines[0].unit_price == Money(minor=899)
    after = await orders.get(f"/v1/proposals/{found['proposal_id']}")
    assert (after["state"], after["order_id"]) == ("accepted", order["order_id"])
    assert (after["history"][-1]["reason"], after["history"][-1]["actor"]) == ("ordered as SFK-1", "librarian")


async def test_accepting_again_gets_the_same_answer_and_places_nothing(orders: Orders) -> None:
    found = await proposed(orders)
    answers = await asyncio.gather(*(accept(orders, found) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    settled = [event.settled_at is not None for event in await orders.sent() if isinstance(event, ProposalChanged)]
    assert settled == [False, True]
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 4
    assert await ordered(orders) == ["orders.order.placed.v1"]


async def test_a_proposal_is_ordered_once(orders: Orders) -> None:
    found = await proposed(orders)
    await accept(orders, found)
    other = await accept(orders, found, key="k2", order_number="SFK-2")
    assert (other.status_code, other.json()["code"]) == (409, "proposal-settled")
    assert await ordered(orders) == ["orders.order.placed.v1"]


async def test_the_key_of_an_acceptance_is_not_for_another(orders: Orders) -> None:  # case C10
    found = await proposed(orders)
    await accept(orders, found)
    other = await accept(orders, found, order_number="SFK-2")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_price_out_of_bounds_and_an_unknown_fund_refuse_an_acceptance(orders: Orders) -> None:
    await orders.client.put("/v1/funds", json=[{"code": "FIC"}], headers=orders.headers)
    free = line(1).model_copy(update={"unit_price": Money(minor=0)})
    found = await proposed(orders, free, line(2, "9780141439600", SelectedCopy(branch="IPSW", fund="GONE")))
    places = ["/lines/0/unit_price/minor", "/lines/1/copies/0/fund"]
    assert [pointer for pointer, _ in faults(found, "faults")] == places
    as_proposed = await accept(orders, found)
    assert (as_proposed.status_code, [pointer for pointer, _ in faults(as_proposed.json())]) == (422, places)
    own = await accept(orders, found, lines=[asked("SEL-1-1", unit_price={"minor": -5})])
    assert (own.status_code, [pointer for pointer, _ in faults(own.json())]) == (422, ["/lines/0/unit_price/minor"])


async def test_an_order_that_was_placed_before_is_not_the_proposal_s(orders: Orders) -> None:
    found = await proposed(orders)
    as_proposed = {
        "line_number": 1, "isbn": "9780141439518", "title": "Pride and Prejudice", "unit_price": {"minor": 899},
        "copies": [{"branch": "IPSW", "fund": "FIC", "servicing": ["BJ"]}],
    }  # fmt: skip
    await orders.placed({"order_number": "SFK-1", "lines": [as_proposed]})
    answer = await accept(orders, found)
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate-order-number")
    assert (await orders.get(f"/v1/proposals/{found['proposal_id']}"))["state"] == "open"


async def test_every_fault_of_a_proposal_is_shown_and_refuses_it(orders: Orders) -> None:
    odd = line(1, "9780141439517", SelectedCopy(branch="NOWHERE"), quantity=3)
    found = await proposed(orders, odd)
    expected = [
        ("/lines/0/copies/0/branch", "unknown-branch"),
        ("/lines/0/copies/0/fund", "string_too_short"),
        ("/lines/0/copies/1/branch", "unknown-branch"),
        ("/lines/0/copies/1/fund", "string_too_short"),
        ("/lines/0/isbn", "bad-isbn"),
    ]
    assert faults(found, "faults") == expected
    answer = await accept(orders, found)
    assert (answer.status_code, answer.json()["code"], faults(answer.json())) == (422, "order-refused", expected)
    assert await ordered(orders) == []


async def test_the_council_may_order_other_lines_instead(orders: Orders) -> None:
    found = await proposed(orders, line(1, "9780141439518", SelectedCopy()))
    added = {**asked("", line_number=2), "isbn": "9780141439600"}
    answer = await accept(orders, found, lines=[asked("SEL-1-1"), added])
    assert answer.status_code == 201, answer.text
    order = await orders.read(answer.json()["order_id"])
    assert [(one["isbn"], one["quote_reference"]) for one in order["lines"]] == [
        ("9780141439518", "SEL-1-1"),
        ("9780141439600", ""),
    ]


async def test_faults_of_other_lines_point_into_the_request(orders: Orders) -> None:
    found = await proposed(orders)
    bad = await accept(orders, found, lines=[asked("SEL-1-1", branch="NOWHERE", colour="red")])
    assert faults(bad.json()) == [("/lines/0/colour", "extra_forbidden"), ("/lines/0/copies/0/branch", "unknown-branch")]
    unknown = await accept(orders, found, lines=[asked("SEL-9"), {**asked("SEL-1-1", line_number=2), "isbn": "9780141439600"}])
    assert faults(unknown.json()) == [("/lines/0/reference", "unknown-reference"), ("/lines/1/reference", "other-title")]
    none = await accept(orders, found, lines=[])
    assert faults(none.json()) == [("/lines", "empty-order")]


async def test_a_rule_that_names_another_supplier_needs_the_council_s_consent(orders: Orders) -> None:
    found = await proposed(orders, line(1, "9780141439518", SelectedCopy(branch="LOWE", fund="FIC")))
    pointers = [("/lines/0/copies/0/branch", "sourced-elsewhere")]
    assert faults(found, "faults") == pointers
    refused = await accept(orders, found)
    assert (refused.status_code, refused.json()["code"], faults(refused.json())) == (409, "sourced-elsewhere", pointers)
    assert await ordered(orders) == []
    followed = await accept(orders, found, follow_sourcing_rules=True)
    order = await orders.read(followed.json()["order_id"])
    # The reference is the other supplier's: it would mean nothing to this one.
    assert [(one["supplier_id"], one["quote_reference"]) for one in order["lines"]] == [("consortium", "")]


async def test_the_same_selection_again_changes_nothing(orders: Orders) -> None:
    found = await proposed(orders)
    again = await proposed(orders)
    assert again["proposal_id"] == found["proposal_id"]
    assert "again" in again["history"][-1]["reason"]


async def test_another_selection_under_the_number_supersedes_an_open_proposal(orders: Orders) -> None:
    first = await proposed(orders)
    second = await proposed(orders, line(2))
    before = await orders.get(f"/v1/proposals/{first['proposal_id']}")
    assert (before["state"], before["superseded_by_proposal_id"]) == ("superseded", second["proposal_id"])
    late = await accept(orders, first)
    assert (late.status_code, late.json()["code"]) == (409, "proposal-settled")


async def test_a_decided_proposal_is_not_superseded(orders: Orders) -> None:
    first = await proposed(orders)
    await accept(orders, first)
    await proposed(orders, line(2))
    assert sorted(found["state"] for found in await listed(orders)) == ["accepted", "open"]


async def test_a_proposal_may_be_declined_with_a_reason(orders: Orders) -> None:
    found = await proposed(orders)
    path = f"/v1/proposals/{found['proposal_id']}/decline"
    silent = await orders.decide(path, {})
    declined = await orders.decide(path, {"reason": "Not in our plan"})
    again = await orders.decide(path, {"reason": "Not in our plan"})
    assert (silent.status_code, declined.status_code, again.status_code) == (422, 200, 409)
    assert (declined.json()["state"], declined.json()["history"][-1]["reason"]) == ("declined", "declined: Not in our plan")


async def test_a_decision_about_a_proposal_that_changed_since_it_was_read_says_so(orders: Orders) -> None:
    """What prevents ordering it is part of it: a branch that closes changes the proposal that was read."""
    found = await proposed(orders)
    path = f"/v1/proposals/{found['proposal_id']}"
    read = await orders.client.get(path, headers=orders.headers)
    assert (await orders.client.get(path, headers={**orders.headers, "If-None-Match": read.headers["ETag"]})).status_code == 304
    await orders.change_branches({**BRANCHES[0], "closed_from": orders.clock.today().isoformat()})
    stale = await orders.decide(f"{path}/decline", {"reason": "Not in our plan"}, If_Match=read.headers["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    tag = (await orders.client.get(path, headers=orders.headers)).headers["ETag"]
    declined = await orders.decide(f"{path}/decline", {"reason": "Not in our plan"}, If_Match=tag)
    assert (declined.status_code, declined.headers["ETag"] != tag) == (200, True)


async def test_one_council_never_sees_or_touches_another_s_proposals(orders: Orders) -> None:
    found = await proposed(orders)
    other = orders.of_council("GB-ESS")
    url = f"/v1/proposals/{found['proposal_id']}"
    assert await listed(other) == []
    assert (await orders.client.get(url, headers=other.headers)).status_code == 404
    assert (await accept(other, found)).status_code == 404
    assert (await other.decide(f"{url}/decline", {"reason": "Not mine"})).json()["code"] == "no-such-proposal"


async def test_an_acceptance_needs_a_key(orders: Orders) -> None:
    found = await proposed(orders)
    path = f"/v1/proposals/{found['proposal_id']}/accept"
    without = {**orders.headers, "Idempotency-Key": ""}
    answer = await orders.client.post(path, json={"order_number": "SFK-1"}, headers=without)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"lines": 3}'])
async def test_an_acceptance_of_any_kind_gets_a_problem(orders: Orders, body: bytes) -> None:
    found = await proposed(orders)
    headers = {**orders.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = await orders.client.post(f"/v1/proposals/{found['proposal_id']}/accept", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"]


async def test_proposals_are_listed_page_by_page(orders: Orders) -> None:
    for number in range(3):
        await orders.hear(selection(selection_number=f"SEL-{number}"))
    first = await orders.get("/v1/proposals?limit=2&supplier_id=national")
    rest = await orders.get(f"/v1/proposals?limit=2&supplier_id=national&cursor={first['next_cursor']}")
    seen = [found["selection_number"] for found in first["items"] + rest["items"]]
    assert (sorted(seen), rest["next_cursor"]) == (["SEL-0", "SEL-1", "SEL-2"], None)
    assert len(await listed(orders, "?selection_number=SEL-1")) == 1


async def test_a_selection_that_names_no_council_is_poison(orders: Orders) -> None:
    with pytest.raises(Poison, match="names no council"):
        await orders.hear(selection(council=None))
