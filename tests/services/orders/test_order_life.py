"""An order after it was placed: events of suppliers and places move its copies, and the timeline shows why."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import Leg
from shared.contracts.suppliers import CopyReference, OrderResponded, OrderSent, RespondedLine, SendOutcome
from shared.messaging.errors import Poison
from tests.services.orders.conftest import Orders, an_order, announced
from tests.services.orders.goods import HUB, NOW, expected, line_of, received


def states(line: dict[str, Any]) -> list[str]:
    return [copy["state"] for copy in line["copies"]]


def responded(order: dict[str, Any], line: dict[str, Any], code: str) -> OrderResponded:
    return OrderResponded(
        supplier_id=line["supplier_id"], order_id=order["order_id"], message_id=uuid4(), responded_at=NOW,
        lines=(RespondedLine(line_key=line["line_key"], status_code=code),),
    )  # fmt: skip


def sent(order: dict[str, Any], line: dict[str, Any], outcome: SendOutcome = SendOutcome.SENT) -> OrderSent:
    return OrderSent(
        supplier_id=line["supplier_id"], order_id=order["order_id"], message_id=uuid4(), control_reference="17",
        line_keys=(line["line_key"],), outcome=outcome, sent_at=NOW,
    )  # fmt: skip


async def test_copies_go_by_way_of_the_hub_to_their_branch(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "consortium", 2)
    seen = []
    for event in (
        sent(order, line),
        responded(order, line, "100"),
        expected(order, line, Leg.TO_HUB),
        received(order, line, Leg.TO_HUB, HUB),
        expected(order, line, Leg.FROM_HUB),
        received(order, line, Leg.FROM_HUB),
    ):
        await orders.hear(event)
        seen += states(line_of(await orders.read(order["order_id"]), "consortium", 2))
    assert seen == ["sent", "accepted", "despatched", "at_hub", "at_hub", "received"]


async def test_batches_that_name_the_same_orders_in_another_order_take_turns(orders: Orders) -> None:
    first, second = [await orders.placed(an_order(f"SFK-{n}")) for n in range(2)]
    lines = [(order, line_of(order, "national", 1)) for order in (first, second)]
    for _ in range(10):
        answers = [responded(order, line, "100") for order, line in lines]
        goods = [expected(order, line, Leg.DIRECT) for order, line in reversed(lines)]
        await asyncio.gather(orders.hear(*answers), orders.hear(*goods))
    after = [await orders.read(order["order_id"]) for order in (first, second)]
    assert [states(line_of(order, "national", 1)) for order in after] == [["despatched", "despatched"]] * 2


async def test_the_timeline_names_the_cause_of_every_step(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "consortium", 2)
    for event in (sent(order, line), responded(order, line, "400"), received(order, line, Leg.DIRECT)):
        await orders.hear(event)
    timeline = (await orders.read(order["order_id"]))["timeline"]
    assert [(entry["to_state"], entry["cause"]) for entry in timeline] == [
        ("ordered", "api.order"),
        ("sent", "suppliers.order.sent.v1"),
        ("back_ordered", "suppliers.order.responded.v1"),
        ("received", "delivery.copies.received.v1"),
    ]
    assert "status 400" in timeline[2]["reason"]


async def test_news_of_many_orders_in_one_batch_has_the_effects_that_it_has_one_by_one(orders: Orders) -> None:
    together, alone = [await orders.placed(an_order(f"SFK-{number}")) for number in range(2)]

    def news(order: dict[str, Any]) -> list[OrderSent | OrderResponded]:
        national, consortium = line_of(order, "national", 1), line_of(order, "consortium", 2)
        unsent = sent(order, consortium, SendOutcome.UNKNOWN)
        answers = [responded(order, national, code) for code in ("400", "100", "400")]
        return [sent(order, national), unsent, *answers, sent(order, consortium), responded(order, consortium, "100")]

    await orders.hear(*news(together))
    for event in news(alone):
        await orders.hear(event)

    read = [await orders.read(order["order_id"]) for order in (together, alone)]
    shown = [
        (
            order["version"],
            sorted((line["line_number"], line["supplier_id"], line["attention"], states(line)) for line in order["lines"]),
            [(entry["from_state"], entry["to_state"], entry["reason"]) for entry in order["timeline"]],
        )
        for order in read
    ]
    assert shown[0] == shown[1]
    assert await orders.progressed(together) == await orders.progressed(alone)


async def test_a_barcode_given_twice_in_one_batch_goes_to_the_first_copy(orders: Orders) -> None:
    placed = [await orders.placed(an_order(f"SFK-{number}")) for number in range(2)]
    lines = [line_of(order, "consortium", 2) for order in placed]
    named = CopyReference(copy_number=1, barcode="30117012345678")
    await orders.hear(
        *(
            responded(order, line, "100").model_copy(
                update={"lines": (RespondedLine(line_key=line["line_key"], status_code="100", copies=(named,)),)}
            )
            for order, line in zip(placed, lines, strict=True)
        )
    )
    first, second = [line_of(await orders.read(order["order_id"]), "consortium", 2) for order in placed]
    assert [line["copies"][0]["barcode"] for line in (first, second)] == ["30117012345678", None]
    assert (first["attention"], states(second)) == ("", ["accepted"])
    assert f"order {placed[0]['order_number']} has it" in second["attention"]


async def test_an_answer_that_arrives_after_the_goods_is_kept_and_changes_nothing(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(expected(order, line, Leg.DIRECT))
    await orders.hear(responded(order, line, "100"))
    after = await orders.read(order["order_id"])
    assert states(line_of(after, "national", 1)) == ["despatched", "despatched"]
    assert "status 100" in after["timeline"][-1]["reason"]


async def test_a_send_of_unknown_outcome_asks_a_person(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(sent(order, line, SendOutcome.UNKNOWN))
    listed = (await orders.client.get("/v1/orders?attention=true", headers=orders.headers)).json()
    assert [row["order_id"] for row in listed["items"]] == [order["order_id"]]
    assert "not known" in line_of(await orders.read(order["order_id"]), "national", 1)["attention"]
    await orders.hear(sent(order, line))
    assert (await orders.client.get("/v1/orders?attention=true", headers=orders.headers)).json()["items"] == []


async def test_an_answer_about_an_unknown_line_is_poison_and_changes_nothing(orders: Orders) -> None:
    order = await orders.placed(an_order())
    event = responded(order, {**line_of(order, "national", 1), "line_key": "SB-NOTOURS"}, "100")
    with pytest.raises(Poison, match="SB-NOTOURS"):
        await orders.hear(event)
    assert (await orders.read(order["order_id"]))["version"] == 1


async def test_an_order_shows_title_and_author_once_the_catalogue_knows_them(orders: Orders) -> None:
    order = await orders.placed(an_order())
    title = TitleChanged(
        isbn="9780141439518",
        title="Pride and Prejudice",
        author="Austen, Jane",
        supplier_id="national",
        version=2,
        changed_at=NOW,
    )
    await orders.hear(title)
    await orders.hear(title.model_copy(update={"title": "Older", "version": 1}))
    await orders.hear(title.model_copy(update={"title": "", "author": "", "version": 3}))
    line = line_of(await orders.read(order["order_id"]), "national", 1)
    assert (line["title"], line["author"]) == ("Pride and Prejudice", "Austen, Jane")


async def test_every_progress_is_published_with_the_order_s_version(orders: Orders) -> None:
    order = await orders.placed(an_order())
    await orders.hear(responded(order, line_of(order, "national", 1), "100"))
    assert await orders.published() == ["orders.order.placed.v1", "orders.line.progressed.v1"]
    assert (await orders.read(order["order_id"]))["version"] == 2


async def test_cancelling_needs_the_version_that_was_read(orders: Orders) -> None:
    order = await orders.placed(an_order())
    body = {"copy_ids": [line_of(order, "national", 1)["copies"][1]["copy_id"]], "reason": "Ordered twice"}
    url = f"/v1/orders/{order['order_id']}/cancellations"
    keyless = await orders.client.post(url, json=body, headers={**orders.headers, "If-Match": '"1"', "Idempotency-Key": ""})
    missing = await orders.decide(url, body)
    stale = await orders.decide(url, body, If_Match='"7"')
    taken = await orders.decide(url, body, If_Match='"1"')
    answers = (keyless, missing, stale, taken)
    assert [answer.status_code for answer in answers] == [400, 428, 412, 202]
    assert taken.headers["ETag"] == '"2"'
    assert await orders.published() == ["orders.order.placed.v1", "orders.cancellation.requested.v1"]
    copies = line_of(taken.json(), "national", 1)["copies"]
    assert [copy["cancel_requested"] for copy in copies] == [False, True]


async def test_a_cancellation_sent_again_asks_nothing_again(orders: Orders) -> None:  # case C9
    order = await orders.placed(an_order())
    body = {"copy_ids": [line_of(order, "national", 1)["copies"][1]["copy_id"]], "reason": "Ordered twice"}
    url = f"/v1/orders/{order['order_id']}/cancellations"
    headers = {**orders.headers, "If-Match": '"1"', "Idempotency-Key": "c-1"}
    first, *again = [await orders.client.post(url, json=body, headers=headers) for _ in range(3)]
    assert [(one.status_code, one.content, one.headers["ETag"]) for one in again] == [(202, first.content, '"2"')] * 2
    assert {one.headers["Idempotent-Replayed"] for one in again} == {"true"}
    assert "Idempotent-Replayed" not in first.headers
    assert await orders.published() == ["orders.order.placed.v1", "orders.cancellation.requested.v1"]


async def test_another_cancellation_of_a_changed_order_is_still_refused(orders: Orders) -> None:
    order = await orders.placed(an_order())
    copies = line_of(order, "national", 1)["copies"]
    url = f"/v1/orders/{order['order_id']}/cancellations"

    async def cancel(copy: int, **headers: str) -> httpx.Response:
        body = {"copy_ids": [copies[copy]["copy_id"]], "reason": "Ordered twice"}
        return await orders.decide(url, body, **headers)

    assert (await cancel(0, If_Match='"1"', Idempotency_Key="k")).status_code == 202
    assert (await cancel(1, If_Match='"1"')).status_code == 412
    reused = await cancel(1, If_Match='"2"', Idempotency_Key="k")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    read_again = await cancel(0, If_Match='"2"', Idempotency_Key='"k"')
    assert (read_again.status_code, read_again.headers["Idempotent-Replayed"]) == (202, "true")


async def test_cancellations_at_the_same_moment_ask_once(orders: Orders) -> None:
    order = await orders.placed(an_order())
    body = {"copy_ids": [line_of(order, "national", 1)["copies"][1]["copy_id"]], "reason": "Ordered twice"}
    url = f"/v1/orders/{order['order_id']}/cancellations"
    headers = {**orders.headers, "If-Match": '"1"', "Idempotency-Key": "k"}
    answers = await asyncio.gather(*(orders.client.post(url, json=body, headers=headers) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [202] * 5
    assert await orders.published() == ["orders.order.placed.v1", "orders.cancellation.requested.v1"]


async def test_the_supplier_s_answer_ends_a_cancellation(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "consortium", 2)
    body = {"copy_ids": [line["copies"][0]["copy_id"]], "reason": "Ordered twice"}
    await orders.decide(f"/v1/orders/{order['order_id']}/cancellations", body, If_Match='"1"')
    await orders.hear(responded(order, line, "222"))
    copy = line_of(await orders.read(order["order_id"]), "consortium", 2)["copies"][0]
    assert (copy["state"], copy["cancel_requested"]) == ("cancelled", False)


async def test_copies_that_cannot_be_cancelled_are_each_named(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(received(order, line, Leg.DIRECT))
    body = {"copy_ids": [line["copies"][0]["copy_id"], str(uuid4())], "reason": "Too late"}
    answer = await orders.decide(f"/v1/orders/{order['order_id']}/cancellations", body, If_Match='"2"')
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/copy_ids/0", "too-late"),
        ("/copy_ids/1", "unknown-copy"),
    ]


async def test_a_cancellation_that_the_supplier_cannot_take_is_refused_and_says_what_to_do(orders: Orders) -> None:
    order = await orders.placed(an_order())
    closed = announced("national").model_copy(update={"name": "Albion Books", "takes_cancellations": False})
    await orders.hear(closed, announced("consortium").model_copy(update={"takes_cancellations": True}))
    lines = [line_of(order, "national", 1), line_of(order, "consortium", 2)]
    url = f"/v1/orders/{order['order_id']}/cancellations"

    def body(*wanted: dict[str, Any]) -> dict[str, Any]:
        return {"copy_ids": [line["copies"][0]["copy_id"] for line in wanted], "reason": "Ordered twice"}

    refused = await orders.decide(url, body(*lines), If_Match='"1"')

    assert (refused.status_code, refused.json()["code"]) == (422, "not-cancellable")
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/copy_ids/0", "supplier-takes-none")
    assert fault["detail"].startswith("Albion Books takes no cancellations from Stockbridge")
    assert await orders.published() == ["orders.order.placed.v1"]
    taken = await orders.decide(url, body(lines[1]), If_Match='"1"')
    assert taken.status_code == 202
    known = await orders.client.get("/v1/suppliers", headers=orders.headers)
    assert {one["supplier_id"]: one["takes_cancellations"] for one in known.json()["items"]} == {
        "national": False,
        "consortium": True,
    }


async def test_one_council_never_sees_another_s_orders(orders: Orders) -> None:
    order = await orders.placed(an_order())
    other = orders.of_council("GB-ESS")
    assert (await orders.client.get("/v1/orders", headers=other.headers)).json()["items"] == []
    url = f"/v1/orders/{order['order_id']}"
    assert (await orders.client.get(url, headers=other.headers)).status_code == 404
    body = {"copy_ids": [order["lines"][0]["copies"][0]["copy_id"]], "reason": "Not mine"}
    cancel = await other.decide(f"{url}/cancellations", body, If_Match='"1"')
    assert cancel.status_code == 404
    assert (await other.get("/v1/branches"))["items"] == []
    await other.set_up({None: "national"})
    assert (await other.post(an_order())).status_code == 201


async def test_lists_page_without_loss_and_filter(orders: Orders) -> None:
    for number in range(5):
        await orders.placed(an_order(f"SFK-{number}"))
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await orders.client.get(f"/v1/orders?limit=2{cursor}", headers=orders.headers)).json()
        seen += [row["order_number"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == [f"SFK-{n}" for n in range(5)]
    filtered = await orders.client.get("/v1/orders?state=received", headers=orders.headers)
    assert filtered.json()["items"] == []
    bad = await orders.client.get("/v1/orders?cursor=xx&colour=red", headers=orders.headers)
    assert bad.status_code == 422


async def test_a_cancellation_waits_for_no_other_councils_order(orders: Orders) -> None:
    theirs = await orders.placed(an_order())
    norfolk = orders.of_council("GB-NFK")
    copies = [theirs["lines"][0]["copies"][0]["copy_id"]]
    async with orders.engine.begin() as connection:
        await connection.execute(text("SELECT 1 FROM purchase_order FOR UPDATE"))
        path = f"/v1/orders/{theirs['order_id']}/cancellations"
        answer = await norfolk.decide(path, {"copy_ids": copies, "reason": "not ours"}, If_Match='"1"')
    assert answer.status_code == 404


@pytest.mark.slow
async def test_a_cancellation_of_an_order_that_is_being_changed_says_so(orders: Orders) -> None:
    order = await orders.placed(an_order())
    copies = [order["lines"][0]["copies"][0]["copy_id"]]
    async with orders.engine.begin() as connection:
        await connection.execute(text("SELECT 1 FROM purchase_order FOR UPDATE"))
        path = f"/v1/orders/{order['order_id']}/cancellations"
        answer = await orders.decide(path, {"copy_ids": copies, "reason": "twice"}, If_Match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (503, "locked-by-another-change")
    assert answer.headers["Retry-After"]
