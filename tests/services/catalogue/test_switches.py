"""A council switches to another supplier of records: what is owed is asked of it once, and the first one is left in peace."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.republish import OWNER
from services.catalogue.store.switches import Owed, next_owed
from services.catalogue.usecases.switching import begin_due, finish, take_owed_records
from shared.clock import ManualClock
from shared.contracts.catalogue import CatalogueSwitchChanged
from shared.contracts.orders import CopyState
from shared.contracts.trials import Arm, TrialArm
from shared.sourcing.switches.planning import Scope
from shared.values import with_check_digit
from tests.services.catalogue.facts import HAMNET, PIRANESI, copy_of, line, order, progressed, record
from tests.services.catalogue.switched import Switches, announced
from tests.services.hearing import Hearing
from tests.services.migrating import migrated
from tests.services.read_model import ReadModel, check_rebuild
from tests.services.switched import SWITCHES

MANY = [with_check_digit(f"978{book:09}") for book in range(1, 251)]


@pytest.fixture
async def switches(client: AsyncClient, catalogue: Hearing, clock: ManualClock) -> Switches:
    """A council whose records come from the Eastern consortium, in a catalogue that knows three suppliers."""
    await catalogue.hears(announced("eastern"), announced("northern"), announced("harbour-books", False))
    found = Switches(client, catalogue, clock)
    await found.serves("eastern")
    return found


async def test_what_is_owed_is_asked_of_the_new_supplier_once_and_the_old_one_is_left_in_peace(
    switches: Switches, catalogue: Hearing
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW", "LOWE"), line(HAMNET, "IPSW")))
    switch = await switches.begun()
    assert (switch["state"], switch["records"]) == ("running", {"asked": 2})
    assert await switches.rules() == [("northern", None, None)]
    assert await switches.asked("northern") == [HAMNET, PIRANESI]
    await catalogue.hears(record("northern", isbn=HAMNET, title="Hamnet"))
    for _ in range(6):
        await switches.after(days=1)
    assert await switches.asked("eastern") == [HAMNET, PIRANESI]
    assert (await switches.asked("northern")).count(PIRANESI) == 5
    found = await switches.read(switch)
    assert (found["state"], found["records"]) == ("done", {"given_up": 1, "supplied": 1})
    assert [step["to_state"] for step in found["history"]] == ["planned", "running", "done"]


async def test_only_what_is_still_wanted_and_not_supplied_is_asked_for(switches: Switches, catalogue: Hearing) -> None:
    supplied, given_up, other = MANY[:3]
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in (PIRANESI, HAMNET, supplied, given_up))))
    await catalogue.hears(order(line(other, "IPSW"), council="GB-NFK"))
    await catalogue.hears(record("harbour-books", isbn=supplied), progressed(isbn=given_up, to_state=CopyState.CANCELLED))
    switch = await switches.begun()
    assert await switches.asked("northern") == [HAMNET, PIRANESI]
    await catalogue.hears(progressed(isbn=HAMNET, to_state=CopyState.CANCELLED))
    assert (await switches.read(switch))["records"] == {"asked": 1, "unwanted": 1}
    listed = (await switches.client.get(f"{SWITCHES}/{switch['switch_id']}/records", params={"state": "asked"})).json()["items"]
    assert [(each["isbn"], each["times"]) for each in listed] == [(PIRANESI, 1)]


async def test_a_scope_moves_what_is_owed_for_its_branches_and_materials_alone(switches: Switches, catalogue: Hearing) -> None:
    film, *_ = MANY
    await catalogue.hears(order(line(PIRANESI, "IPSW", "LOWE"), line(HAMNET, "LOWE"), line(film, "IPSW", material="film")))
    await switches.begun(branches=["IPSW"], materials=["book"])
    assert await switches.asked("northern") == [PIRANESI]
    assert await switches.rules() == [("eastern", None, None), ("northern", "IPSW", "book")]
    await switches.after(days=1)
    assert sorted((await switches.asked("eastern"))[3:]) == sorted([film, HAMNET, PIRANESI]), "Lowestoft waits for it there"


async def test_a_record_that_another_council_waits_for_is_asked_again_on_its_behalf(
    switches: Switches, catalogue: Hearing
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(order(line(PIRANESI, "NORW"), council="GB-NFK"))
    await switches.begun()
    await switches.after(days=1)
    again = [(event.supplier_id, event.council) for event in (await switches.requests())[2:]]
    assert sorted(again) == [("eastern", "GB-NFK"), ("northern", "GB-SFK")]


async def test_a_supplier_that_was_asked_today_is_not_asked_twice(switches: Switches, catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "NORW", supplier_id="northern"), council="GB-NFK"))
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await switches.begun()
    assert await switches.asked("northern") == [PIRANESI]


async def test_a_switch_that_takes_a_branch_out_of_a_trial_says_so_and_does_it(switches: Switches, catalogue: Hearing) -> None:
    terms = {"name": "records", "share": "1", "unit": "line"}
    await switches.serves("harbour-books", mode="pilot", trial=terms)
    await catalogue.hears(order(line(HAMNET, "LOWE")))
    tomorrow = (switches.clock.today() + timedelta(days=1)).isoformat()
    preview = await switches.client.post(f"{SWITCHES}/preview", json=switches.body(branches=["LOWE"], first_day=tomorrow))
    planned = await switches.planned(branches=["LOWE"], first_day=tomorrow)
    (warning,) = planned["warnings"]
    assert preview.json()["warnings"] == (await switches.read(planned))["warnings"] == [warning]
    said = f"From {tomorrow}, trial 'records' no longer draws for branch LOWE, material any"
    assert (warning["code"], warning["detail"][: len(said)]) == ("out-of-trial", said)
    await switches.after(days=1)
    await catalogue.hears(order(line(PIRANESI, "LOWE")))
    drawn = TrialArm(trial="records", arm=Arm.PILOT)
    asked = [(event.isbn, event.supplier_id, event.trial) for event in await switches.requests()]
    assert (HAMNET, "harbour-books", drawn) in asked
    assert [one for one in asked if one[0] == PIRANESI] == [(PIRANESI, "northern", None)]
    assert (await switches.read(planned))["warnings"] == []


async def test_what_a_trial_drew_for_the_old_supplier_stays_with_its_trial(switches: Switches, catalogue: Hearing) -> None:
    terms = {"name": "records", "share": "1", "unit": "line"}
    await switches.serves("eastern", branch="LOWE", mode="pilot", trial=terms)
    await switches.serves("harbour-books", branch="IPSW", mode="pilot", trial={**terms, "name": "others", "share": "0"})
    await catalogue.hears(order(line(PIRANESI, "LOWE"), line(HAMNET, "IPSW")))
    await switches.begun()
    asked = [(event.isbn, event.trial) for event in await switches.requests() if event.supplier_id == "northern"]
    assert asked == [(HAMNET, TrialArm(trial="others", arm=Arm.CONTROL))]


async def test_a_preview_says_how_many_books_would_be_asked_for_and_writes_nothing(
    switches: Switches, catalogue: Hearing
) -> None:
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in MANY)))
    found = (await switches.client.post(f"{SWITCHES}/preview", json=switches.body())).json()
    assert (found["books"], found["asked_of"], found["unlisted"]) == (250, "northern", 50)
    assert (found["listed"][0]["isbn"], found["listed"][0]["times"]) == (MANY[0], 1)
    assert [rule["supplier_id"] for rule in found["rules_ended"] + found["rules_added"]] == ["eastern", "northern"]
    assert (await switches.client.get(SWITCHES)).json()["items"] == []
    assert await switches.rules() == [("eastern", None, None)]


@pytest.mark.parametrize(
    ("other", "pointer", "code"),
    [
        ({"to_supplier": "eastern"}, "/to_supplier", "same-supplier"),
        ({"to_supplier": "nobody"}, "/to_supplier", "unknown-supplier"),
        ({"from_supplier": "nobody"}, "/from_supplier", "unknown-supplier"),
        ({"to_supplier": "harbour-books"}, "/to_supplier", "supplies-no-records"),
        ({"first_day": "2025-12-31"}, "/first_day", "past-day"),
        ({"from_supplier": "northern", "to_supplier": "eastern"}, "/from_supplier", "covers-nothing"),
    ],
)
async def test_a_switch_that_cannot_be_is_refused(switches: Switches, other: dict[str, Any], pointer: str, code: str) -> None:
    answer = await switches.ask(**other)
    assert (answer.status_code, answer.json()["code"]) == (422, "switch-refused")
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    previewed = await switches.client.post(f"{SWITCHES}/preview", json=switches.body(**other))
    assert previewed.json()["errors"] == answer.json()["errors"]


async def test_a_switch_is_planned_once_however_often_and_none_overlaps_it(switches: Switches, clock: ManualClock) -> None:
    day = (clock.today() + timedelta(days=1)).isoformat()
    headers = {"Idempotency-Key": "once"}
    first, again = [
        await switches.client.post(SWITCHES, json=switches.body(first_day=day, branches=["IPSW"]), headers=headers) for _ in "12"
    ]
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert (await switches.client.post(SWITCHES, json=switches.body(), headers=headers)).json()[
        "code"
    ] == "idempotency-key-reused"
    overlapping = (await switches.ask()).json()["errors"]
    assert [(fault["pointer"], fault["code"]) for fault in overlapping] == [("/branches", "overlapping-switch")]
    assert (await switches.ask(branches=["LOWE"])).status_code == 201


async def test_a_switch_withdrawn_before_it_began_leaves_no_trace_and_while_it_runs_what_was_asked_stays(
    switches: Switches, catalogue: Hearing, clock: ManualClock
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    first = await switches.planned(first_day=(clock.today() + timedelta(days=1)).isoformat())
    assert (await switches.read(first))["records"] == {"owed": 1}
    await switches.withdraw(first)
    await switches.after(days=1)
    assert (await switches.rules(), await switches.asked("northern")) == ([("eastern", None, None)], [])
    second = await switches.begun()
    withdrawn = (await switches.withdraw(second)).json()
    assert (withdrawn["state"], withdrawn["records"]) == ("withdrawn", {"asked": 1})
    assert (await switches.rules(), await switches.asked("northern")) == ([("northern", None, None)], [PIRANESI])
    assert (await switches.withdraw(second)).status_code == 409


async def test_each_state_is_published_and_evidence_knows_the_last_one_from_what_is_published_again(
    switches: Switches, catalogue: Hearing, clock: ManualClock, evidence_model: ReadModel
) -> None:
    switch = await switches.begun(branches=["IPSW"])
    told = [event for event in await catalogue.sent() if isinstance(event, CatalogueSwitchChanged)]
    assert [(event.version, event.state.value) for event in told] == [(1, "planned"), (2, "running"), (3, "done")]
    assert {(str(event.switch_id), event.from_supplier, event.to_supplier, event.branches) for event in told} == {
        (switch["switch_id"], "eastern", "northern", ("IPSW",))
    }
    assert len((await check_rebuild(catalogue, OWNER, clock, evidence_model))["switch"]) == 1


Step = Callable[[AsyncConnection], Awaitable[object]]


@pytest.mark.parametrize("broken", range(5))
async def test_a_step_that_is_broken_off_is_done_again_and_nothing_is_asked_twice(
    switches: Switches, catalogue: Hearing, clock: ManualClock, broken: int
) -> None:
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in MANY)))
    switch = await switches.planned()
    switch_id = UUID(switch["switch_id"])
    take: Step = partial(take_owed_records, clock=clock, switch_id=switch_id)
    steps: list[Step] = [partial(begin_due, clock=clock), take, take, take, partial(finish, clock=clock, switch_id=switch_id)]
    for place, step in enumerate(steps):
        if place == broken:
            async with catalogue.engine.connect() as connection:
                await step(connection)
                await connection.rollback()
        async with catalogue.engine.begin() as connection:
            await step(connection)
    await switches.turn()
    assert await switches.asked("northern") == MANY
    assert (await switches.read(switch))["records"] == {"asked": 250}


async def test_whoever_asks_by_the_old_rules_is_waited_for(switches: Switches, catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await switches.planned()
    async with catalogue.engine.begin() as asking:
        await store.lock_asking(asking, ["GB-SFK"])
        async with catalogue.engine.connect() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '1ms'"))
            with pytest.raises(Exception, match="lock timeout"):
                await begin_due(connection, switches.clock)


async def test_what_an_earlier_release_asked_for_is_asked_of_the_new_supplier_too(database_url: str) -> None:
    asked = f"INSERT INTO ask VALUES ('{HAMNET}', 'eastern', 'GB-SFK', '2026-03-01', 1)"
    copy = (
        "INSERT INTO ordered_copy (copy_id, isbn, council, supplier_id, line_key, order_number, copy_number, data) VALUES "
        f"('{copy_of(HAMNET, 1)}', '{HAMNET}', 'GB-SFK', 'eastern', 'SB-1', 'PO-1', 1, '{{\"branch\": \"IPSW\"}}')"
    )
    owed = Owed("GB-SFK", "eastern", Scope(("IPSW",), ("book",)))
    async with (
        migrated(database_url, "services.catalogue", before="0012", rows=[asked, copy]) as engine,
        engine.connect() as read,
    ):
        assert [(each.isbn, each.branch) for each in await next_owed(read, owed, limit=5)] == [(HAMNET, "IPSW")]
