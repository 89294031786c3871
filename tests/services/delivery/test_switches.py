"""`/v1/switches` of delivery: a scope takes another route from a day on, and open copies stay or follow."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import func, select

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from services.delivery.store.tables import switch_history
from services.delivery.switcher import SWITCHING, Switcher
from services.delivery.usecases.switching import begin_due, finish
from shared.contracts.base import RouteKind
from shared.contracts.delivery import DeliveryRuleChanged, DeliverySwitchChanged
from shared.contracts.orders import CopyState, OrderPlaced
from shared.contracts.suppliers import SupplierAnnounced
from tests.builders import (
    HUB,
    NORFOLK,
    SUFFOLK,
    a_branch,
    a_despatch,
    a_despatched_line,
    a_line_progressed,
    a_parcel,
    a_route_changed,
    an_order_placed,
    an_ordered_line,
    unpacked_at,
)
from tests.services.delivery.conftest import Delivery, Json
from tests.services.hearing import Hearing
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again
from tests.services.switched import StrandSwitches

BOTH = (RouteKind.DIRECT, RouteKind.HUB)
THROUGH_HUB: Json = {"kind": "hub", "hub": {"code": "CSU", "name": "Central stock unit", "gln": None}}
DIRECT: Json = {"kind": "direct", "hub": None}


def announced(supplier: str, *routes: RouteKind, takes: bool | None = None) -> SupplierAnnounced:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return SupplierAnnounced(
        supplier_id=supplier, name=supplier.title(), announced_at=at, routes=routes, takes_route_changes=takes
    )


class Switches(StrandSwitches):
    """A council whose goods all go through the hub; asks for switches to the direct route."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.client, delivery.clock)
        self.delivery = delivery
        line = unpacked_at(an_ordered_line(branches=["IPSW", "LOWE"]), HUB)
        self.order: OrderPlaced = an_order_placed(line)

    @property
    def headers(self) -> Json:
        return self.delivery.writer()

    async def set_up(self) -> None:
        await self.delivery.hears(announced("eastern", *BOTH), announced("harbour", RouteKind.HUB), self.order)
        rule = {"valid_from": "2026-01-01", "route": THROUGH_HUB, "reason": "as ever"}
        assert (await self.delivery.post_rule(rule)).status_code == 201

    def body(self, **other: Any) -> Json:
        today = self.delivery.clock.today().isoformat()
        return {"first_day": today, "route": DIRECT, "open_copies": "move", "reason": "no more hub", **other}

    async def ask(self, path: str = "", *, key: str = "", council: str = SUFFOLK, **other: Any) -> Response:
        self.key += 1
        headers = {**self.delivery.writer(council), "Idempotency-Key": key or f"switch-{self.key}"}
        return await self.client.post(f"/v1/switches{path}", headers=headers, json=self.body(**other))

    async def turn(self) -> None:
        await Switcher(self.delivery.engine, self.delivery.clock).turn()

    async def route(self, branch: str, supplier: str = "eastern") -> str:
        query = {"branch": branch, "supplier_id": supplier}
        found: Json = (await self.delivery.get("/v1/route-rules/preview", query)).json()
        return str(found["route"] and found["route"]["kind"])


@pytest.fixture
async def switches(delivery: Delivery) -> Switches:
    made = Switches(delivery)
    await made.set_up()
    return made


