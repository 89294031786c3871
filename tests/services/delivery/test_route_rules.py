"""A council states by which route goods reach its branches; what a supplier cannot do is refused."""

from datetime import UTC, datetime

import pytest

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.contracts.delivery import DeliveryRuleChanged
from shared.contracts.suppliers import SupplierAnnounced
from tests.builders import NORFOLK, SUFFOLK
from tests.services.delivery.conftest import Delivery, Json
from tests.services.hearing import Hearing
from tests.services.read_model import published_again

HUB = {"code": "CSU", "name": "Central stock unit", "gln": "5012345670201"}
TO_HUB: Json = {"valid_from": "2026-01-01", "route": {"kind": "hub", "hub": HUB}}
STRAIGHT: Json = {"valid_from": "2026-01-01", "route": {"kind": "direct"}}
DIRECT_ONLY = (RouteKind.DIRECT,)
PREVIEW = "/v1/route-rules/preview"


def announced(supplier: str, routes: tuple[RouteKind, ...] | None) -> SupplierAnnounced:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return SupplierAnnounced(supplier_id=supplier, name=supplier.title(), announced_at=at, routes=routes)


async def test_a_rule_is_kept_and_told_with_its_hub(delivery: Delivery) -> None:
    await delivery.hears(announced("eastern", None))
    body = {**TO_HUB, "branch": "LOWE", "supplier_id": "eastern", "reason": "No room to unpack"}
    added = await delivery.post_rule(body)
    assert (added.status_code, {name: added.json()[name] for name in body}) == (201, body)
    listed = (await delivery.get("/v1/route-rules")).json()["items"]
    found = (await delivery.get(added.headers["location"])).json()
    assert [{**one, "warnings": []} for one in (*listed, found)] == [added.json()] * 2
    (event,) = await delivery.published(DeliveryRuleChanged)
    assert event.key() == f"rule/{added.json()['rule_id']}"
    assert (event.council, event.branch, event.supplier_id, event.pilot) == (SUFFOLK, "LOWE", "eastern", False)
    assert (event.route, event.hub) == (RouteKind.HUB, Place(kind=PlaceKind.HUB, **HUB))


async def test_a_rule_that_ends_is_kept_and_told_again(delivery: Delivery) -> None:
    rule_id = (await delivery.post_rule(STRAIGHT)).json()["rule_id"]
    other = await delivery.end_rule(rule_id, council=NORFOLK)
    assert (other.status_code, other.json()["code"]) == (404, "no-such-route-rule")
    ended = await delivery.end_rule(rule_id, reason="The hub closes")
    today = delivery.clock.today()
    assert (ended.status_code, ended.json()["valid_to"]) == (200, today.isoformat())
    assert [ended.json()[name] for name in ("created_by", "ended_by", "ended_reason")] == ["librarian"] * 2 + ["The hub closes"]
    assert [event.valid_to for event in await delivery.published(DeliveryRuleChanged)] == [None, today]
    assert (await delivery.get("/v1/route-rules", council=NORFOLK)).json()["items"] == []


async def test_where_a_second_person_is_required_rules_and_their_ends_wait_for_one(delivery: Delivery) -> None:
    required = {"second_person": True, "reason": "The auditors asked for it"}
    assert (await delivery.require_two(required)).status_code == 200
    other = delivery.writer(subject="another")

    async def approved(change: Json, by: dict[str, str]) -> int:
        return (await delivery.client.post(f"/v1/changes/{change['change_id']}/approve", headers=by)).status_code

    added = await delivery.post_rule({**TO_HUB, "reason": "No room to unpack"})
    assert (added.status_code, added.json()["kind"]) == (202, "add_rule")
    assert (await delivery.get("/v1/route-rules")).json()["items"] == await delivery.published(DeliveryRuleChanged) == []
    assert [await approved(added.json(), by) for by in (delivery.writer(), other)] == [403, 200]
    ended = await delivery.end_rule(added.json()["change_id"], reason="The hub closes")
    (rule,) = (await delivery.get("/v1/route-rules")).json()["items"]
    assert (ended.status_code, rule["valid_to"], rule["approved_by"]) == (202, None, "another")
    assert await approved(ended.json(), other) == 200
    (rule,) = (await delivery.get("/v1/route-rules")).json()["items"]
    assert (rule["valid_to"], rule["end_approved_by"]) == (delivery.clock.today().isoformat(), "another")
    assert [event.valid_to for event in await delivery.published(DeliveryRuleChanged)] == [None, delivery.clock.today()]


