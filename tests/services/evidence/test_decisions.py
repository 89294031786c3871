"""What people decided: kept with its figures, shown beside the figures in every form, and never computed."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
from typing import Any

import pytest
from httpx import AsyncClient, Response
from lxml import html

from services.evidence.store.tables import metadata
from shared.clock import ManualClock
from shared.rebuild import empty
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts
from tests.services.evidence.facts import CONTROL, DAY, EASTERN, HARBOUR, MORNING, PILOT, STRAIGHT, placed
from tests.services.hearing import Hearing, number, on_day

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
TRIAL = {**MARCH, "trial": "bookseller"}
WORDS = "The bookseller supplies fiction from April; its records are not good enough yet."
NO_DIGEST = "0" * 64


async def tried(evidence: Hearing) -> None:
    """A copy in each arm of a trial."""
    await evidence.hears(
        placed(trial=PILOT), placed(number(10), supplier_id=EASTERN, trial=CONTROL, route_trial=STRAIGHT), version=1
    )
    await evidence.hears(facts.received(at=MORNING + DAY), facts.matched(at=MORNING))


async def digest(client: AsyncClient, **asked: str) -> str:
    """Returns the digest of a report."""
    got = await client.get("/v1/report", params=asked, headers={"Accept": "application/json"})
    assert got.status_code == 200, got.text
    found: str = got.json()["digest"]
    return found


async def decide(client: AsyncClient, question: dict[str, str], shown: str = NO_DIGEST, **other: Any) -> Response:
    """Records a decision."""
    body = {"about": "trial", "question": question, "digest": shown, "words": WORDS, "decided_on": "2026-03-02", **other}
    return await client.post("/v1/decisions", json=body)


async def test_a_decision_is_shown_beside_the_figures_in_every_form(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await tried(evidence)
    shown = await digest(client, **TRIAL)
    got = await decide(client, TRIAL, shown)
    assert got.status_code == 201, got.text
    decided = got.json()
    assert (decided["about"], decided["name"], decided["decided_by"]) == ("trial", "bookseller", "librarian")
    assert (decided["shown"], decided["digest"]) == (shown, shown), "nothing had changed"
    assert (await client.get(got.headers["Location"])).json() == decided
    body, key = (
        got.request.content,
        {"Idempotency-Key": got.request.headers["Idempotency-Key"], "Content-Type": "application/json"},
    )
    again = await client.post("/v1/decisions", content=body, headers=key)
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (201, decided, "true")
    assert len((await client.get("/v1/decisions")).json()["items"]) == 1
    for what in ("measures", "costs"):
        found = (await client.get(f"/v1/{what}", params=TRIAL)).json()
        assert (found["decision"], found["decisions"]) == (decided, [decided])
        rows = csv.DictReader((await client.get(f"/v1/{what}", params=TRIAL, headers={"Accept": "text/csv"})).text.splitlines())
        assert {row["decision"] for row in rows} == {f"trial bookseller, 2026-03-02, librarian: {WORDS}"}
    page: Any = html.document_fromstring((await client.get("/v1/report", params=TRIAL)).text)
    (said,) = page.xpath("//*[@class='decision']")
    assert f"about the trial bookseller: {WORDS}" in said.text_content()
    assert "(upon the figures of this report)" in said.text_content()
    assert shown in page.xpath("//p[@class='digest']")[0].text_content()
    by_arm = (await client.get("/v1/costs", params={**MARCH, "by": "arm"})).json()
    assert by_arm["decision"] == decided, "a group of the answer is what was decided about"
    others = (await client.get("/v1/costs", params={**MARCH, "by": "supplier"})).json()
    assert (others["decision"], others["decisions"]) == (None, [])


async def test_the_figures_are_kept_with_it_as_they_were_and_survive_a_rebuild(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await tried(evidence)
    before = (await client.get("/v1/measures", params=TRIAL)).json()["groups"]
    first = (await decide(client, TRIAL)).json()
    async with evidence.engine.begin() as connection:
        await empty(connection, metadata)
    clock.advance(DAY)
    again = (await decide(client, {**MARCH, "supplier_id": HARBOUR}, about="supplier")).json()
    assert again["errors"][0]["pointer"] == "/question/supplier_id", "the facts are gone"
    assert (await client.get(f"/v1/decisions/{first['decision_id']}")).json() == first
    got = await client.get(f"/v1/decisions/{first['decision_id']}/figures")
    assert hashlib.sha256(got.content).hexdigest() == first["digest"]
    assert (first["shown"], json.loads(got.content)["measures"]["groups"]) == (NO_DIGEST, before)


async def test_decisions_are_listed_the_last_first(
    evidence: Hearing, client: AsyncClient, clock: ManualClock, tokens: Tokens
) -> None:
    await tried(evidence)
    await evidence.hears(facts.switched())
    clock.advance(on_day(20) - clock.now())
    switch = str(number(990))
    straight = {**MARCH, "trial": "straight"}
    for about, question in (
        ("trial", straight),
        ("trial", TRIAL),
        ("supplier", {**MARCH, "supplier_id": HARBOUR}),
        ("switch", {"switch_id": switch}),
    ):
        clock.advance(DAY)
        got = await decide(client, question, about=about)
        assert got.status_code == 201, got.text

    async def listed(**wanted: str) -> list[tuple[str, str]]:
        items = (await client.get("/v1/decisions", params=wanted)).json()["items"]
        return [(each["about"], each["name"]) for each in items]

    assert await listed() == [("switch", switch), ("supplier", HARBOUR), ("trial", "bookseller"), ("trial", "straight")]
    assert await listed(about="supplier", name=HARBOUR) == [("supplier", HARBOUR)]
    assert await listed(about="trial", name=HARBOUR) == []
    assert (await client.get("/v1/measures", params={"switch_id": switch})).json()["decision"]["about"] == "switch"
    others = tokens.headers("evidence:read evidence:write", council="GB-NFK")
    assert (await client.get("/v1/decisions", headers=others)).json()["items"] == []
    assert (await client.get("/v1/measures", params=TRIAL, headers=others)).json()["decisions"] == []
    readers = tokens.headers("evidence:read")
    assert (await client.post("/v1/decisions", json={}, headers=readers)).status_code == 403


async def test_a_decision_that_is_sent_twice_at_once_is_recorded_once(evidence: Hearing, client: AsyncClient) -> None:
    await tried(evidence)
    body = {"about": "trial", "question": TRIAL, "digest": NO_DIGEST, "words": WORDS, "decided_on": "2026-03-02"}
    sending = (client.post("/v1/decisions", json=body, headers={"Idempotency-Key": "at-once"}) for _ in range(2))
    got = await asyncio.gather(*sending)
    answers = sorted(((each.status_code, each.json().get("code")) for each in got), key=str)
    assert answers in ([(201, None), (201, None)], [(201, None), (503, "locked-by-another-change")])
    assert len((await client.get("/v1/decisions")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("question", "other", "pointer", "says"),
    [
        (TRIAL, {"decided_on": "2026-03-03"}, "/decided_on", "2026-03-02 at the latest"),
        (TRIAL, {"about": "supplier"}, "/question/supplier_id", "give `supplier_id` in `question`"),
        (TRIAL, {"about": "switch"}, "/question/switch_id", "give `switch_id` in `question`"),
        ({**MARCH, "trial": "nobody's"}, {}, "/question/trial", "GET /v1/trials"),
        ({**MARCH, "supplier_id": "nobody"}, {"about": "supplier"}, "/question/supplier_id", "GET /v1/suppliers"),
        ({"trial": "bookseller", "to": "2026-03-31"}, {}, "/question/from", "give a day such as"),
        ({**TRIAL, "to": "2026-02-01"}, {}, "/question/to", "a later day"),
        ({"switch_id": str(number(1))}, {"about": "switch"}, "/question/switch_id", "GET /v1/switches"),
        (TRIAL, {"digest": "none"}, "/digest", "pattern"),
        (TRIAL, {"words": ""}, "/words", "at least 3"),
        (TRIAL, {"winner": HARBOUR}, "/winner", "not permitted"),
    ],
)
async def test_a_decision_that_cannot_be_is_refused_with_what_to_do(
    evidence: Hearing, client: AsyncClient, question: dict[str, str], other: dict[str, Any], pointer: str, says: str
) -> None:
    await tried(evidence)
    got = await decide(client, question, **other)
    assert got.status_code in (404, 422), got.text
    (fault,) = got.json()["errors"]
    assert fault["pointer"] == pointer
    assert says in fault["detail"]
    assert (await client.get("/v1/decisions")).json()["items"] == []