def faults(answer: Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_switch_changes_rules_on_its_first_day_and_is_done_once_open_copies_are_there(
    delivery: Delivery, switches: Switches
) -> None:
    tomorrow = (delivery.clock.today() + timedelta(days=1)).isoformat()
    switch = await switches.planned(first_day=tomorrow, branches=["LOWE"], from_supplier="eastern")
    assert (switch["state"], switch["route"], switch["from_supplier"]) == ("planned", DIRECT, "eastern")
    await switches.turn()
    assert (await switches.route("LOWE"), (await switches.read(switch))["copies"]) == ("hub", {"staying": 1})
    delivery.clock.advance(timedelta(days=1))
    await switches.turn()
    running = await switches.read(switch)
    assert (running["state"], running["copies"], await switches.route("LOWE")) == ("running", {"waiting": 1}, "direct")
    assert (await switches.route("IPSW"), await switches.route("LOWE", "harbour")) == ("hub", "hub")
    (_, rule) = await delivery.published(DeliveryRuleChanged)
    assert (rule.branch, rule.supplier_id, rule.route, rule.open_copies_follow) == ("LOWE", "eastern", "direct", True)

    await delivery.hears(a_route_changed(switches.order))
    await switches.turn()
    done = await switches.read(switch)
    assert (done["state"], done["copies"]) == ("done", {"there": 1})
    assert [(step["to_state"], step["actor"] != "system") for step in done["history"]] == [
        ("planned", True), ("running", True), ("done", True)
    ]  # fmt: skip
    events = await delivery.published(DeliverySwitchChanged)
    assert [(event.version, event.state, event.route, event.hub) for event in events] == [
        (1, "planned", "direct", None), (2, "running", "direct", None), (3, "done", "direct", None)
    ]  # fmt: skip
    listed = (await delivery.get("/v1/switches", {"state": "done"})).json()["items"]
    assert [(one["switch_id"], one["route"]) for one in listed] == [(switch["switch_id"], DIRECT)]
    assert (await delivery.get("/v1/switches", council=NORFOLK)).json()["items"] == []


@pytest.mark.parametrize("news", ["despatched", "cancelled"])
async def test_copies_that_are_despatched_or_given_up_do_not_hold_a_switch_up(
    delivery: Delivery, switches: Switches, news: str
) -> None:
    switch = await switches.begun(branches=["IPSW"])
    assert switch["copies"] == {"waiting": 1}
    (line,) = switches.order.lines
    if news == "despatched":
        await delivery.hears(a_despatch(a_parcel(a_despatched_line(line)), deliver_to=HUB))
    else:
        await delivery.hears(a_line_progressed(switches.order, line, CopyState.CANCELLED, copies=line.copies[:1]))
    await switches.turn()
    assert ((await switches.read(switch))["state"], (await switches.read(switch))["copies"]) == ("done", {})


async def test_open_copies_that_drain_stay_where_they_are(delivery: Delivery, switches: Switches) -> None:
    switch = await switches.begun(open_copies="drain")
    assert (switch["state"], switch["copies"]) == ("done", {"staying": 2})
    assert [rule.open_copies_follow for rule in await delivery.published(DeliveryRuleChanged)] == [False] * 3


async def test_a_switch_that_is_withdrawn_leaves_the_rest_where_it_is(delivery: Delivery, switches: Switches) -> None:
    planned = await switches.planned(branches=["IPSW"])
    assert (await switches.withdraw(planned)).json()["state"] == "withdrawn"
    await switches.turn()
    assert await switches.route("IPSW") == "hub"
    running = await switches.begun(branches=["LOWE"])
    withdrawn = (await switches.withdraw(running)).json()
    assert (withdrawn["state"], withdrawn["copies"], await switches.route("LOWE")) == ("withdrawn", {"staying": 1}, "direct")
    rule = (await delivery.published(DeliveryRuleChanged))[-1]
    assert (rule.branch, rule.open_copies_follow) == ("LOWE", False)
    assert (await switches.withdraw(running)).json()["code"] == "switch-over"


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"from_supplier": "nobody"}, ("/from_supplier", "unknown-supplier")),
        ({"from_supplier": "harbour"}, ("/route", "route-not-offered")),
        ({"first_day": "2020-01-01"}, ("/first_day", "past-day")),
        ({"branches": ["LOWE", "NOWHERE"]}, ("/branches/1", "unknown-branch")),
        ({"route": THROUGH_HUB}, ("/route", "same-route")),
        ({"route": THROUGH_HUB, "open_copies": "drain"}, ("/route", "same-route")),
        ({"from_supplier": "eastern", "route": THROUGH_HUB}, ("/route", "same-route")),
        ({"route": {"kind": "hub"}}, ("/route", "value_error")),
    ],
)
async def test_a_switch_that_cannot_be_is_refused(switches: Switches, asked: Json, fault: tuple[str, str]) -> None:
    assert faults(await switches.ask(**asked)) == [fault]
    assert faults(await switches.ask("/preview", **asked)) == [fault]


async def test_a_scope_that_covers_nothing_is_refused(delivery: Delivery, switches: Switches) -> None:
    await delivery.hears(announced("norfolk-books", *BOTH))
    assert faults(await switches.ask(council=NORFOLK, from_supplier="norfolk-books")) == [("/branches", "covers-nothing")]


async def test_two_unfinished_switches_overlap_where_they_may_be_about_one_copy(switches: Switches) -> None:
    await switches.planned(from_supplier="eastern", branches=["LOWE"])
    assert faults(await switches.ask(branches=["LOWE", "IPSW"])) == [("/branches", "overlapping-switch")]
    await switches.planned(from_supplier="eastern", branches=["IPSW"])