async def test_a_rule_for_a_supplier_that_cannot_do_the_route_says_what_it_offers(delivery: Delivery) -> None:
    await delivery.hears(announced("eastern", DIRECT_ONLY))
    refused = await delivery.post_rule({**TO_HUB, "supplier_id": "eastern"})
    assert (refused.status_code, refused.json()["code"]) == (422, "route-not-offered")
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == "/route"
    assert "it offers: direct" in fault["detail"]
    assert (await delivery.post_rule({**STRAIGHT, "supplier_id": "eastern"})).status_code == 201

    await delivery.hears(announced("eastern", (RouteKind.DIRECT, RouteKind.HUB)))
    later = {"supplier_id": "eastern", "valid_from": "2026-01-02"}
    assert (await delivery.post_rule({**TO_HUB, **later})).status_code == 201


async def test_a_second_rule_of_one_scope_and_first_day_is_refused_and_the_same_one_is_answered_with_the_first(
    delivery: Delivery,
) -> None:
    await delivery.hears(announced("eastern", None))
    first = (await delivery.post_rule(TO_HUB)).json()["rule_id"]
    again = await delivery.post_rule({**TO_HUB, "reason": "Sent again"})
    assert (again.status_code, again.json()["rule_id"], again.headers["Idempotent-Replayed"]) == (201, first, "true")
    for other in (STRAIGHT, {**TO_HUB, "route": {"kind": "hub", "hub": {**HUB, "code": "OTHER"}}}):
        refused = await delivery.post_rule(other)
        (fault,) = refused.json()["errors"]
        assert (refused.status_code, fault["code"], fault["pointer"]) == (422, "same-first-day", "/valid_from")
        assert f"DELETE /v1/route-rules/{first}" in fault["detail"]
    assert len(await delivery.published(DeliveryRuleChanged)) == 1
    assert (await delivery.post_rule({**STRAIGHT, "supplier_id": "eastern"})).status_code == 201, "another scope"
    await delivery.end_rule(first)
    assert (await delivery.post_rule(STRAIGHT)).status_code == 201


async def test_a_rule_for_a_supplier_without_an_exchange_is_refused(delivery: Delivery) -> None:
    await delivery.hears(announced("eastern", None))
    refused = await delivery.post_rule({**STRAIGHT, "supplier_id": "nobody"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-supplier")
    assert refused.json()["errors"][0]["pointer"] == "/supplier_id"
    assert "eastern" in refused.json()["detail"]
    assert await delivery.published(DeliveryRuleChanged) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**STRAIGHT, "route": {"kind": "direct", "hub": HUB}}, "/route"),
        ({**STRAIGHT, "route": {"kind": "hub"}}, "/route"),
        ({**STRAIGHT, "route": {"kind": "van"}}, "/route/kind"),
        ({**STRAIGHT, "route": {"kind": "hub", "hub": {**HUB, "gln": "5012345670202"}}}, "/route/hub/gln"),
        ({**STRAIGHT, "branch": "LO\u200bWE"}, "/branch"),
        ({**STRAIGHT, "valid_to": "2026-01-01"}, ""),
    ],
)
async def test_a_wrong_rule_is_refused_with_a_pointer(delivery: Delivery, body: Json, pointer: str) -> None:
    refused = await delivery.post_rule(body)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


async def test_a_preview_names_the_rule_that_decides_and_those_that_the_supplier_cannot_follow(delivery: Delivery) -> None:
    await delivery.hears(announced("eastern", None), announced("harbour", DIRECT_ONLY))
    wide = (await delivery.post_rule(STRAIGHT)).json()
    own = (await delivery.post_rule({**TO_HUB, "branch": "LOWE"})).json()

    async def preview(supplier: str, branch: str) -> Json:
        found: Json = (await delivery.get(PREVIEW, {"branch": branch, "supplier_id": supplier})).json()
        return found

    hub = await preview("eastern", "LOWE")
    assert (hub["rule_id"], hub["route"]["hub"], hub["passed_over"]) == (own["rule_id"], HUB, [])
    assert (await preview("eastern", "IPSW"))["rule_id"] == wide["rule_id"]
    direct = await preview("harbour", "LOWE")
    assert (direct["rule_id"], direct["route"]["kind"]) == (wide["rule_id"], "direct")
    (passed_over,) = direct["passed_over"]
    assert passed_over["rule_id"] == own["rule_id"]
    assert "Harbour does not offer the route 'hub'" in passed_over["reason"]
    before = await delivery.get(PREVIEW, {"branch": "LOWE", "supplier_id": "eastern", "on": "2025-12-31"})
    assert before.json() == {"route": None, "rule_id": None, "mode": None, "trial": None, "passed_over": []}
    unknown = await delivery.get(PREVIEW, {"branch": "LOWE", "supplier_id": "nobody"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/query/supplier_id")


async def test_rules_are_published_again(delivery: Delivery) -> None:
    rule_id = (await delivery.post_rule(TO_HUB)).json()["rule_id"]
    await delivery.end_rule(rule_id)
    last = (await delivery.published(DeliveryRuleChanged))[-1]
    hearing = Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))
    (again,), _ = await published_again(hearing, OWNER, delivery.clock)
    assert DeliveryRuleChanged.model_validate_json(again.data) == last
