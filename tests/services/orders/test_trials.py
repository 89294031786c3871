"""Trials at the door of the order book: made, refused, drawn, shown, ended and published again."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from shared.contracts.orders import OrderPlaced, SourcingRuleChanged
from shared.contracts.trials import Arm, DrawUnit
from shared.sourcing.rules import Mode, Strand, Trial
from shared.sourcing.store import rules_on
from shared.sourcing.trials import Choice, Units, chooser, draw
from tests.services.hearing import Hearing
from tests.services.migrating import migrated
from tests.services.orders.conftest import Orders
from tests.services.orders.test_proposals import accept, proposed
from tests.services.read_model import published_again

RULES = "/v1/sourcing-rules"
LINES = 30
DRAWN = Trial("bookseller", Decimal("0.5"), DrawUnit.LINE)


def trial(**terms: str) -> dict[str, str]:
    return {"name": "bookseller", "share": "0.5", "unit": "line", **terms}


async def add(orders: Orders, **rule: object) -> httpx.Response:
    """Tries the bookseller at Lowestoft, which the consortium serves."""
    body = {"supplier_id": "national", "branch": "LOWE", "valid_from": "2026-01-01", "mode": "pilot", "trial": trial(), **rule}
    return await orders.client.post(RULES, json=body, headers=orders.headers)


async def added(orders: Orders, **rule: object) -> dict[str, Any]:
    answer = await add(orders, **rule)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert made.pop("warnings") == []
    return made


async def end(orders: Orders, name: str = "bookseller", reason: str = "The period is over") -> httpx.Response:
    return await orders.client.post(f"/v1/trials/{name}/end", json={"reason": reason}, headers=orders.headers)


async def listed(orders: Orders, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await orders.get(f"/v1/trials{query}"))["items"]
    return items


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def an_order(number: str = "SFK-1") -> dict[str, Any]:
    copies = [{"branch": "LOWE", "fund": "FIC", "quantity": 2}, {"branch": "IPSW", "fund": "FIC"}]
    return {
        "order_number": number,
        "lines": [{"line_number": line, "isbn": "9780141439518", "copies": copies} for line in range(1, LINES + 1)],
    }


def arms(lines: list[dict[str, Any]]) -> dict[int, tuple[str, str]]:
    """Supplier and arm by line number, of the lines that are in the trial."""
    drawn = [line for line in lines if line["trial"]]
    assert {line["trial"]["trial"] for line in drawn} <= {"bookseller"}
    return {line["line_number"]: (line["supplier_id"], line["trial"]["arm"]) for line in drawn}


def expected(number: str = "SFK-1") -> dict[int, tuple[str, str]]:
    supplier = {"pilot": "national", "control": "consortium"}
    found = {line: draw(DRAWN, "GB-SFK", (number, str(line))).value for line in range(1, LINES + 1)}
    return {line: (supplier[arm], arm) for line, arm in found.items()}


async def test_placed_lines_carry_trial_and_arm_in_receipt_view_and_events(orders: Orders) -> None:
    await added(orders)
    first = await orders.post(an_order(), key="k")
    assert arms(first.json()["lines"]) == expected()
    assert set(expected().values()) == {("national", "pilot"), ("consortium", "control")}
    assert {line["supplier_id"] for line in first.json()["lines"] if line["trial"] is None} == {"national"}
    assert len(first.json()["lines"]) == 2 * LINES

    again = await orders.post(an_order(), key="another")
    assert (again.status_code, again.content) == (201, first.content)
    view = await orders.read(first.json()["order_id"])
    assert arms(view["lines"]) == expected()

    hearing = Hearing(orders.engine, orders.clock, handlers(orders.clock))
    republished, _ = await published_again(hearing, OWNER, orders.clock)
    events = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    assert len(events) == 2
    for event in events:
        lines = [line.model_dump(mode="json") for line in event.lines]
        assert arms(lines) == expected()
    rules = [SourcingRuleChanged.model_validate_json(one.data) for one in republished if one.type.startswith("orders.rule")]
    assert [rule.trial.share for rule in rules if rule.trial] == ["0.5"]


async def test_an_order_that_was_refused_draws_the_same_when_it_is_sent_again(orders: Orders) -> None:
    await added(orders)
    refused = await orders.post({**an_order(), "lines": [*an_order()["lines"], {**an_order()["lines"][0], "isbn": "1"}]})
    assert refused.status_code == 422
    assert arms((await orders.placed(an_order()))["lines"]) == expected()


async def test_a_control_arm_without_a_rule_refuses_the_line_and_says_so(orders: Orders) -> None:
    for rule in (await orders.get(RULES))["items"]:
        await orders.client.delete(f"{RULES}/{rule['rule_id']}", headers=orders.headers)
    await added(orders, branch=None, trial=trial(share="0"))
    answer = await orders.post({**an_order(), "lines": an_order()["lines"][:1]})
    assert faults(answer) == [(f"/lines/0/copies/{copy}/branch", "no-sourcing-rule") for copy in range(2)]
    assert "the control arm has no rule" in answer.json()["errors"][0]["detail"]


async def test_a_preview_shows_the_trial_with_what_serves_each_arm(orders: Orders) -> None:
    rules = {rule["branch"]: rule["rule_id"] for rule in (await orders.get(RULES))["items"]}
    made = await added(orders, trial=trial(share="0.250"))
    preview = await orders.get(f"{RULES}/preview?branch=LOWE")
    assert preview == {
        "supplier_id": "national",
        "rule_id": made["rule_id"],
        "mode": "pilot",
        "contract_end": None,
        "trial": {
            "name": "bookseller",
            "share": "0.25",
            "unit": "line",
            "pilot": {"supplier_id": "national", "rule_id": made["rule_id"]},
            "control": {"supplier_id": "consortium", "rule_id": rules["LOWE"]},
        },
    }
    assert (await orders.get(f"{RULES}/preview?branch=IPSW"))["trial"] is None


async def test_a_rule_says_who_made_it_and_why(orders: Orders) -> None:
    made = await added(orders, reason="Tried before we decide")
    assert (made["reason"], made["created_by"]) == ("Tried before we decide", "librarian")
    (kept,) = [rule for rule in (await orders.get(RULES))["items"] if rule["rule_id"] == made["rule_id"]]
    assert kept == made
    assert faults(await add(orders, reason="x" * 351))[0][0] == "/reason"


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"trial": None}, "/trial"),
        ({"mode": "live"}, "/trial"),
        ({"trial": trial(share="1.5")}, "/trial/share"),
        ({"trial": trial(share="-0.1")}, "/trial/share"),
        ({"trial": trial(share="1e-1")}, "/trial/share"),
        ({"trial": trial(share="\u0661")}, "/trial/share"),
        ({"trial": {**trial(), "share": 0.3}}, "/trial/share"),
        ({"trial": trial(unit="copy")}, "/trial/unit"),
        ({"trial": trial(name="a/b")}, "/trial/name"),
        ({"trial": trial(name=" ")}, "/trial/name"),
        ({"trial": trial(seed="a\u200b")}, "/trial/seed"),
        ({"trial": trial(colour="red")}, "/trial/colour"),
    ],
)
async def test_a_rule_with_a_wrong_trial_is_refused_at_its_place(orders: Orders, rule: dict[str, Any], pointer: str) -> None:
    answer = await add(orders, **rule)
    assert [found for found, _ in faults(answer)] == [pointer]
    assert "rial" in answer.text
    assert await listed(orders) == []


async def test_a_trial_that_overlaps_another_is_refused_with_its_name(orders: Orders) -> None:
    await added(orders)
    answer = await add(orders, branch=None, material="book", trial=trial(name="wide"))
    assert faults(answer) == [("/trial", "overlapping-trials")]
    assert "'bookseller'" in answer.json()["errors"][0]["detail"]
    await added(orders, branch="IPSW", trial=trial(name="wide"))
    await added(orders, branch="BURY")
    assert faults(await add(orders, branch="EYE", trial=trial(share="0.6"))) == [("/trial/share", "other-terms")]
    norfolk = orders.of_council("GB-NFK")
    await added(norfolk, trial=trial(name="wide"))
    assert [found["name"] for found in await listed(orders)] == ["bookseller", "wide"]


async def test_of_two_overlapping_trials_at_once_one_is_refused(orders: Orders) -> None:
    answers = await asyncio.gather(*(add(orders, trial=trial(name=f"trial {number}")) for number in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 7
    assert len(await listed(orders)) == 1


async def test_trials_are_listed_by_name_with_their_days_and_state(orders: Orders) -> None:
    today = orders.clock.today()
    first = await added(orders, trial=trial(share="0.30", seed="a"), valid_to=(today + timedelta(days=30)).isoformat())
    await added(
        orders, branch="IPSW", trial=trial(name="autumn", unit="order"), valid_from=(today + timedelta(days=9)).isoformat()
    )
    autumn, bookseller = await listed(orders)
    assert bookseller == {
        "name": "bookseller",
        "share": "0.3",
        "unit": "line",
        "seed": "a",
        "first_day": "2026-01-01",
        "last_day": (today + timedelta(days=29)).isoformat(),
        "state": "running",
        "rules": [first],
    }
    assert (autumn["name"], autumn["state"], autumn["last_day"]) == ("autumn", "planned", None)
    page = await orders.get("/v1/trials?limit=1")
    assert [found["name"] for found in page["items"]] == ["autumn"]
    assert [found["name"] for found in await listed(orders, f"?cursor={page['next_cursor']}")] == ["bookseller"]
    assert await listed(orders.of_council("GB-NFK")) == []


async def test_an_ended_trial_draws_no_more_and_keeps_who_ended_it_when_and_why(orders: Orders) -> None:
    early, late = await added(orders), await added(orders, branch="IPSW")
    await orders.client.delete(f"{RULES}/{early['rule_id']}", headers=orders.headers)
    placed = await orders.placed(an_order())
    orders.clock.advance(timedelta(days=3))
    ended = await end(orders)
    assert ended.status_code == 200, ended.text
    assert (ended.json()["state"], ended.json()["last_day"]) == ("ended", "2026-03-04")
    rules = {rule["rule_id"]: rule for rule in ended.json()["rules"]}
    assert [rules[late["rule_id"]][name] for name in ("ended_by", "ended_reason", "valid_to")] == [
        "librarian",
        "The period is over",
        orders.clock.today().isoformat(),
    ]
    assert rules[late["rule_id"]]["ended_at"] is not None
    assert rules[early["rule_id"]]["ended_reason"] == "", "it had ended before"
    again = await end(orders, reason="Once more")
    assert again.json() == ended.json()
    assert await listed(orders) == [ended.json()]

    assert (await orders.read(placed["order_id"]))["lines"] == placed["lines"]
    after = await orders.placed(an_order("SFK-2"))
    assert arms(after["lines"]) == {}
    told = [event for event in await orders.sent() if isinstance(event, SourcingRuleChanged)]
    assert [(str(event.rule_id), event.valid_to) for event in told[3:]] == [(late["rule_id"], orders.clock.today())]


async def test_only_a_trial_of_the_council_is_ended_and_only_with_a_reason(orders: Orders) -> None:
    await added(orders)
    assert faults(await end(orders, reason=""))[0][0] == "/reason"
    for other, name in ((orders.of_council("GB-NFK"), "bookseller"), (orders, "autumn")):
        answer = await end(other, name)
        assert (answer.status_code, answer.json()["code"]) == (404, "no-such-trial")
        assert "GET /v1/trials" in answer.json()["detail"]
    reader = orders.tokens.headers("orders:read", council=orders.council)
    answer = await orders.client.post("/v1/trials/bookseller/end", json={"reason": "Over"}, headers=reader)
    assert answer.status_code == 403
    assert [found["state"] for found in await listed(orders)] == ["running"]


async def test_a_trial_that_was_ended_makes_room_for_another(orders: Orders) -> None:
    await added(orders, trial=trial(name="first of all"))
    assert (await end(orders, "first%20of%20all")).status_code == 200
    await added(orders, valid_from=orders.clock.today().isoformat())
    assert [found["state"] for found in await listed(orders)] == ["running", "ended"]


async def test_a_rule_with_other_terms_at_once_is_refused(orders: Orders) -> None:
    branches = [f"B{number}" for number in range(8)]
    answers = await asyncio.gather(
        *(add(orders, branch=branch, trial=trial(seed=branch)) for branch in branches), add(orders, branch="C", trial=trial())
    )
    (kept,) = await listed(orders)
    assert {rule["trial"]["seed"] for rule in kept["rules"]} == {kept["seed"]}
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 8


async def test_a_rule_that_was_ended_keeps_who_ended_it_first(orders: Orders) -> None:
    made = await added(orders)
    await end(orders)
    token = orders.tokens.sign_claims({"sub": "somebody-else", "council": orders.council, "scope": "orders:write"})
    headers = {"Authorization": f"Bearer {token}"}
    again = await orders.client.delete(f"{RULES}/{made['rule_id']}", headers=headers)
    assert again.status_code == 200, again.text
    assert [again.json()[name] for name in ("ended_by", "ended_reason")] == ["librarian", "The period is over"]


@pytest.mark.parametrize("arm", Arm)
async def test_a_proposal_is_drawn_when_it_is_accepted_by_the_number_of_the_order(orders: Orders, arm: Arm) -> None:
    await added(orders, supplier_id="consortium", branch="IPSW")
    found = await proposed(orders)
    assert found["faults"] == [], "it has no number yet"
    numbers = (f"SFK-{number}" for number in range(100))
    drawn = next(number for number in numbers if draw(DRAWN, "GB-SFK", (number, "1")) is arm)
    answer = await accept(orders, found, order_number=drawn)
    if arm is Arm.CONTROL:
        assert arms(answer.json()["lines"]) == {1: ("national", "control")}
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "sourced-elsewhere")


_BEFORE = (
    "INSERT INTO sourcing_rule (rule_id, council, strand, supplier_id, branch, valid_from, mode, created_by) VALUES "
    f"('{uuid4()}', 'GB-SFK', 'ordering', 'national', 'LOWE', '2026-01-01', 'pilot', 'lms')",
    f"INSERT INTO purchase_order SELECT '{uuid4()}', 'GB-SFK', 'PO-1', 'key-1', '', now(), 'test', 1",
    "INSERT INTO order_line (line_key, order_id, line_number, supplier_id, isbn, title, author, material) "
    "SELECT 'SB-1', order_id, 1, 'national', 'i', '', '', '' FROM purchase_order",
)


async def test_rules_and_lines_of_an_earlier_release_have_no_trial(database_url: str) -> None:
    async with migrated(database_url, "services.orders", before="0018", rows=_BEFORE) as engine, engine.connect() as connection:
        (rule,) = await rules_on(connection, "GB-SFK", Strand.ORDERING, date(2026, 3, 2))
        assert (rule.mode, rule.trial, rule.reason, rule.trail.ended_by) == (Mode.PILOT, None, "", None)
        choose = chooser([rule], council="GB-SFK", on=date(2026, 3, 2))
        assert choose("LOWE", "book", Units(("PO-2", "1"), ("PO-2",))) == Choice("national")
        (line,) = (await connection.execute(text("SELECT trial, arm FROM order_line"))).all()
        assert tuple(line) == (None, None)
