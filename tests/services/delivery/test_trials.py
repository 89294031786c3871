"""Trials of deliveries at the door of delivery: made, refused, shown, ended, and carried by the events of their copies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from services.delivery.store import routes
from shared.contracts.delivery import (
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DeliveryRuleChanged,
    DiscrepancyFound,
)
from shared.contracts.suppliers import CopyReference, SupplierAnnounced
from shared.contracts.trials import Arm, DrawUnit, TrialArm, TrialTerms
from shared.sourcing.rules import Mode, Trail
from tests.builders import (
    HUB,
    NORFOLK,
    SUFFOLK,
    a_branch,
    a_despatch,
    a_despatched_line,
    a_parcel,
    an_order_placed,
    an_ordered_line,
    unpacked_at,
)
from tests.services.delivery.conftest import Delivery, Json
from tests.services.delivery.test_switches import Switches
from tests.services.hearing import Hearing
from tests.services.migrating import migrated
from tests.services.read_model import ReadModel, check_rebuild, published_again

TERMS = {"name": "straight", "share": "0.5", "unit": "line", "seed": ""}
HUB_ROUTE = {"kind": "hub", "hub": {"code": "CSU", "name": "Central stock unit", "gln": None}}
DIRECT = {"kind": "direct", "hub": None}


async def add(delivery: Delivery, **rule: object) -> httpx.Response:
    """Tries the route straight to the branches."""
    tried = {"valid_from": "2026-01-01", "mode": "pilot", "trial": TERMS, "route": {"kind": "direct"}}
    return await delivery.post_rule({**tried, **rule})


async def added(delivery: Delivery, **rule: object) -> Json:
    answer = await add(delivery, **rule)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    assert made.pop("warnings") == []
    return made


async def end(delivery: Delivery, council: str = SUFFOLK) -> httpx.Response:
    body = {"reason": "The period is over"}
    return await delivery.client.post("/v1/trials/straight/end", json=body, headers=delivery.writer(council))


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_pilot_rule_is_kept_and_published_with_its_trial(delivery: Delivery) -> None:
    made = await added(delivery, branch="LOWE", reason="Tried before we decide")
    assert (made["trial"], made["created_by"], made["ended_by"]) == (TERMS, "librarian", None)
    assert (await delivery.get("/v1/route-rules")).json()["items"] == [made]
    (event,) = await delivery.published(DeliveryRuleChanged)
    assert (event.pilot, event.trial) == (True, TrialTerms(name="straight", share="0.5", unit=DrawUnit.LINE))
    (again,), _ = await published_again(Hearing(delivery.engine, delivery.clock, handlers(delivery.clock)), OWNER, delivery.clock)
    assert DeliveryRuleChanged.model_validate_json(again.data) == event


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"trial": None}, ("/trial", "trial-missing")),
        ({"mode": "live"}, ("/trial", "trial-of-live-rule")),
        ({"trial": {**TERMS, "share": "1.5"}}, ("/trial/share", "value_error")),
        ({"trial": {**TERMS, "name": "wide"}}, ("/trial", "overlapping-trials")),
        ({"branch": "IPSW", "trial": {**TERMS, "share": "0.6"}}, ("/trial/share", "other-terms")),
    ],
)
async def test_a_rule_with_a_wrong_trial_is_refused_at_its_place(
    delivery: Delivery, rule: dict[str, Any], fault: tuple[str, str]
) -> None:
    made = await added(delivery, branch="LOWE")
    assert faults(await add(delivery, **rule)) == [fault]
    assert (await delivery.get("/v1/route-rules")).json()["items"] == [made]


async def test_a_trial_is_listed_and_ended_and_keeps_who_when_and_why(delivery: Delivery) -> None:
    await added(delivery, branch="LOWE")
    delivery.clock.advance(timedelta(days=1))
    assert (await end(delivery, NORFOLK)).json()["code"] == "no-such-trial"
    (running,) = (await delivery.get("/v1/trials")).json()["items"]
    assert {**running, "rules": []} == {
        **TERMS, "first_day": "2026-01-01", "last_day": None, "state": "running", "rules": [],
    }  # fmt: skip
    ended = await end(delivery)
    assert ended.status_code == 200, ended.text
    (rule,) = ended.json()["rules"]
    today = delivery.clock.today().isoformat()
    assert [rule[name] for name in ("ended_by", "ended_reason", "valid_to")] == ["librarian", "The period is over", today]
    assert rule["ended_at"] is not None
    assert (await end(delivery)).json() == ended.json()
    assert (await delivery.get("/v1/trials")).json()["items"] == [ended.json()]
    assert (await delivery.get("/v1/trials/straight")).json() == ended.json()
    assert [event.valid_to for event in await delivery.published(DeliveryRuleChanged)] == [None, delivery.clock.today()]


async def test_where_a_second_person_is_required_trials_begin_and_end_once_one_approves(delivery: Delivery) -> None:
    required = {"second_person": True, "reason": "The auditors asked for it"}
    assert (await delivery.require_two(required)).status_code == 200

    async def approve(change: httpx.Response) -> httpx.Response:
        assert change.status_code == 202, change.text
        path = f"/v1/changes/{change.json()['change_id']}/approve"
        return await delivery.client.post(path, headers=delivery.writer(subject="another"))

    why: Json = {"branch": "LOWE", "reason": "Tried before we decide"}
    assert faults(await add(delivery, **why, trial=None)) == [("/trial", "trial-missing")], "also while it would wait"
    one, two = await add(delivery, **why), await add(delivery, **why, trial={**TERMS, "name": "wide"})
    assert (await delivery.get("/v1/trials")).json()["items"] == []
    assert (await approve(one)).status_code == 200
    assert faults(await approve(two)) == [("/trial", "overlapping-trials")]

    ending = await end(delivery)
    (running,) = (await delivery.get("/v1/trials")).json()["items"]
    assert (ending.json()["kind"], running["rules"][0]["ended_by"]) == ("end_trial", None)
    assert (await approve(ending)).status_code == 200
    (ended,) = (await delivery.get("/v1/trials")).json()["items"]
    (rule,) = ended["rules"]
    who = [rule[name] for name in ("created_by", "approved_by", "ended_by", "end_approved_by")]
    assert (who, rule["ended_reason"]) == (["librarian", "another"] * 2, "The period is over")
    assert [event.valid_to for event in await delivery.published(DeliveryRuleChanged)] == [None, delivery.clock.today()]


async def test_a_preview_shows_the_route_of_each_arm(delivery: Delivery) -> None:
    await delivery.hears(SupplierAnnounced(supplier_id="eastern", name="Eastern", announced_at=datetime(2026, 3, 1, tzinfo=UTC)))
    pilot = await added(delivery)

    async def previewed() -> Json:
        found: Json = (await delivery.get("/v1/route-rules/preview", {"branch": "LOWE", "supplier_id": "eastern"})).json()
        assert (found["rule_id"], found["mode"], found["route"]) == (pilot["rule_id"], "pilot", DIRECT)
        trial: Json = found["trial"]
        return trial

    assert (await previewed())["control"] is None
    live = await delivery.post_rule({"valid_from": "2025-01-01", "route": HUB_ROUTE})
    terms = {name: TERMS[name] for name in ("name", "share", "unit")}
    arms = {"pilot": {"route": DIRECT, "rule_id": pilot["rule_id"]}}
    arms["control"] = {"route": HUB_ROUTE, "rule_id": live.json()["rule_id"]}
    assert await previewed() == {**terms, **arms}


async def test_events_about_a_copy_carry_its_trial_and_arm_also_when_published_again(
    delivery: Delivery, evidence_model: ReadModel
) -> None:
    drawn = TrialArm(trial="straight", arm=Arm.PILOT)
    line = unpacked_at(an_ordered_line(branches=["IPSW", "IPSW"]), a_branch("IPSW"), None)
    first = line.copies[0].model_copy(update={"route_trial": drawn})
    line = line.model_copy(update={"copies": (first, line.copies[1])})
    goods = a_despatched_line(line, 2, copies=[CopyReference(copy_number=number, barcode=f"B{number}") for number in (1, 2)])
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(goods), deliver_to=HUB))
    consignment = await delivery.consignment()
    await delivery.receives(consignment["consignment_id"], {"barcode": "B1"}, complete=True)
    await delivery.receives((await delivery.consignment(leg="from_hub"))["consignment_id"], complete=True)

    arms = {line.copies[0].copy_id: drawn, line.copies[1].copy_id: None}
    expected, received = await delivery.published(ConsignmentExpected), await delivery.published(CopiesReceived)
    assert {copy.copy_id: copy.route_trial for event in expected for copy in event.copies} == arms
    assert {copy.copy_id: copy.route_trial for event in received for copy in event.copies} == {first.copy_id: drawn}
    (astray,) = await delivery.published(CopyMisdirected)
    short = await delivery.published(DiscrepancyFound)
    concerned = [astray.consigned_copy, *(found.consigned_copy for found in short if found.consigned_copy)]
    assert {copy.copy_id: copy.route_trial for copy in concerned} == arms
    hearing = Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))
    await check_rebuild(hearing, OWNER, delivery.clock, evidence_model)
    again = [event for event in await hearing.sent() if isinstance(event, CopyMisdirected)]
    assert again == [astray] * len(again)
    assert len(again) > 1


async def test_a_switch_leaves_rules_of_trials_alone_and_does_not_wait_for_the_pilot_arm(delivery: Delivery) -> None:
    both = SupplierAnnounced(
        supplier_id="eastern", name="Eastern", announced_at=datetime(2026, 3, 1, tzinfo=UTC), takes_route_changes=True
    )
    line = unpacked_at(an_ordered_line(branches=["LOWE", "LOWE"]), a_branch("LOWE"), a_branch("LOWE"))
    arms = [TrialArm(trial="straight", arm=arm) for arm in (Arm.PILOT, Arm.CONTROL)]
    copies = tuple(copy.model_copy(update={"route_trial": arm}) for copy, arm in zip(line.copies, arms, strict=True))
    await delivery.hears(both, an_order_placed(line.model_copy(update={"copies": copies})))
    await added(delivery, branch="LOWE", material="book")
    switch = await Switches(delivery).begun(branches=["LOWE"], route=HUB_ROUTE)
    assert (switch["state"], switch["copies"]) == ("running", {"staying": 1, "waiting": 1})
    rules = (await delivery.get("/v1/route-rules")).json()["items"]
    assert [(rule["mode"], rule["valid_to"]) for rule in rules] == [("pilot", None), ("live", None)]


_BEFORE = (
    "INSERT INTO route_rule (rule_id, council, branch, valid_from, mode, reason, created_by) VALUES "
    "('5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11', 'GB-SFK', 'LOWE', '2026-01-01', 'pilot', '', 'staff')"
)


async def test_a_pilot_rule_of_an_earlier_release_stays_without_a_trial(database_url: str) -> None:
    async with migrated(database_url, "services.delivery", before="0008", rows=[_BEFORE]) as engine:
        async with engine.connect() as connection:
            (rule,) = await routes.page(connection, "GB-SFK", after=None, limit=9)
        assert (rule.mode, rule.trial, rule.trail) == (Mode.PILOT, None, Trail(created_by="staff"))


async def test_a_switch_or_a_rule_that_takes_a_branch_out_of_a_trial_says_so_and_does_it(delivery: Delivery) -> None:
    switches = Switches(delivery)
    await switches.set_up()
    await added(delivery)
    tomorrow = (delivery.clock.today() + timedelta(days=1)).isoformat()
    asked: Json = {"branches": ["LOWE"], "first_day": tomorrow}
    preview = (await switches.ask("/preview", **asked)).json()
    planned = await switches.planned(**asked)
    (warning,) = planned["warnings"]
    assert preview["warnings"] == (await switches.read(planned))["warnings"] == [warning]
    said = (
        f"From {tomorrow}, trial 'straight' no longer draws for supplier any, branch LOWE, material any: a live rule for direct"
    )
    assert (warning["code"], warning["detail"][: len(said)]) == ("out-of-trial", said)
    assert await drawn(delivery, "LOWE") == "straight"
    delivery.clock.advance(timedelta(days=1))
    await switches.turn()
    assert (await drawn(delivery, "LOWE"), await drawn(delivery, "IPSW")) == (None, "straight")
    assert (await switches.read(planned))["warnings"] == []

    live = {"mode": "live", "trial": None, "valid_from": tomorrow, "branch": "IPSW", "supplier_id": "harbour"}
    refused_there = await add(delivery, **live, route=HUB_ROUTE)
    assert [one["code"] for one in refused_there.json()["warnings"]] == [], "harbour offers no direct route: no trial drew"
    rule = (await add(delivery, **{**live, "supplier_id": "eastern"}, route=HUB_ROUTE)).json()
    assert [one["code"] for one in rule["warnings"]] == ["out-of-trial"]
    assert await drawn(delivery, "IPSW") is None


async def drawn(delivery: Delivery, branch: str) -> str | None:
    """The trial that draws for Eastern's goods to a branch today."""
    preview = (await delivery.get("/v1/route-rules/preview", {"branch": branch, "supplier_id": "eastern"})).json()
    return preview["trial"] and str(preview["trial"]["name"])
