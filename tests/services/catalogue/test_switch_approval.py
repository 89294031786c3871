"""Where the council requires a second person, a switch of the supplier of records waits as planned."""

from httpx import AsyncClient

from shared.clock import ManualClock
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import PIRANESI, line, order
from tests.services.catalogue.switched import Switches, announced
from tests.services.hearing import Hearing
from tests.services.serving import ANY_VERSION


async def test_a_switch_of_records_begins_once_another_person_approved_it(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock, tokens: Tokens
) -> None:
    await catalogue.hears(announced("eastern"), announced("northern"))
    switches = Switches(client, catalogue, clock)
    await switches.serves("eastern")
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    required = {"second_person": True, "reason": "The auditors asked for it"}
    assert (await client.put("/v1/approval", json=required, headers=ANY_VERSION)).status_code == 200
    switch = await switches.begun()
    assert [switch[name] for name in ("state", "needs_approval", "approved_by")] == ["planned", True, None]
    assert await switches.asked("northern") == []
    await switches.after(days=1)
    path, another = f"/v1/changes/{switch['switch_id']}/approve", tokens.headers("catalogue:write", subject="another")
    assert (await client.post(path)).json()["code"] == "own-change"
    assert (await client.post(path, headers=another)).status_code == 200
    await switches.after(minutes=1)
    assert (await switches.read(switch))["state"] == "running"
    assert await switches.asked("northern") == [PIRANESI]
