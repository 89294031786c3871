"""Where the council requires a second person, a switch of the route waits as planned."""

from datetime import timedelta

from shared.contracts.delivery import DeliveryRuleChanged
from tests.services.delivery.conftest import Delivery
from tests.services.delivery.test_switches import Switches


async def test_a_switch_of_the_route_begins_once_another_person_approved_it(delivery: Delivery) -> None:
    switches = Switches(delivery)
    await switches.set_up()
    required = {"second_person": True, "reason": "The auditors asked for it"}
    assert (await delivery.require_two(required)).status_code == 200
    before = len(await delivery.published(DeliveryRuleChanged))
    switch = await switches.begun()
    assert [switch[name] for name in ("state", "needs_approval", "approved_by")] == ["planned", True, None]
    delivery.clock.advance(timedelta(days=1))
    path = f"/v1/changes/{switch['switch_id']}/approve"
    assert (await delivery.client.post(path, headers=delivery.writer())).json()["code"] == "own-change"
    await switches.turn()
    assert len(await delivery.published(DeliveryRuleChanged)) == before

    approved = await delivery.client.post(path, headers=delivery.writer(subject="another"))
    assert approved.status_code == 200, approved.text
    await switches.turn()
    assert (await switches.read(switch))["state"] in ("running", "done")
    rules = (await delivery.get("/v1/route-rules")).json()["items"]
    assert [(rule["ended_by"] and rule["end_approved_by"]) or rule["approved_by"] for rule in rules] == ["another"] * 2
