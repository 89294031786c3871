"""A council may require a second person: until then, what one person asks for has no effect."""

import asyncio
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest

from shared.contracts.waiting import ApprovalChanged
from shared.republish import Wanted
from shared.sourcing.chapters import change_chapter
from shared.sourcing.rules import Strand
from tests.fixtures.chance import Chance
from tests.services.orders.approved import PEOPLE, RULE, Council
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.switched import Switches

PREVIEW = "/v1/sourcing-rules/preview?branch=LOWE"
TRIAL = {"name": "bookseller", "share": "0.3", "unit": "line"}


def copies_at(supplier: str, order: dict[str, Any]) -> list[dict[str, Any]]:
    return [copy for line in order["lines"] if line["supplier_id"] == supplier for copy in line["copies"]]


@pytest.fixture
async def council(orders: Orders) -> Council:
    found = Council(orders)
    assert (await found.requires(True)).status_code == 200
    return found


async def test_a_rule_waits_without_effect_until_another_person_approves_it(council: Council) -> None:
    before = await council.rules()
    answer = await council.calls("ann", "POST", "/v1/sourcing-rules", RULE)
    change = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/changes/{change['change_id']}")
    assert (change["kind"], change["state"], change["proposed_by"], change["reason"]) == (
        "add_rule", "waiting", "ann", "Lowestoft follows",
    )  # fmt: skip
    assert (await council.orders.get(PREVIEW))["supplier_id"] == "consortium"
    assert (await council.rules(), await council.orders.published()) == (before, [ApprovalChanged.event_type])

    own = await council.approves("ann", change)
    assert (own.status_code, own.json()["code"]) == (403, "own-change")
    assert "another person of the council must approve it" in own.json()["detail"]
    approved = await council.approves("bob", change)
    assert (approved.status_code, approved.json()["state"], approved.json()["decided_by"]) == (200, "approved", "bob")
    rule = (await council.rules())[change["change_id"]]
    assert [rule[name] for name in ("created_by", "approved_by", "reason")] == ["ann", "bob", "Lowestoft follows"]
    assert (await council.orders.get(PREVIEW))["rule_id"] == change["change_id"]
    told = ApprovalChanged.event_type
    assert await council.orders.published() == [told, "orders.rule.changed.v1", told]
    waits, decided = [event for event in await council.orders.sent() if isinstance(event, ApprovalChanged)]
    assert (waits.strand, waits.kind, waits.proposed_by, waits.settled_at) == ("ordering", "add_rule", "ann", None)
    assert (str(decided.change_id), decided.settled_at is not None) == (change["change_id"], True)
    async with council.orders.engine.connect() as connection:
        page = await change_chapter(Strand.ORDERING).read(connection, Wanted(), None)
    assert [statement.event for statement in page.statements] == [decided]


async def test_the_end_of_a_rule_and_of_a_trial_wait_and_say_who_and_why(council: Council) -> None:
    change = await council.proposes(mode="pilot", trial=TRIAL)
    await council.approves("bob", change)
    rule = f"/v1/sourcing-rules/{change['change_id']}"
    missing = await council.calls("bob", "DELETE", rule)
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/query/reason")
    end = (await council.calls("bob", "DELETE", f"{rule}?reason=Too+slow")).json()
    other = (await council.calls("cat", "POST", "/v1/trials/bookseller/end", {"reason": "It is over"})).json()
    assert (await council.rules())[change["change_id"]]["valid_to"] is None
    assert (await council.approves("ann", other)).status_code == 200
    assert (await council.approves("ann", end)).status_code == 200
    ended = (await council.rules())[change["change_id"]]
    assert [ended[name] for name in ("ended_by", "end_approved_by", "ended_reason")] == ["cat", "ann", "It is over"]
    assert (await council.orders.get("/v1/trials"))["items"][0]["state"] == "ended"


