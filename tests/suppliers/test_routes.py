"""How goods come to their branch, by a delivery rule or as the order asks, and what else an order says of its copies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local.machine.certificates import Certificates, mint_certificates
from services.suppliers.store import messages
from shared.clock import SystemClock
from shared.contracts.orders import LineProgressed
from tests.builders import ISBN
from tests.fixtures.tokens import Tokens
from tests.suppliers.conftest import MakeSide
from tests.suppliers.council import Council, Json, council_of
from tests.suppliers.other_side import ConsortiumSide, NationalSide, OtherSide, Trait
from tests.suppliers.suite import Open

HUB = {"code": "CSU", "name": "Central stock unit", "gln": "5012345670201"}
BY_HUB: Json = {"kind": "hub", "hub": HUB}
STRAIGHT: Json = {"kind": "direct"}
ORDER: Json = {
    "order_number": "SFK-1",
    "lines": [
        {
            "line_number": 1,
            "isbn": ISBN,
            "copies": [{"branch": "IPSW", "fund": "FIC", "quantity": 2}, {"branch": "LOWE", "fund": "FIC"}],
        }
    ],
}


TO_IPSWICH = {"branch": "IPSW", "fund": "FIC", "sequence": "ANF", "item": {"rotation_plan": "ROT-A"}}
SAYS_MORE: Json = {
    "order_number": "SFK-1",
    "rush": True,
    "lines": [
        {
            "line_number": 1,
            "isbn": ISBN,
            "copies": [
                {**TO_IPSWICH, "quantity": 2, "deliver_to": "IPSW"},
                {"branch": "LOWE", "fund": "FIC", "sequence": "CHI", "deliver_to": "CSU"},
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return mint_certificates(tmp_path_factory.mktemp("certificates"), clock=SystemClock())


@pytest.fixture(params=["consortium", "national"])
def supplier_id(request: pytest.FixtureRequest) -> str:
    supplier_id: str = request.param
    return supplier_id


@pytest.fixture
def make_side(certificates: Certificates, supplier_id: str) -> MakeSide:
    def make(folder: Path, webhook_url: str, traits: tuple[Trait, ...]) -> OtherSide:
        if supplier_id == "national":
            return NationalSide(folder, webhook_url, traits)
        return ConsortiumSide(folder, webhook_url, traits, certificates=certificates)

    return make


async def rule(council: Council, route: Json, **scope: str) -> None:
    answer = await council.delivery.post("/v1/route-rules", json={"valid_from": "2026-01-01", "route": route, **scope})
    assert answer.status_code == 201, answer.text
    await council.pass_on()


async def all_advised(council: Council) -> list[Json]:
    """The consignments, once they have all three copies."""

    async def advised() -> list[Json]:
        found = await council.consignments()
        return found if sum(len(one["copies"]) for one in found) == 3 else []

    found: list[Json] = await council.wait(advised)
    return found


async def placed(council: Council, order: Json = ORDER) -> str:
    answer = await council.orders.post("/v1/orders", json=order, headers={"Idempotency-Key": "key-1"})
    assert answer.status_code == 201, answer.text
    order_id: str = answer.json()["order_id"]
    return order_id


async def bodies(council: Council) -> list[str]:
    """The order messages as they are on the wire."""
    sent = [message for message in await council.station.messages() if message.kind == "order"]
    async with council.station.engine.connect() as connection:
        return [(await messages.body_of(connection, message.id)).decode("latin-1") for message in sent]


async def states(council: Council, order_id: str) -> set[str]:
    return {copy["state"] for line in (await council.order(order_id))["lines"] for copy in line["copies"]}


@pytest.mark.parametrize("route", [STRAIGHT, BY_HUB], ids=["direct", "hub"])
async def test_goods_come_by_the_route_that_the_council_said(
    at_work: Open, database_from: Callable[[str], str], tokens: Tokens, route: Json
) -> None:
    station = await at_work()
    async with council_of(station, database_from, tokens) as council:
        await rule(council, route)
        order_id = await placed(council)
        consignments = await all_advised(council)

        wanted = {"CSU"} if route is BY_HUB else {"IPSW", "LOWE"}
        assert {one["place"]["code"] for one in consignments} == wanted
        on_the_wire = "".join(await bodies(council))
        assert (HUB["gln"] in on_the_wire, "CSU" in on_the_wire) == ((True, True) if route is BY_HUB else (False, False))
        assert {one["leg"] for one in consignments} == ({"to_hub"} if route is BY_HUB else {"direct"})
        for consignment in consignments:
            await council.unpack(consignment)
        if route is BY_HUB:
            assert await states(council, order_id) == {"at_hub"}
            for consignment in [one for one in await council.consignments() if one["leg"] == "from_hub"]:
                await council.unpack(consignment)
        assert await states(council, order_id) == {"received"}
        assert (await council.delivery.get("/v1/discrepancies")).json()["items"] == []
        attention = {line["attention"] for line in (await council.order(order_id))["lines"]}
        assert attention == {""}


async def test_one_order_by_two_routes_is_answered_and_received_as_one(
    at_work: Open, database_from: Callable[[str], str], tokens: Tokens
) -> None:
    station = await at_work()
    async with council_of(station, database_from, tokens) as council:
        await rule(council, BY_HUB)
        await rule(council, STRAIGHT, branch="IPSW")
        order_id = await placed(council)
        consignments = await all_advised(council)

        assert {(one["place"]["code"], one["leg"]) for one in consignments} == {("IPSW", "direct"), ("CSU", "to_hub")}
        assert len(await bodies(council)) == 2
        for consignment in consignments:
            await council.unpack(consignment)
        (onward,) = [one for one in await council.consignments() if one["leg"] == "from_hub"]
        await council.unpack(onward)
        assert await states(council, order_id) == {"received"}
        line, *others = (await council.order(order_id))["lines"]
        assert (line["attention"], others) == ("", [])


async def test_rush_places_collections_and_plans_go_out_and_come_back(
    at_work: Open, database_from: Callable[[str], str], tokens: Tokens, supplier_id: str
) -> None:
    station = await at_work()
    async with council_of(station, database_from, tokens) as council:
        await rule(council, BY_HUB)
        order_id = await placed(council, SAYS_MORE)
        consignments = await all_advised(council)

        wire = await bodies(council)
        assert len(wire) == 2, "one for each place"
        for body in wire:
            said = json.loads(body)["rush"] if supplier_id == "consortium" else "BGM+224+" in body
            assert said is True
        assert [HUB["gln"] in body for body in sorted(wire, key=lambda body: HUB["gln"] in body)] == [False, True]

        seen = {
            (one["place"]["code"], copy["branch"], copy["sequence"], copy["rotation_plan"])
            for one in consignments
            for copy in one["copies"]
        }
        assert seen == {("IPSW", "IPSW", "ANF", "ROT-A"), ("CSU", "LOWE", "CHI", "")}
        assert (await council.delivery.get("/v1/discrepancies")).json()["items"] == []

        order = await council.order(order_id)
        copies = [copy for line in order["lines"] for copy in line["copies"]]
        shown = {(copy["branch"], copy["deliver_to"]["code"], copy["deliver_to_asked"]) for copy in copies}
        assert (order["rush"], shown) == (True, {("IPSW", "IPSW", True), ("LOWE", "CSU", True)})
        stated = {copy["branch"]: (copy["stated"] or {}).get("rotation_plan", "") for copy in copies}
        assert stated == {"IPSW": "ROT-A", "LOWE": ""}
        news = [event for event in await council.services[0].sent() if isinstance(event, LineProgressed)]
        told = {(copy.branch, copy.sequence, copy.rotation_plan) for event in news for copy in event.copies}
        assert told == {("IPSW", "ANF", "ROT-A"), ("LOWE", "CHI", "")}
