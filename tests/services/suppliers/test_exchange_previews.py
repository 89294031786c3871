"""Staff see what a replay would change before they do it; nothing of it is kept or published."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.suppliers.contract import LineAnswer
from services.suppliers.domain.messages import State
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import (
    Rig,
    a_despatch,
    a_line,
    a_response,
    advised,
    an_acceptance,
    an_invoice,
    an_invoiced_line,
    an_order,
    decide,
)

PATIENCE = 61.0
MAPPED = {"field": "order_number", "theirs": "P0-1", "ours": "PO-1"}


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    """Headers of operations staff of all councils."""
    return tokens.headers("exchange:read", "exchange:write", council=None)


def misnamed(isbn: str) -> LineAnswer:
    """An acceptance that names its order by a number that was mistyped."""
    return LineAnswer(None, "P0-1", isbn, status_code="100")


async def last_message(rig: Rig) -> UUID:
    """Waits until no message waits for its order any more; returns the id of the last one."""
    await rig.advance(PATIENCE)
    await rig.read_all()
    return (await rig.messages(direction="in"))[-1].id


async def previews(
    client: httpx.AsyncClient, headers: Mapping[str, str], message_id: UUID, mapping: Mapping[str, str] | None = None
) -> dict[str, Any]:
    answer = await client.post(f"/v1/messages/{message_id}/replay/preview", headers=headers, json={"mapping": mapping})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_preview_with_a_mapping_shows_the_line_that_would_be_answered(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(misnamed(line.isbn))))
    held = await last_message(rig)

    without, with_it = await previews(client, staff, held), await previews(client, staff, held, MAPPED)

    assert (without["state"], without["applied"], without["held_count"]) == ("quarantined", [], 1)
    assert "P0-1" in without["held"][0]["reason"]
    assert (with_it["state"], with_it["held"]) == ("applied", [])
    (part,) = with_it["applied"]
    assert (part["kind"], part["lines"][0]["order_number"]) == ("response", "PO-1")
    assert (part["lines"][0]["line_key"], part["lines"][0]["copies"]) == (line.line_key, 1)
    assert "status 100 (accepted)" in part["text"]


async def test_a_preview_keeps_nothing_and_publishes_nothing(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(misnamed(line.isbn))))
    held = await last_message(rig)
    path = f"/v1/messages/{held}"
    before, published = (await client.get(path, headers=staff)).json(), await rig.published()

    shown = await previews(client, staff, held, MAPPED)

    assert (await client.get(path, headers=staff)).json() == before
    assert await rig.published() == published
    assert (await client.get("/v1/mappings", headers=staff)).json()["items"] == []
    assert shown["version"] == before["version"]


async def test_a_replay_does_what_its_preview_showed(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    first, second = a_line(number=1), a_line("9780140449136", number=2)
    await rig.hears(an_order(first, second))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(first), misnamed(second.isbn))))
    held = await last_message(rig)
    shown = await previews(client, staff, held, MAPPED)

    await client.post(f"/v1/messages/{held}/mappings", headers=staff, json={**MAPPED, "reason": "asked by telephone"})
    await decide(client, held, "replay", staff, {"reason": "asked by telephone"})
    await rig.read_all()

    assert [part["lines"][0]["line_key"] for part in shown["already_applied"]] == [first.line_key]
    assert [part["lines"][0]["line_key"] for part in shown["applied"]] == [second.line_key]
    assert await rig.states(direction="in") == [State(shown["state"])] == [State.APPLIED]
    after = await previews(client, staff, held)
    assert (after["applied_count"], after["already_applied_count"]) == (0, 2)


async def test_goods_and_charges_are_previewed_as_wholes_with_their_lines(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line(branches=("IPSW", "IPSW"))
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_despatch(advised(line, 1), deliver_to="IPSW"), an_invoice(an_invoiced_line(line))))

    shown = await previews(client, staff, await last_message(rig))

    parts = {part["kind"]: part for part in shown["already_applied"]}
    assert parts["despatch"]["text"].startswith("despatch D-1 to IPSW: 1 copy in 1 parcel")
    assert parts["invoice"]["text"].startswith("invoice INV-1 charges GBP 11.99")
    assert {part["lines"][0]["line_key"] for part in parts.values()} == {line.line_key}


async def test_a_wrong_mapping_is_refused_as_it_would_be_when_made(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(misnamed(line.isbn))))
    held = await last_message(rig)

    answer = await client.post(
        f"/v1/messages/{held}/replay/preview", headers=staff, json={"mapping": {**MAPPED, "ours": "PO-77"}}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-here")


async def test_what_we_sent_is_not_previewed(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    await rig.hears(an_order())
    (sent,) = await rig.messages(direction="out")

    answer = await client.post(f"/v1/messages/{sent.id}/replay/preview", headers=staff, json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


async def test_another_council_sees_no_preview(rig: Rig, client: httpx.AsyncClient, tokens: Tokens) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))
    (message,) = await rig.messages(direction="in")
    own, other = (tokens.headers("exchange:read", council=council) for council in ("GB-SFK", "GB-XYZ"))
    path = f"/v1/messages/{message.id}/replay/preview"

    answers = [(await client.post(path, headers=headers, json={})).status_code for headers in (own, other)]

    assert answers == [200, 404]