async def test_a_request_that_is_repeated_gets_the_same_switch(switches: Switches) -> None:
    first, again = await switches.ask(key="one"), await switches.ask(key="one")
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.json()["switch_id"] == again.json()["switch_id"]
    other = await switches.ask(key="one", open_copies="drain")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_preview_shows_rules_and_copies_and_writes_nothing(delivery: Delivery, switches: Switches) -> None:
    own = {"valid_from": "2026-01-01", "route": THROUGH_HUB, "branch": "LOWE", "supplier_id": "eastern", "reason": ""}
    assert (await delivery.post_rule(own)).status_code == 201
    before = len(await delivery.published(DeliveryRuleChanged))
    shown = (await switches.ask("/preview", from_supplier="eastern")).json()
    assert [(rule["branch"], rule["route"]["kind"]) for rule in shown["rules_ended"]] == [("LOWE", "hub")]
    assert [(rule["supplier_id"], rule["branch"], rule["route"]["kind"]) for rule in shown["rules_added"]] == [
        ("eastern", None, "direct")
    ]
    lines = [(line["branch"], line["now"]["code"], line["then"]["code"], line["copies"]) for line in shown["lines"]]
    assert lines == [("IPSW", "CSU", "IPSW", 1), ("LOWE", "CSU", "LOWE", 1)]
    assert (shown["sums"], shown["unlisted"], {line["by_person"] for line in shown["lines"]}) == ({"waiting": 2}, 0, {True})
    await delivery.hears(announced("eastern", *BOTH, takes=True))
    told = (await switches.ask("/preview", from_supplier="eastern")).json()["lines"]
    assert {line["by_person"] for line in told} == {False}
    drained = (await switches.ask("/preview", from_supplier="eastern", open_copies="drain")).json()
    assert (drained["sums"], {line["then"]["code"] for line in drained["lines"]}) == ({"staying": 2}, {"CSU"})
    assert len(await delivery.published(DeliveryRuleChanged)) == before
    assert (await delivery.get("/v1/switches")).json()["items"] == []


async def test_a_step_that_is_broken_off_is_done_again_and_none_twice(delivery: Delivery, switches: Switches) -> None:
    switch = await switches.planned()
    for killed in (True, False, False):
        async with delivery.engine.connect() as connection:
            began = await begin_due(connection, delivery.clock)
            await (connection.rollback() if killed else connection.commit())
    assert not began
    await delivery.hears(a_route_changed(switches.order))
    for killed in (True, False, False):
        async with delivery.engine.connect() as connection:
            await finish(connection, delivery.clock, switch["switch_id"])
            await (connection.rollback() if killed else connection.commit())
    states = [event.state for event in await delivery.published(DeliverySwitchChanged)]
    assert states == ["planned", "running", "done"]
    assert len(await delivery.published(DeliveryRuleChanged)) == 3  # the first rule, its end, and the one that took its place


async def test_one_process_at_a_time_carries_switches_out(delivery: Delivery, switches: Switches) -> None:
    switch = await switches.planned()
    async with delivery.engine.connect() as other:
        await other.execute(select(func.pg_advisory_lock(SWITCHING)))
        await switches.turn()
        assert (await switches.read(switch))["state"] == "planned"
        await other.execute(select(func.pg_advisory_unlock(SWITCHING)))
    await switches.turn()
    assert (await switches.read(switch))["state"] == "running"


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_life_of_a_switch_only_goes_forward_whatever_happens(delivery: Delivery, switches: Switches, seed: int) -> None:
    chance = random.Random(seed)
    planned = [
        await switches.planned(
            branches=[code],
            first_day=(delivery.clock.today() + timedelta(days=chance.randrange(3))).isoformat(),
            open_copies=chance.choice(["move", "drain"]),
        )
        for code in ("IPSW", "LOWE")
    ]
    for _ in range(12):
        match chance.choice(["day", "turn", "turn", "news", "withdraw"]):
            case "day":
                delivery.clock.advance(timedelta(days=1))
            case "turn":
                await switches.turn()
            case "news":
                await delivery.hears(a_route_changed(switches.order, chance.choice([HUB, None, a_branch("IPSW")])))
            case "withdraw":
                await switches.withdraw(chance.choice(planned))
    for switch in planned:
        told = [event for event in await delivery.published(DeliverySwitchChanged) if str(event.switch_id) == switch["switch_id"]]
        lives = ["planned", "running", "done"], ["planned", "withdrawn"], ["planned", "running", "withdrawn"]
        assert any([event.state for event in told] == life[: len(told)] for life in lives)
        assert [event.version for event in told] == list(range(1, len(told) + 1))
        async with delivery.engine.connect() as connection:
            of = select(func.count()).where(switch_history.c.subject_id == switch["switch_id"])
            assert (await connection.execute(of)).scalar_one() == len(told)
        following = {event.rule_id: event for event in await delivery.published(DeliveryRuleChanged) if event.valid_to is None}
        mine = [event for event in following.values() if event.branch == switch["branches"][0]]
        withdrawn = told[-1].state == "withdrawn"
        assert not (withdrawn and any(event.open_copies_follow for event in mine))


async def test_switches_are_published_again(
    delivery: Delivery, switches: Switches, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    await switches.begun(branches=["LOWE"])
    await switches.planned(branches=["IPSW"])
    hearing = Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))
    rows = await check_rebuild(hearing, OWNER, delivery.clock, evidence_model)
    assert len(rows["switch"]) == 2
    # That the one that began had been planned.
    assert await check_feed(hearing, OWNER, delivery.clock, feed_model) == {"switch_changed"}
    again, _ = await published_again(hearing, OWNER, delivery.clock)
    stated = [
        DeliverySwitchChanged.model_validate_json(one.data) for one in again if one.type == DeliverySwitchChanged.event_type
    ]
    assert sorted((one.version, one.state) for one in stated) == [(1, "planned"), (2, "running")]
