"""Staff find a message by any of its references, and see its content and the orders it touched."""

from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest

from services.suppliers.domain.messages import Direction
from shared.contracts.orders import CopyState
from shared.findings import Finding, Severity
from tests.builders import a_line_progressed
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import Rig, a_line, a_response, an_acceptance, an_order

EDI = b"UNB+UNOC:3+5099990000044+5099990000013+260302:1200+77'UNH+1+ORDRSP:D:96A:UN'BGM+231+R-1'UNT+3+1'UNZ+1+77'"


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    """Headers of operations staff of all councils."""
    return tokens.headers("exchange:read", "exchange:write", council=None)


async def test_a_message_is_shown_as_a_tree_with_its_findings_in_place(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    await rig.receives(rig.means(EDI, findings=(Finding("odd", "what is that", Severity.ERROR, 3, 77),)))
    (message,) = await rig.messages()

    shown = (await client.get(f"/v1/messages/{message.id}/tree", headers=staff)).json()
    piece = (await client.get(f"/v1/messages/{message.id}/tree", headers=staff, params={"after": 3, "leaves": 1})).json()

    inner = shown["nodes"][0]["children"][1]
    assert (shown["form"], shown["total"], inner["kind"]) == ("edifact", 5, "message")
    assert [finding["code"] for finding in inner["children"][1]["findings"]] == ["odd"]
    assert piece["note"] == "parts 4 to 4 of 5; for the next parts, use `after=4`"
    assert piece["nodes"][0]["children"][0]["children"][0]["label"] == "UNT"


async def test_a_council_may_not_see_the_tree_of_a_message_of_several_councils(
    rig: Rig, client: httpx.AsyncClient, tokens: Tokens
) -> None:
    ours, theirs = a_line(), a_line()
    await rig.hears(an_order(ours), an_order(theirs, number="PO-2", council="GB-NFK"))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(ours), an_acceptance(theirs))))
    (message,) = await rig.messages(direction=Direction.IN)
    reader = tokens.headers("exchange:read", council="GB-SFK")

    assert (await client.get(f"/v1/messages/{message.id}/tree", headers=reader)).status_code == 403
    (order,) = (await client.get(f"/v1/messages/{message.id}/orders", headers=reader)).json()["items"]
    assert (order["council"], order["order_number"]) == ("GB-SFK", "PO-1")


async def test_the_orders_a_message_touched_show_the_state_of_each_copy(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line(branches=("IPSW", "LOWE"))
    order = an_order(line)
    await rig.hears(order, a_line_progressed(order, line, CopyState.BACK_ORDERED, copies=line.copies[:1]))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line), reference="S-7")))
    _, message = await rig.messages()

    (shown,) = (await client.get(f"/v1/messages/{message.id}/orders", headers=staff)).json()["items"]

    assert (shown["order_id"], shown["order_number"]) == (str(order.order_id), "PO-1")
    (touched,) = shown["lines"]
    assert (touched["line_key"], touched["isbn"], touched["supplier_reference"]) == (line.line_key, line.isbn, "S-7")
    assert [(copy["branch"], copy["state"]) for copy in touched["copies"]] == [("IPSW", "back_ordered"), ("LOWE", "ordered")]


async def test_a_copy_has_the_state_that_follows_also_where_the_order_book_s_clock_went_back(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    order = an_order(line)
    held = a_line_progressed(order, line, CopyState.HELD, copies=line.copies)
    (copy,) = held.copies
    later = copy.model_copy(update={"from_state": CopyState.HELD, "to_state": CopyState.DESPATCHED})
    hour_back = held.progressed_at - timedelta(hours=1)
    await rig.hears(order, held, held.model_copy(update={"copies": (later,), "progressed_at": hour_back}))
    (message,) = await rig.messages()

    (shown,) = (await client.get(f"/v1/messages/{message.id}/orders", headers=staff)).json()["items"]

    assert [shown_copy["state"] for shown_copy in shown["lines"][0]["copies"]] == ["despatched"]


async def test_an_order_of_many_lines_is_shown_page_by_page(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    lines = [a_line(number=number) for number in range(1, 6)]
    await rig.hears(an_order(*lines))
    (message,) = await rig.messages()

    seen: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = (await client.get(f"/v1/messages/{message.id}/orders", headers=staff, params=query)).json()
        seen += [line["line_key"] for order in page["items"] for line in order["lines"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert sorted(seen) == sorted(line.line_key for line in lines)


async def test_messages_are_found_by_every_filter(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    line, other = a_line(), a_line("9780141439600", number=2)
    await rig.hears(an_order(line, other), an_order(number="PO-2"))
    body = rig.means(b"1", a_response(an_acceptance(line), reference="S-7"), control_reference="77", sender="x")
    await rig.receives(body)
    await rig.advance(3600)
    await rig.receives(b"100% wrong")
    now = rig.clock.now()

    async def found(**by: object) -> list[int | None]:
        params = {name: str(value) for name, value in by.items()}
        answer = await client.get("/v1/messages", headers=staff, params=params)
        assert answer.status_code == 200, answer.text
        return [item["reference"] for item in answer.json()["items"]]

    assert await found(order_number="PO-1") == [None, 1]
    assert await found(order_number="PO-9") == []
    assert await found(line_key=other.line_key) == [1]
    assert await found(supplier_reference="S-7") == [None, 1]
    assert await found(control_reference="77") == [None]
    assert await found(reference=2) == [2]
    assert await found(name_contains="ORDER") == [2, 1]
    assert await found(reason_contains="not UNDERSTOOD") == [None]
    assert await found(reason_contains="100%") == []
    assert len(await found(created_from=now.isoformat())) == 1
    assert len(await found(created_before=(now - timedelta(minutes=1)).isoformat())) == 3
    assert [len(await found(created_from=day)) for day in (now.date(), now.date() + timedelta(days=1))] == [4, 0]


async def test_a_message_keeps_the_version_of_the_profile_it_was_read_under(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    await rig.hears(an_order())
    await rig.receives(b"?")
    rig.supplier.profile = rig.supplier.profile.model_copy(update={"version": 4})
    await rig.receives(b"??")

    listed = (await client.get("/v1/messages", headers=staff)).json()["items"]

    versions = [
        (await client.get(f"/v1/messages/{item['message_id']}", headers=staff)).json()["profile_version"] for item in listed
    ]
    assert versions == [4, 1, 1]
