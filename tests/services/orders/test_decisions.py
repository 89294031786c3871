"""Offers of substitutes and prices: what each answer makes of copies, line and invoices, and how the supplier learns of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.orders.domain.twice import Twice
from services.orders.incoming import handlers
from services.orders.republish import OWNER
from shared.contracts.base import Money
from shared.contracts.decisions import LinesDecided
from shared.contracts.orders import CancellationRequested, LineProgressed, OrderPlaced
from shared.contracts.stated import PriceBasis, StatedPrice
from shared.contracts.suppliers import CopyReference, OrderSent, Quantities, SendOutcome, SupplierAnnounced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import COST, SUBSTITUTE, answered, charge, invoice, line_of
from tests.services.orders.invoiced import the_invoice
from tests.services.read_model import published_again

OTHER = "9780141036144"
DEARER = StatedPrice(minor=1299, currency="GBP", basis=PriceBasis.RETAIL)
TELLS, CANCELS, MUTE = "takes answers", "takes cancellations only", "takes neither"


def announced(supplier: str, kind: str) -> SupplierAnnounced:
    return SupplierAnnounced(
        supplier_id=supplier, name=supplier.title(), announced_at=datetime(2026, 3, 1, tzinfo=UTC),
        takes_cancellations=kind != MUTE, takes_offer_answers=kind == TELLS,
    )  # fmt: skip


def priced(number: str = "SFK-1") -> dict[str, Any]:
    order = an_order(number)
    order["lines"][0]["unit_price"] = {"minor": 899, "currency": "GBP"}
    return order


async def offered(orders: Orders, code: str, *, kind: str = TELLS, number: str = "SFK-1", **fields: object) -> dict[str, Any]:
    """An order whose first line, two copies for Ipswich, has an offer."""
    await orders.hear(announced("national", kind))
    order = await orders.placed(priced(number))
    line = line_of(order, "national", 1)
    await orders.hear(answered(order, line, "100"), answered(order, line, code, **fields))
    return await orders.read(order["order_id"])


def first(order: dict[str, Any]) -> dict[str, Any]:
    return line_of(order, "national", 1)


def states(order: dict[str, Any]) -> list[str]:
    return [copy["state"] for copy in first(order)["copies"]]


async def answer(orders: Orders, order: dict[str, Any], place: int = 0, **body: str) -> dict[str, Any]:
    """Accepts an offer of the first line, or declines it where it is said what then; returns the decision."""
    decision = first(order)["decisions"][place]
    path = decision["calls"][0 if "then" not in body else -1]
    got = await orders.decide(
        path, {"reason": "agreed", **body}, If_Match=f'"{order["version"]}"', Idempotency_Key=decision["decision_id"]
    )
    assert got.status_code == 200, got.text
    found: dict[str, Any] = got.json()
    return found


@dataclass(frozen=True)
class Then:
    """What an answer makes of the copies, and how the supplier learns of it: answer, cancellation, person or nothing."""

    states: str
    by: str


OFFERS: dict[str, tuple[str, dict[str, Any]]] = {
    "substitute offered": ("210", {"substitute_isbn": OTHER}),
    "substitute announced": ("110", {"substitute_isbn": OTHER}),
    "price held": ("903", {"prices": (DEARER,)}),
    "price refused": ("201", {"prices": (DEARER,)}),
    "price beside another answer": ("400", {"prices": (DEARER,)}),
}
REFUSED = {"substitute offered", "price refused"}
OPEN_STATES = {"substitute announced": "accepted", "price held": "held", "price beside another answer": "back_ordered"}


def what_follows(offer: str, wanted: str, kind: str) -> Then:
    """The rule in a few lines: copies that were refused are ordered again where wanted; what is open stays as it is."""
    state = "refused" if offer in REFUSED else OPEN_STATES[offer]
    told = "answer" if kind == TELLS else "person"
    if wanted != "cancel":
        return Then("ordered" if offer in REFUSED else state, told)
    if offer not in REFUSED:
        return Then(state, told if kind == MUTE else "cancellation")
    return Then(state, "answer" if kind == TELLS else "nothing")


@pytest.mark.parametrize("kind", [TELLS, CANCELS, MUTE])
@pytest.mark.parametrize("offer", OFFERS)
async def test_each_answer_to_each_offer_leaves_each_copy_accounted_for_and_the_supplier_told(
    orders: Orders, offer: str, kind: str
) -> None:
    code, fields = OFFERS[offer]
    for number, wanted in enumerate(("accept", "keep", "cancel")):
        order = await offered(orders, code, kind=kind, number=f"SFK-{number}", **fields)
        decision = first(order)["decisions"][0]
        assert (decision["state"], decision["answers"]) == ("open", ["accept", "decline"])
        body: dict[str, Any] = {} if wanted == "accept" else {"then": wanted}
        got = await answer(orders, order, **body)
        after = await orders.read(order["order_id"])
        then = what_follows(offer, wanted, kind)

        assert got["decision"]["state"] == ("accepted" if wanted == "accept" else "declined")
        assert set(states(after)) == {then.states}
        asked = [event for event in await orders.sent() if isinstance(event, CancellationRequested)]
        assert (str(asked[-1].order_id) == order["order_id"] if asked else False) == (then.by == "cancellation")
        (decided,) = [
            each for each in await orders.sent() if isinstance(each, LinesDecided) and str(each.order_id) == order["order_id"]
        ]
        (told,) = decided.offers
        assert (told.answer, told.then, told.asked_to_cancel) == (
            got["decision"]["state"],
            body.get("then"),
            then.by == "cancellation",
        )
        assert [str(copy.copy_id) for copy in told.line.copies] == [copy["copy_id"] for copy in first(order)["copies"]]
        to_tell = [each for each in first(after)["decisions"] if each["kind"] == "tell_supplier"]
        assert [each["calls"] for each in to_tell] == (
            [[f"/v1/orders/{order['order_id']}/supplier-told"]] if then.by == "person" else []
        )
        assert first(after)["attention"] == " ".join(each["question"] for each in to_tell)
        assert got["decision"]["supplier_untold"] == (then.by == "person")


async def test_an_accepted_substitute_is_the_book_of_the_line_and_what_was_ordered_stays_visible(orders: Orders) -> None:
    other = await orders.placed({**an_order("SFK-9"), "lines": [{**an_order()["lines"][0], "isbn": OTHER}]})
    order = await offered(orders, "210", substitute_isbn=OTHER, prices=(DEARER,), offer_until=date(2027, 1, 31))
    offer = first(order)["decisions"][0]["offer"]
    assert (offer["isbn"], offer["price"]["minor"], offer["until"], offer["ordered_isbn"]) == (
        OTHER,
        1299,
        "2027-01-31",
        "9780141439518",
    )

    got = await answer(orders, order)

    line = first(await orders.read(order["order_id"]))
    assert (line["isbn"], line["ordered_isbn"], {copy["isbn"] for copy in line["copies"]}) == (OTHER, "9780141439518", {OTHER})
    assert (line["unit_price"]["minor"], line["ordered_price"]["minor"], line["line_key"]) == (
        1299,
        899,
        first(order)["line_key"],
    )
    assert [(warning["code"], other["order_number"] in warning["detail"]) for warning in got["warnings"]] == [
        (Twice.BRANCH, True)
    ]
    progressed = [event for event in await orders.sent() if isinstance(event, LineProgressed) and event.isbn == OTHER]
    assert {(event.line_key, event.substitute_isbn) for event in progressed} == {(line["line_key"], OTHER)}
    again = await orders.post(priced())
    assert {each["isbn"] for each in again.json()["lines"]} == {"9780141439518", "9780141439600"}  # the first answer again
    await orders.hear(answered(order, line, "110", substitute_isbn=OTHER))
    confirmed = await orders.read(order["order_id"])
    assert (states(confirmed), first(confirmed)["attention"]) == (["accepted", "accepted"], "")


async def test_a_substitute_for_some_copies_is_the_book_of_these(orders: Orders) -> None:
    some: dict[str, Any] = {
        "substitute_isbn": OTHER,
        "quantities": Quantities(cancelled=1),
        "copies": (CopyReference(copy_number=2),),
    }
    order = await offered(orders, "210", **some)
    assert states(order) == ["accepted", "refused"]

    await answer(orders, order)

    after = await orders.read(order["order_id"])
    line = first(after)
    assert (line["isbn"], [copy["isbn"] for copy in line["copies"]]) == ("9780141439518", ["9780141439518", OTHER])
    assert states(after) == ["accepted", "ordered"]


async def test_an_invoice_matches_what_was_accepted_also_where_it_waited(orders: Orders) -> None:
    dear = COST.model_copy(update={"list_price": 1299, "discount": 0, "net": 1299})
    order = await offered(orders, "903", prices=(DEARER,))
    line = first(order)
    await orders.hear(invoice(charge(line, costs=(dear, dear))))
    assert {query["code"] for query in (await the_invoice(orders))["queries"]} >= {"price"}

    await answer(orders, order)

    assert "price" not in {query["code"] for query in (await the_invoice(orders))["queries"]}
    assert first(await orders.read(order["order_id"]))["unit_price"]["minor"] == 1299


async def test_an_offer_stated_again_changes_nothing_and_a_newer_one_supersedes_it(orders: Orders) -> None:
    order = await offered(orders, "210", substitute_isbn=OTHER)
    line = first(order)
    await orders.hear(answered(order, line, "210", substitute_isbn=OTHER))
    again = await orders.read(order["order_id"])
    assert [each["decision_id"] for each in first(again)["decisions"]] == [each["decision_id"] for each in line["decisions"]]

    orders.clock.advance(timedelta(seconds=1))
    await orders.hear(answered(order, line, "210", substitute_isbn=SUBSTITUTE))
    newer = await orders.read(order["order_id"])
    assert [(each["state"], each["offer"]["isbn"]) for each in first(newer)["decisions"]] == [
        ("superseded", OTHER),
        ("open", SUBSTITUTE),
    ]
    await answer(orders, newer, 1)
    await orders.hear(answered(order, line, "210", substitute_isbn=SUBSTITUTE))  # a late repetition refuses nothing again
    after = await orders.read(order["order_id"])
    assert (states(after), first(after)["isbn"], first(after)["attention"]) == (["ordered", "ordered"], SUBSTITUTE, "")
    assert after["timeline"][-1]["reason"] == f"the substitute {SUBSTITUTE} is offered again, and is accepted: nothing changes"


async def test_an_offer_stated_again_after_its_answer_was_sent_asks_what_is_meant(orders: Orders) -> None:
    order = await offered(orders, "201", prices=(DEARER,))
    await answer(orders, order, then="keep")
    line = first(order)
    sent = OrderSent(
        council="GB-SFK", supplier_id="national", order_id=UUID(order["order_id"]), message_id=UUID(int=7),
        control_reference="7", line_keys=(line["line_key"],), outcome=SendOutcome.SENT, sent_at=orders.clock.now(),
    )  # fmt: skip
    await orders.hear(sent, answered(order, line, "201", prices=(DEARER,)))
    after = await orders.read(order["order_id"])
    assert states(after) == ["sent", "sent"]
    assert first(after)["attention"].startswith(
        "The supplier offers the price GBP 12.99 again, after it was sent that this is declined."
    )
    assert [(each["kind"], each["state"]) for each in first(after)["decisions"]] == [("price", "declined"), ("other", "open")]


async def test_what_the_supplier_does_with_all_copies_overtakes_an_offer(orders: Orders) -> None:
    order = await offered(orders, "110", substitute_isbn=OTHER)
    await orders.hear(answered(order, first(order), "223"))
    after = await orders.read(order["order_id"])
    assert (states(after), first(after)["attention"]) == (["cancelled", "cancelled"], "")
    assert [each["state"] for each in first(after)["decisions"]] == ["overtaken"]


async def test_an_open_offer_is_asked_whatever_else_the_line_asks(orders: Orders) -> None:
    order = await offered(orders, "903", prices=(DEARER,))
    await orders.hear(answered(order, first(order), "500"))
    line = first(await orders.read(order["order_id"]))
    asked = [(each["kind"], each["question"], len(each["calls"])) for each in line["decisions"]]
    assert asked[1][0] == "other"
    assert asked[1][1].startswith("The whole account is on hold")
    assert [calls for *_, calls in asked] == [2, 0]
    assert line["attention"] == f"{asked[1][1]} {asked[0][1]}"


async def test_a_person_says_that_the_supplier_was_told(orders: Orders) -> None:
    order = await offered(orders, "903", kind=MUTE, prices=(DEARER,))
    await answer(orders, order, then="keep")
    asking = await orders.read(order["order_id"])
    asks = first(asking)["attention"]
    assert asks.startswith("Offer: tell national that the price GBP 12.99 is declined for copies 1, 2, which are still wanted")
    body = {"line_keys": [first(order)["line_key"]], "reason": "by telephone"}
    told = await orders.decide(f"/v1/orders/{order['order_id']}/supplier-told", body, Idempotency_Key="told")
    assert (told.status_code, first(told.json())["attention"]) == (200, "")
    assert told.json()["timeline"][-1]["reason"] == "the supplier was told the answer to its offer: by telephone"
    assert sum(isinstance(event, LinesDecided) for event in await orders.sent()) == 2  # two things that people did by hand


async def test_answers_are_refused_where_they_make_no_sense(orders: Orders) -> None:
    lapsed = await offered(orders, "210", substitute_isbn=OTHER, offer_until=date(2026, 1, 1))
    nameless = await offered(orders, "210", number="SFK-2")
    sent = await offered(orders, "903", number="SFK-3", prices=(DEARER,))
    decision = first(lapsed)["decisions"][0]
    path = f"/v1/orders/{lapsed['order_id']}/decisions"

    async def code(path: str, body: dict[str, Any], **headers: str) -> tuple[int, str]:
        got = await orders.decide(path, body, **headers)
        return got.status_code, got.json()["code"]

    why, now = {"reason": "agreed"}, {"If_Match": f'"{lapsed["version"]}"', "Idempotency_Key": "k"}
    accept = f"{path}/{decision['decision_id']}/accept"
    assert await code(accept, why, **now) == (409, "offer-lapsed")
    assert await code(accept, why, Idempotency_Key="k") == (428, "if-match-required")
    assert await code(accept, why, If_Match=now["If_Match"], Idempotency_Key="") == (400, "idempotency-key-required")
    assert (await code(accept, why, If_Match='"1"', Idempotency_Key="k"))[0] == 412
    assert await code(f"{path}/{sent['order_id']}/accept", why, **now) == (404, "no-such-decision")
    assert (await code(accept.replace("accept", "decline"), why, **now))[0] == 422
    assert first(nameless)["decisions"][0]["answers"] == ["decline"]
    unknown = f"/v1/orders/{nameless['order_id']}/decisions/{first(nameless)['decisions'][0]['decision_id']}/accept"
    assert await code(unknown, why, If_Match=f'"{nameless["version"]}"', Idempotency_Key="k") == (409, "offer-without-isbn")
    stranger = orders.of_council("GB-NFK")
    assert (await stranger.decide(accept, why, If_Match=now["If_Match"], Idempotency_Key="k")).status_code == 404


async def test_an_answer_sent_again_is_given_once(orders: Orders) -> None:
    order = await offered(orders, "210", substitute_isbn=OTHER)
    got = [await answer(orders, order) for _ in range(2)]
    assert got[0] == got[1]
    decision = first(order)["decisions"][0]
    path, why, key = decision["calls"][0], {"reason": "agreed"}, decision["decision_id"]
    again = await orders.decide(path, why, If_Match='"9"', Idempotency_Key=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = await orders.decide(path, {"reason": "another"}, If_Match='"9"', Idempotency_Key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    settled = await orders.decide(path, why, If_Match=again.headers["ETag"], Idempotency_Key="new")
    assert (settled.status_code, settled.json()["code"]) == (409, "decision-settled")
    assert sum(isinstance(event, LinesDecided) for event in await orders.sent()) == 1


async def test_open_decisions_are_listed_page_by_page(orders: Orders) -> None:
    for number, (code, fields) in enumerate(OFFERS.values()):
        orders.clock.advance(timedelta(seconds=1))
        last = await offered(orders, code, number=f"SFK-{number}", **fields)
    await answer(orders, last)
    found: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = await orders.get(f"/v1/decisions?state=open&supplier_id=national&limit=2{cursor and f'&cursor={cursor}'}")
        found += page["items"]
        cursor = page["next_cursor"]
    assert len({each["decision_id"] for each in found}) == len(found) == 4
    prices = await orders.get("/v1/decisions?kind=price")
    assert {(each["kind"], each["state"]) for each in prices["items"]} == {("price", "open"), ("price", "accepted")}
    assert (await orders.of_council("GB-NFK").get("/v1/decisions"))["items"] == []


async def test_an_order_is_published_again_as_it_was_placed_with_what_was_decided_since(orders: Orders) -> None:
    order = await offered(orders, "210", substitute_isbn=OTHER, prices=(DEARER,))
    await answer(orders, order)
    hearing = Hearing(orders.engine, orders.clock, handlers(orders.clock))
    again, _ = await published_again(hearing, OWNER, orders.clock)
    placed = next(OrderPlaced.model_validate_json(one.data) for one in again if one.type == OrderPlaced.event_type)
    was = next(line for line in placed.lines if line.line_key == first(order)["line_key"])
    assert (was.isbn, was.unit_price) == ("9780141439518", Money(minor=899, currency="GBP"))
    decided = [LinesDecided.model_validate_json(one.data) for one in again if one.type == LinesDecided.event_type]
    assert decided == [event for event in await orders.sent() if isinstance(event, LinesDecided)][:1]