async def test_two_persons_who_approve_at_once_have_one_effect(council: Council) -> None:
    change = await council.proposes()
    both = await asyncio.gather(council.approves("bob", change), council.approves("cat", change))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    (late,) = [answer.json() for answer in both if answer.status_code == 409]
    assert late["code"] == "change-decided"
    told = ApprovalChanged.event_type
    assert await council.orders.published() == [told, "orders.rule.changed.v1", told]
    (first,) = [person for person, answer in zip(("bob", "cat"), both, strict=True) if answer.status_code == 200]
    assert (await council.approves(first, change)).status_code == 200
    assert (await council.declines("ann", change)).json()["code"] == "change-decided"


async def test_a_decision_is_of_the_change_as_it_was_read_and_made_once_under_its_key(council: Council) -> None:
    path = f"/v1/changes/{(await council.proposes())['change_id']}"
    read = (await council.calls("bob", "GET", path)).headers["etag"]
    once = {"Idempotency_Key": "one", "If_Match": read}
    both = [await council.calls("bob", "POST", f"{path}/approve", **once) for _ in range(2)]
    assert [(one.status_code, one.headers.get("Idempotent-Replayed")) for one in both] == [(200, None), (200, "true")]
    assert both[0].json() == both[1].json()
    late = await council.calls("cat", "POST", f"{path}/decline", {"reason": "Not this year"}, If_Match=read)
    assert (late.status_code, late.json()["code"]) == (412, "stale-version")
    unread = await council.calls("ann", "PUT", "/v1/approval", {"second_person": True, "reason": "Twice"})
    assert (unread.status_code, unread.json()["code"]) == (428, "if-match-required")


