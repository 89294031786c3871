"""Trials of who supplies records: the catalogue asks by the arm of each ISBN."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from httpx import AsyncClient, Response

from services.catalogue import store
from services.catalogue.domain.asking import Ask
from services.catalogue.reminders import Reminders
from shared.clock import ManualClock
from shared.contracts.catalogue import RecordRequested
from shared.contracts.orders import SourcingRuleChanged
from shared.contracts.trials import Arm, DrawUnit, TrialArm, TrialTerms
from shared.sourcing.rules import Trial
from shared.sourcing.trials import draw
from shared.values import with_check_digit
from tests.services.catalogue.facts import HAMNET, line, order
from tests.services.hearing import Hearing, number
from tests.services.migrating import migrated

RULES = "/v1/sourcing-rules"
TERMS = {"name": "records", "share": "0.5", "unit": "line"}
BOOKS = [with_check_digit(f"978{book:09}") for book in range(1, 31)]
DRAWN = {isbn: draw(Trial("records", Decimal("0.5"), DrawUnit.LINE), "GB-SFK", (isbn,)) for isbn in BOOKS}
ARMS = {arm: TrialArm(trial="records", arm=arm) for arm in Arm}


async def add(client: AsyncClient, supplier_id: str, **rule: object) -> Response:
    return await client.post(RULES, json={"supplier_id": supplier_id, "valid_from": "2025-12-01", **rule})


async def tried(client: AsyncClient, **rule: object) -> Response:
    answer = await add(client, "northern", mode="pilot", trial=TERMS, valid_from="2026-01-01", **rule)
    assert answer.status_code == 201, answer.text
    return answer


async def asks(catalogue: Hearing) -> list[RecordRequested]:
    return [event for event in await catalogue.sent() if isinstance(event, RecordRequested)]


def asked_of(events: Sequence[RecordRequested]) -> dict[str, tuple[str, TrialArm | None]]:
    assert len({event.isbn for event in events}) == len(events)
    return {event.isbn: (event.supplier_id, event.trial) for event in events}


async def test_each_book_is_asked_of_the_supplier_of_its_arm_whichever_order_and_branch_it_is_for(
    catalogue: Hearing, client: AsyncClient
) -> None:
    assert set(DRAWN.values()) == set(Arm)
    await tried(client)
    await add(client, "harbour-books")
    await catalogue.hears(order(*(line(isbn, "IPSW", "LOWE") for isbn in BOOKS)))
    supplier = {Arm.PILOT: "northern", Arm.CONTROL: "harbour-books"}
    assert asked_of(await asks(catalogue)) == {isbn: (supplier[arm], ARMS[arm]) for isbn, arm in DRAWN.items()}
    await catalogue.hears(order(*(line(isbn, "BURY") for isbn in reversed(BOOKS))))
    assert len(await asks(catalogue)) == len(BOOKS), "none is asked of the other arm's supplier"


async def test_the_control_arm_without_a_rule_asks_the_supplier_of_the_book(catalogue: Hearing, client: AsyncClient) -> None:
    await tried(client)
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in BOOKS)))
    supplier = {Arm.PILOT: "northern", Arm.CONTROL: "eastern"}
    assert asked_of(await asks(catalogue)) == {isbn: (supplier[arm], ARMS[arm]) for isbn, arm in DRAWN.items()}


async def test_a_book_outside_the_trial_is_asked_without_it(catalogue: Hearing, client: AsyncClient) -> None:
    await tried(client)
    await add(client, "harbour-books", branch="LOWE")
    await catalogue.hears(order(line(HAMNET, "LOWE")))
    await catalogue.hears(order(line(BOOKS[0], "IPSW"), council="GB-NFK"))
    assert asked_of(await asks(catalogue)) == {HAMNET: ("harbour-books", None), BOOKS[0]: ("eastern", None)}


async def test_a_reminder_repeats_trial_and_arm_of_the_request(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await tried(client)
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in BOOKS)))
    first = asked_of(await asks(catalogue))
    await client.post("/v1/trials/records/end", json={"reason": "Over"})
    clock.advance(timedelta(days=1))
    await Reminders(catalogue.engine, clock).turn()
    assert asked_of((await asks(catalogue))[len(BOOKS) :]) == first


async def test_a_new_order_of_the_same_council_asks_under_the_trial_of_its_day(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await add(client, "northern")
    await catalogue.hears(order(line(HAMNET, "IPSW")))
    await tried(client, branch="IPSW")
    clock.advance(timedelta(days=1))
    await catalogue.hears(order(line(HAMNET, "LOWE"), council="GB-NFK"), order(line(HAMNET, "IPSW")))
    clock.advance(timedelta(days=1))
    await catalogue.hears(order(line(HAMNET, "IPSW", supplier_id="northern"), council="GB-NFK"))
    own = [event for event in await asks(catalogue) if event.supplier_id == "northern"]
    drawn = ARMS[draw(Trial("records", Decimal("0.5"), DrawUnit.LINE), "GB-SFK", (HAMNET,))]
    assert [(event.council, event.trial) for event in own] == [("GB-SFK", None), ("GB-SFK", drawn), ("GB-SFK", drawn)]


async def test_orders_are_no_unit_of_records(client: AsyncClient) -> None:
    answer = await add(client, "northern", mode="pilot", trial={**TERMS, "unit": "order"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/trial/unit")
    assert "send `unit` `line`" in answer.json()["errors"][0]["detail"]


async def test_a_preview_of_a_control_arm_without_a_rule_has_no_control(client: AsyncClient) -> None:
    made = (await tried(client, reason="Tried")).json()
    preview = (await client.get(f"{RULES}/preview", params={"branch": "IPSW"})).json()
    pilot = {"supplier_id": "northern", "rule_id": made["rule_id"]}
    assert preview["trial"] == {"name": "records", "share": "0.5", "unit": "line", "pilot": pilot, "control": None}
    assert (made["reason"], made["trial"]) == ("Tried", {**TERMS, "seed": ""})


async def test_trials_of_records_are_listed_and_ended(client: AsyncClient, clock: ManualClock) -> None:
    await tried(client)
    overlapping = await add(client, "eastern", branch="IPSW", mode="pilot", trial={**TERMS, "name": "other"})
    assert (overlapping.status_code, overlapping.json()["code"]) == (422, "overlapping-trials")
    ended = await client.post("/v1/trials/records/end", json={"reason": "Records come from elsewhere"})
    (found,) = (await client.get("/v1/trials")).json()["items"]
    assert found == ended.json()
    shown: dict[str, Any] = {name: found[name] for name in ("name", "share", "state", "first_day", "last_day")}
    assert shown == {"name": "records", "share": "0.5", "state": "ended", "first_day": "2026-01-01", "last_day": "2026-03-01"}
    assert found["rules"][0]["ended_reason"] == "Records come from elsewhere"


async def test_a_request_of_an_earlier_release_is_repeated_without_a_trial(database_url: str, clock: ManualClock) -> None:
    asked = f"INSERT INTO ask VALUES ('{HAMNET}', 'northern', 'GB-SFK', '2026-03-01', 1)"
    async with migrated(database_url, "services.catalogue", before="0010", rows=[asked]) as engine, engine.begin() as connection:
        assert await store.note_repeated_asks(connection, clock.now(), 5) == [Ask(HAMNET, "northern", "GB-SFK")]


async def test_the_catalogue_keeps_ordering_rules_of_trials_as_it_keeps_others(catalogue: Hearing, client: AsyncClient) -> None:
    terms = TrialTerms(name="bookseller", share="0.3", unit=DrawUnit.ORDER)
    for trial in (None, terms):
        rule = SourcingRuleChanged(
            council="GB-SFK",
            rule_id=number(1 if trial is None else 2),
            supplier_id="eastern" if trial is None else "northern",
            valid_from="2026-01-01",
            pilot=trial is not None,
            trial=trial,
        )
        await catalogue.hears(rule)
    answer = await client.get("/v1/offers", params={"isbn": HAMNET})
    assert [each["supplier_id"] for each in answer.json()["items"][0]["suppliers"]] == ["eastern", "northern"]
