"""How the order data in suppliers' MARC files are read: mappings of a council, and presets to copy."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.services.orders.conftest import Orders

PATH = "/v1/marc-order-mappings"


def body(**fields: object) -> dict[str, Any]:
    mapping = {"copies": {"tag": "970"}, "places": {"branch": ["970$o"]}}
    return {"supplier_id": "national", "name": "Fiction", "mapping": mapping, **fields}


async def made(orders: Orders, **fields: object) -> dict[str, Any]:
    answer = await orders.decide(PATH, body(**fields))
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"{PATH}/{answer.json()['mapping_id']}"
    found: dict[str, Any] = answer.json()
    return found


async def put(orders: Orders, kept: dict[str, Any], tag: str, **fields: object) -> httpx.Response:
    headers = {**orders.headers, "If-Match": tag}
    return await orders.client.put(f"{PATH}/{kept['mapping_id']}", json=body(**fields), headers=headers)


async def test_a_preset_is_copied_and_then_changed(orders: Orders) -> None:
    presets = {one["name"]: one["mapping"] for one in (await orders.get("/v1/marc-order-presets"))["items"]}
    assert sorted(presets) == ["960-961", "970", "980-981"]
    kept = await made(orders, preset="970", mapping=None)
    assert (kept["mapping"], kept["version"], kept["changed_by"]) == (presets["970"], 1, "librarian")
    codes = {"branch": {"MAIN": "IPSW"}}
    changed = await put(orders, kept, '"1"', mapping={**kept["mapping"], "codes": codes})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (await orders.get(f"{PATH}/{kept['mapping_id']}"))["mapping"]["codes"]["branch"] == codes["branch"]


async def test_two_who_change_a_mapping_do_not_undo_each_other(orders: Orders) -> None:
    kept = await made(orders)
    assert (await put(orders, kept, '"1"', name="One")).status_code == 200
    second = await put(orders, kept, '"1"', name="Two")
    assert (second.status_code, second.json()["code"]) == (412, "stale-version")


async def test_a_repetition_makes_no_second_mapping(orders: Orders) -> None:
    answers = [await orders.decide(PATH, body(), Idempotency_Key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len((await orders.get(PATH))["items"]) == 1


async def test_a_deleted_mapping_is_gone(orders: Orders) -> None:
    kept = await made(orders)
    headers = {**orders.headers, "If-Match": '"1"', "Idempotency-Key": "gone"}
    for _ in range(2):
        answer = await orders.client.delete(f"{PATH}/{kept['mapping_id']}", headers=headers)
        assert answer.status_code == 204
    gone = await orders.client.get(f"{PATH}/{kept['mapping_id']}", headers=orders.headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "no-such-mapping")


async def test_another_council_s_mapping_does_not_exist(orders: Orders) -> None:
    kept = await made(orders)
    other = orders.of_council("GB-NFK")
    assert (await other.get(PATH))["items"] == []
    assert (await put(other, kept, '"1"')).status_code == 404


async def test_mappings_are_listed_in_pages(orders: Orders) -> None:
    names = [f"Number {number}" for number in range(3)]
    for name in names:
        await made(orders, name=name)
    first = await orders.get(f"{PATH}?limit=2")
    second = await orders.get(f"{PATH}?limit=2&cursor={first['next_cursor']}")
    assert sorted(one["name"] for one in (*first["items"], *second["items"])) == names
    assert second["next_cursor"] is None
    presets = await orders.get("/v1/marc-order-presets?limit=2")
    rest = await orders.get(f"/v1/marc-order-presets?limit=2&cursor={presets['next_cursor']}")
    assert [one["name"] for one in rest["items"]] == ["980-981"]


@pytest.mark.parametrize(
    "fields",
    [
        {"preset": "970"},
        {"preset": "999", "mapping": None},
        {"mapping": None},
        {"mapping": {"copies": {"tag": "970"}, "places": {"branch": ["$o"]}}},
        {"mapping": {"copies": {"tag": "970", "shape": "pattern"}, "places": {}}},
        {"mapping": {"copies": {"tag": "970"}, "places": {"colour": ["970$o"]}}},
    ],
)
async def test_a_mapping_that_cannot_be_used_is_refused(orders: Orders, fields: dict[str, Any]) -> None:
    answer = await orders.decide(PATH, body(**fields))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


async def test_a_mapping_names_a_supplier_that_there_is(orders: Orders) -> None:
    answer = await orders.decide(PATH, body(supplier_id="nobody"))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-supplier")


async def test_a_council_has_at_most_a_hundred_mappings(orders: Orders) -> None:
    for _ in range(100):
        await made(orders)
    answer = await orders.decide(PATH, body(), Idempotency_Key=str(uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-mappings")
