"""The pages of deliveries and of the counter, as people of a council see them in a browser without scripts."""

import re
from html import unescape
from uuid import uuid4

from httpx import AsyncClient

from services.dashboard.domain.visitors import Role
from tests.builders import ISBN, OTHER_ISBN
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.counter import PARCEL, a_parcel_for
from tests.services.dashboard.signing_in import sign_in
from tests.services.dashboard.strands import Way
from tests.services.delivery.conftest import Delivery


def text_of(page: str) -> str:
    """The text of a page, as a person reads it."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", page)).split())


async def test_deliveries_are_counted_by_place_and_listed_with_what_is_late(
    counter: AsyncClient, delivery: Delivery, tokens: Tokens
) -> None:
    consignment_id = await a_parcel_for(delivery, "IPSW", ISBN, OTHER_ISBN)
    await a_parcel_for(delivery, "LOWE", ISBN)
    await sign_in(counter, tokens, role=Role.VIEWER)
    page = (await counter.get("/deliveries")).text
    assert f'href="/deliveries/{consignment_id}"' in page
    assert 'href="/receive/IPSW"' in page
    assert "0 of 2" in text_of(page)
    narrowed = text_of((await counter.get("/deliveries?place=LOWE")).text)
    assert "D-LOWE" in narrowed
    assert "D-IPSW" not in narrowed
    assert "No delivery is so" in (await counter.get("/deliveries?due=arrived")).text


async def test_a_consignment_shows_its_parcels_who_scanned_what_and_what_was_wrong(
    counter: AsyncClient, delivery: Delivery, tokens: Tokens
) -> None:
    consignment_id = await a_parcel_for(delivery, "IPSW", ISBN, OTHER_ISBN)
    fault = {"kind": "spine_label", "note": "upside down"}
    await delivery.receives(consignment_id, {"barcode": "B1", "servicing": [fault]}, {"barcode": "B2", "condition": "damaged"})
    await sign_in(counter, tokens, role=Role.VIEWER)
    page = (await counter.get(f"/deliveries/{consignment_id}")).text
    text = text_of(page)
    assert "All of 2 items accounted for at IPSW Library, 1 missing or damaged" in text
    assert "spine label: upside down" in text
    assert "serviced wrongly" in text
    assert "arrived damaged" in text
    assert f"Parcel {PARCEL}: 2 items" in text
    assert "by librarian" in text
    (message_id,) = set(re.findall(r"/messages/eastern/([0-9a-f-]+)", page))
    assert message_id


async def test_a_code_is_received_without_a_script_and_a_wrong_one_says_what_to_do(
    counter: AsyncClient, delivery: Delivery, tokens: Tokens
) -> None:
    await a_parcel_for(delivery, "IPSW", ISBN, OTHER_ISBN)
    await sign_in(counter, tokens, role=Role.OPERATOR, subject="j.archer")
    said = []
    for code, more in (("B1", {"servicing": ["tag", "jacket"]}), ("B1", {}), ("X9", {}), (PARCEL, {})):
        answer = await counter.post("/receive/IPSW", data={"code": code, **more})
        assert (answer.status_code, answer.headers["location"]) == (303, "/receive/IPSW")
        said.append(text_of((await counter.get("/receive/IPSW")).text))
    assert "B1 is received." in said[0]
    assert "It was received here before." in said[1]
    assert "nothing with it was ordered" in said[2]
    assert "Scan each of them" in said[3]
    copy = (await delivery.consignment())["copies"][0]
    assert (copy["settled_by"], [fault["kind"] for fault in copy["servicing"]]) == ("j.archer", ["tag", "jacket"])


async def test_a_receipt_of_the_page_is_taken_once_and_a_refused_one_says_why(
    counter: AsyncClient, delivery: Delivery, tokens: Tokens, way: Way
) -> None:
    consignment_id = await a_parcel_for(delivery, "IPSW", ISBN)
    item_id = (await delivery.consignment())["copies"][0]["item_id"]
    await sign_in(counter, tokens, role=Role.OPERATOR)
    receipt = {"receipt_id": str(uuid4()), "consignment_id": consignment_id, "scans": [{"item_id": item_id}]}
    path = "/receive/IPSW/receipts"
    way.is_down = True
    assert (await counter.post(path, json=receipt)).status_code == 503
    way.is_down = False
    first, again = await counter.post(path, json=receipt), await counter.post(path, json=receipt)
    assert (first.status_code, again.json()) == (200, first.json())
    other = await counter.post(path, json={**receipt, "receipt_id": str(uuid4()), "scans": [{"item_id": str(uuid4())}]})
    assert (other.status_code, other.json()["code"]) == (422, "no-such-item")
    counter.headers["X-Form-Key"] = "of another page"
    assert (await counter.post(path, json=receipt)).status_code == 403


async def test_a_viewer_sees_what_is_expected_and_may_not_receive(
    counter: AsyncClient, delivery: Delivery, tokens: Tokens
) -> None:
    await a_parcel_for(delivery, "IPSW", ISBN)
    await sign_in(counter, tokens, role=Role.VIEWER)
    page = (await counter.get("/receive/IPSW")).text
    assert 'data-barcode="B1"' in page
    assert 'name="code"' not in page
    assert (await counter.post("/receive/IPSW", data={"code": "B1"})).status_code == 403
    assert (await counter.get("/receive/IPSW/scans?code=B1")).json()["outcome"] == "expected"
    assert "IPSW Library" in (await counter.get("/receive")).text
    assert (await counter.get("/receive?place=BURY")).headers["location"] == "/receive/BURY"


async def test_staff_of_all_councils_are_told_that_deliveries_are_one_council_s(counter: AsyncClient, tokens: Tokens) -> None:
    await sign_in(counter, tokens, council=None)
    for path in ("/deliveries", "/receive", "/receive/IPSW", f"/deliveries/{uuid4()}"):
        answer = await counter.get(path)
        assert (answer.status_code, "belong to one council" in answer.text) == (403, True)
