"""What an order says of its copies goes to the supplier, comes back in what it sends, and is seen where the goods arrive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local.machine.certificates import Certificates, mint_certificates
from shared.clock import SystemClock
from shared.contracts.orders import LineProgressed
from tests.builders import ISBN
from tests.fixtures.tokens import Tokens
from tests.suppliers.conftest import MakeSide
from tests.suppliers.council import Json, council_of
from tests.suppliers.other_side import ConsortiumSide, NationalSide, OtherSide, Trait
from tests.suppliers.suite import Open
from tests.suppliers.test_routes import BY_HUB, HUB, all_advised, bodies, placed, rule

TO_IPSWICH = {"branch": "IPSW", "fund": "FIC", "sequence": "ANF", "item": {"rotation_plan": "ROT-A"}}
ORDER: Json = {
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


async def test_rush_places_collections_and_plans_go_out_and_come_back(
    at_work: Open, database_from: Callable[[str], str], tokens: Tokens, supplier_id: str
) -> None:
    station = await at_work()
    async with council_of(station, database_from, tokens) as council:
        await rule(council, BY_HUB)
        order_id = await placed(council, ORDER)
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
