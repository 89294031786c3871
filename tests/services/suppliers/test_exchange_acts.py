"""What operations staff decide about a council's message is in that council's audit trail, too."""

from uuid import uuid4

import httpx
import pytest

from tests.fixtures import scripted_supplier as does
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import Rig, an_order


@pytest.fixture
def supplier() -> ScriptedSupplier:
    """Can neither be asked nor recognises repeats: what was not answered waits for a person."""
    return ScriptedSupplier(deduplicates=False, can_be_asked=False)


async def test_to_stop_all_calls_is_an_act_of_no_council(rig: Rig, client: httpx.AsyncClient, tokens: Tokens) -> None:
    staff = tokens.headers("exchange:read", "exchange:write", council=None, subject="ops.ann")
    for step in ("open", "close"):
        keyed = {**staff, "Idempotency-Key": str(uuid4())}
        path, body = f"/v1/suppliers/scripted/circuit/{step}", {"reason": "Their works this weekend"}
        assert (await client.post(path, headers=keyed, json=body)).status_code == 200
    closed, opened = (await client.get("/v1/acts", headers=staff)).json()["items"]
    assert (opened["operation"], opened["thing"], opened["reason"]) == ("open_circuit", "scripted", "Their works this weekend")
    assert (opened["before"], opened["after"]) == ({"standing": "reachable"}, {"standing": "stopped"})
    assert (closed["before"], closed["after"], closed["council"]) == ({"standing": "stopped"}, {"standing": "reachable"}, None)
    assert (await client.get("/v1/acts", headers=tokens.headers("exchange:read", council="GB-SFK"))).json()["items"] == []


async def test_a_release_by_operations_staff_is_an_act_that_its_council_sees(
    rig: Rig, client: httpx.AsyncClient, tokens: Tokens
) -> None:
    rig.supplier.script = [does.accepts_but_breaks]
    await rig.hears(an_order())
    await rig.send_all()
    (message,) = await rig.messages()
    staff = tokens.headers("exchange:read", "exchange:write", council=None, subject="ops.ann")
    path, body = f"/v1/messages/{message.id}", {"decision": "treat_as_sent", "reason": "They have it"}
    tag = (await client.get(path, headers=staff)).headers["ETag"]
    once = {**staff, "If-Match": tag, "Idempotency-Key": str(uuid4())}
    for _ in range(2):
        assert (await client.post(f"{path}/release", headers=once, json=body)).status_code == 200
    seen = [(await client.get("/v1/acts", headers=tokens.headers("exchange:read", council=council))).json()["items"]
            for council in ("GB-SFK", "GB-NFK", None)]  # fmt: skip
    (act,) = seen[0]
    assert (act["actor"], act["operation"], act["council"]) == ("ops.ann", "release_message", "GB-SFK")
    assert (act["thing"], act["reason"]) == (str(message.id), "They have it")
    assert (act["before"], act["after"]) == ({"state": "unknown"}, {"state": "sent"})
    assert seen[1:] == [[], [act]]