async def test_a_request_that_is_repeated_gets_the_same_change(council: Council) -> None:
    path = "/v1/sourcing-rules"
    first = (await council.calls("ann", "POST", path, RULE, Idempotency_Key="one")).json()
    again = await council.calls("ann", "POST", path, RULE, Idempotency_Key="one")
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (202, first, "true")
    other = await council.calls("ann", "POST", path, {**RULE, "branch": "IPSW"}, Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (await council.calls("ann", "POST", path, RULE)).json() == first, "with another key, what waits is recognised"
    second = await council.calls("bob", "POST", path, RULE)
    assert (second.status_code, second.json()["code"]) == (409, "proposed-before")
    assert f"/v1/changes/{first['change_id']}/approve" in second.json()["detail"]
    await council.approves("bob", first)
    later = await council.calls("ann", "POST", path, RULE, Idempotency_Key="one")
    assert later.json()["state"] == "approved"


async def test_without_a_second_person_changes_are_made_at_once_once_under_their_key_and_listed(orders: Orders) -> None:
    council, path = Council(orders), "/v1/sourcing-rules"
    added = await council.calls("ann", "POST", path, RULE, Idempotency_Key="one")
    again = await council.calls("ann", "POST", path, RULE, Idempotency_Key="one")
    assert (added.status_code, again.status_code, again.json()) == (201, 201, added.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    rule_id = added.json()["rule_id"]
    ended = await council.calls("bob", "DELETE", f"{path}/{rule_id}?reason=Over")
    persons = [ended.json()[name] for name in ("created_by", "approved_by", "ended_by", "ended_reason")]
    assert persons == ["ann", None, "bob", "Over"]
    listed = {one["reason"]: one for one in (await orders.get("/v1/changes"))["items"]}
    shown = [(one["kind"], one["state"], one["proposed_by"]) for one in (listed["Lowestoft follows"], listed["Over"])]
    assert shown == [("add_rule", "made", "ann"), ("end_rule", "made", "bob")]
    decided = await council.approves("cat", listed["Over"])
    assert (decided.status_code, decided.json()["code"]) == (409, "change-decided")


async def test_a_wrong_change_is_refused_when_it_is_proposed_and_checked_again_when_it_is_approved(council: Council) -> None:
    unknown = await council.calls("ann", "POST", "/v1/sourcing-rules", {**RULE, "supplier_id": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-supplier")
    gone = await council.calls("ann", "DELETE", "/v1/sourcing-rules/00000000-0000-0000-0000-000000000000?reason=Gone")
    assert (gone.status_code, await council.waiting()) == (404, [])
    silent = await council.calls("ann", "POST", "/v1/sourcing-rules", {**RULE, "reason": ""})
    assert (silent.json()["code"], silent.json()["errors"][0]["pointer"]) == ("reason-missing", "/reason")

    one = await council.proposes(mode="pilot", trial=TRIAL)
    two = await council.proposes("bob", mode="pilot", trial={**TRIAL, "name": "second"})
    assert (await council.approves("bob", one)).status_code == 200
    refused = await council.approves("ann", two)
    assert (refused.status_code, refused.json()["code"]) == (422, "overlapping-trials")
    assert [change["change_id"] for change in await council.waiting()] == [two["change_id"]]


async def test_a_first_day_that_passes_meanwhile_is_refused_with_what_to_do(council: Council) -> None:
    today, past = await council.proposes(), await council.proposes(branch="IPSW", valid_from="2026-01-01")
    council.orders.clock.advance(timedelta(days=1))
    late = await council.approves("bob", today)
    assert (late.status_code, late.json()["code"], late.json()["errors"][0]["pointer"]) == (422, "day-passed", "/valid_from")
    assert "propose it again with 2026-03-03 or a later day" in late.json()["detail"]
    assert (await council.declines("ann", today)).json()["decided_reason"] == "Not this year", "also one's own"
    assert (await council.approves("bob", past)).status_code == 200, "its first day had passed when it was proposed"


async def test_a_switch_waits_as_planned_and_begins_once_approved_also_after_its_first_day(council: Council) -> None:
    order, switches = await council.orders.placed(an_order()), Switches(council.orders)
    switch = await switches.planned()
    assert (switch["state"], switch["needs_approval"], switch["approved_by"]) == ("planned", True, None)
    (change,) = await council.waiting()
    assert (change["change_id"], change["kind"], change["reason"]) == (switch["switch_id"], "switch", switch["reason"])
    rules = await council.rules()
    await switches.after(days=2)
    assert ((await switches.read(switch))["state"], await council.rules()) == ("planned", rules)

    assert (await council.approves("librarian", change)).json()["code"] == "own-change", "whoever planned it"
    assert (await council.approves("bob", change)).status_code == 200
    assert ((await switches.read(switch))["approved_by"], await council.rules()) == ("bob", rules)
    await switches.turn()
    begun = await switches.read(switch)
    assert begun["state"] == "running"
    steps = [(step["actor"], step["to_state"], step["reason"]) for step in begun["history"]]
    assert steps[1] == ("bob", None, "approved")
    changed = [rule for rule in (await council.rules()).values() if rule not in rules.values()]
    persons = [rule["end_approved_by"] if rule["ended_by"] else rule["approved_by"] for rule in changed]
    assert (len(changed), persons) == (2, ["bob", "bob"])
    assert {rule["ended_reason"] if rule["ended_by"] else rule["reason"] for rule in changed} == {switch["reason"]}
    assert [copy["cancel_requested"] for copy in copies_at("consortium", await council.orders.read(order["order_id"]))] == [
        True
    ] * 2


async def test_a_dead_supplier_waits_for_the_second_person_too_and_is_withdrawn_where_that_declines(council: Council) -> None:
    order, switches = await council.orders.placed(an_order()), Switches(council.orders)
    dead = await switches.dead()
    assert (dead["state"], dead["needs_approval"]) == ("planned", True)
    assert await council.orders.read(order["order_id"]) == order
    (change,) = await council.waiting()
    assert (await council.declines("bob", change)).json()["state"] == "declined"
    assert (await switches.read(dead))["state"] == "withdrawn"
    assert (await council.approves("cat", change)).json()["code"] == "change-decided"

    switch = await switches.planned()
    assert (await switches.withdraw(switch)).json()["state"] == "withdrawn"
    (listed,) = [one for one in (await council.orders.get("/v1/changes"))["items"] if one["change_id"] == switch["switch_id"]]
    assert (listed["state"], listed["decided_by"], await council.waiting()) == ("declined", "librarian", [])


async def test_a_switch_is_checked_again_when_it_is_approved(council: Council) -> None:
    switches, today = Switches(council.orders), council.orders.clock.today()
    switch = await switches.planned(open_copies="drain", drain_until=(today + timedelta(days=3)).isoformat())
    (change,) = await council.waiting()
    council.orders.clock.advance(timedelta(days=4))
    refused = await council.approves("bob", change)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "drain-too-short")
    assert ((await switches.read(switch))["approved_by"], await council.waiting()) == (None, [change])


async def test_to_require_no_second_person_needs_the_second_person_too(council: Council) -> None:
    assert (await council.requires(True, "bob")).json()["changed_by"] == "ann", "it is required already"
    off = await council.requires(False, "ann")
    assert (off.status_code, off.json()["kind"]) == (202, "one_person")
    assert (await council.orders.get("/v1/approval"))["second_person"] is True
    assert (await council.approves("ann", off.json())).status_code == 403
    assert (await council.approves("bob", off.json())).status_code == 200
    approval = await council.orders.get("/v1/approval")
    assert [approval[name] for name in ("second_person", "changed_by", "approved_by")] == [False, "ann", "bob"]
    assert (await council.calls("ann", "POST", "/v1/sourcing-rules", RULE)).status_code == 201
    assert (await council.requires(False)).status_code == 200


async def test_councils_neither_see_nor_decide_each_others_changes(council: Council) -> None:
    change = await council.proposes()
    other = Council(council.orders.of_council("GB-ESS"))
    assert (await other.waiting(), (await other.approves("bob", change)).status_code) == ([], 404)
    assert (await other.calls("bob", "GET", f"/v1/changes/{change['change_id']}")).status_code == 404
    assert (await other.orders.get("/v1/approval"))["second_person"] is False
    reader = council.orders.tokens.headers("orders:read", subject="bob")
    path = f"/v1/changes/{change['change_id']}/approve"
    assert (await council.orders.client.post(path, headers=reader)).status_code == 403


async def test_whatever_people_do_nothing_takes_effect_without_a_second_one(council: Council, chance: Chance) -> None:
    """A walk of random people and steps: only an approval changes rules, and what changed names two persons."""
    random, switches = Random(chance.seed), Switches(council.orders)
    first = rules = await council.rules()
    for step in range(400 if chance.deep else 40):
        person, waiting = random.choice(PEOPLE), await council.waiting()
        kind = random.choice(("add", "end", "switch", "off", "decline", "approve", "approve", "approve"))
        answer = await _acts(council, kind, person, random, step, waiting)
        await switches.turn()
        found = await council.rules()
        assert found == rules or (kind, answer.status_code) == ("approve", 200), f"step {step}: {kind}"
        for rule in (rule for rule in found.values() if rule not in first.values()):
            made, ended = (rule["created_by"], rule["approved_by"]), (rule["ended_by"], rule["end_approved_by"])
            assert rule["rule_id"] in first or (None not in made and made[0] != made[1]), rule
            assert ended == (None, None) or (None not in ended and ended[0] != ended[1]), rule
        rules = found
        if not (await council.orders.get("/v1/approval"))["second_person"]:
            await council.requires(True, person)
    assert rules != first


async def _acts(
    council: Council, kind: str, person: str, random: Random, step: int, waiting: list[dict[str, Any]]
) -> httpx.Response:
    match kind:
        case "add":
            return await council.calls(person, "POST", "/v1/sourcing-rules", {**RULE, "material": f"book{step}"})
        case "end":
            rule_id = random.choice(sorted(await council.rules()))
            return await council.calls(person, "DELETE", f"/v1/sourcing-rules/{rule_id}?reason=Over")
        case "switch":
            body = Switches(council.orders).body(branches=["LOWE"], materials=[f"book{random.randrange(step + 1)}"])
            return await council.calls(person, "POST", "/v1/switches", body, Idempotency_Key=f"switch-{step}")
        case "decline" if waiting:
            return await council.declines(person, random.choice(waiting))
        case "approve" if waiting:
            change = random.choice(waiting)
            answer = await council.approves(person, change)
            assert (answer.status_code == 403) is (person == change["proposed_by"]), answer.text
            return answer
    return await council.requires(False, person)
