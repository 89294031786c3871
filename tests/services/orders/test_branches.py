"""A council's branches: new ones are added, and known ones changed only by whoever has seen what they change."""

import asyncio
from typing import Any

import httpx

from tests.services.orders.conftest import BRANCHES, Orders

NEW = {"code": "BURY", "name": "Bury Library"}
RENAMED = {**BRANCHES[0], "name": "Ipswich Library"}


async def put(orders: Orders, *branches: dict[str, Any], if_match: str = "") -> httpx.Response:
    headers = {**orders.headers, "If-Match": if_match} if if_match else orders.headers
    return await orders.client.put("/v1/branches", json=branches, headers=headers)


async def tag_of(orders: Orders, query: str = "") -> str:
    return (await orders.client.get(f"/v1/branches{query}", headers=orders.headers)).headers["ETag"]


async def test_new_branches_are_added_without_a_tag_and_every_page_has_the_new_one(orders: Orders) -> None:
    before = await tag_of(orders)
    added = await put(orders, NEW)
    assert (added.status_code, added.json()["next_cursor"]) == (200, None)
    assert [branch["code"] for branch in added.json()["items"]] == ["BURY", "IPSW", "LOWE"]
    assert before != added.headers["ETag"] == await tag_of(orders) == await tag_of(orders, "?limit=1")


async def test_a_known_branch_is_changed_only_under_the_tag_of_the_present_list(orders: Orders) -> None:
    tag = await tag_of(orders)
    without = await put(orders, RENAMED, NEW)
    assert (without.status_code, without.json()["code"]) == (428, "if-match-required")
    changed = await put(orders, RENAMED, if_match=tag)
    assert (changed.status_code, changed.json()["items"][0]["name"]) == (200, "Ipswich Library")
    stale = await put(orders, {**RENAMED, "name": "Ipswich"}, NEW, if_match=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert [branch["code"] for branch in (await orders.get("/v1/branches"))["items"]] == ["IPSW", "LOWE"], "nothing was added"


async def test_a_repetition_changes_nothing_and_is_answered(orders: Orders) -> None:
    tag = await tag_of(orders)
    first = await put(orders, RENAMED, NEW, if_match=tag)
    again = await put(orders, RENAMED, NEW, if_match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (200, first.content, first.headers["ETag"])


async def test_of_two_changes_at_once_one_is_told_to_read_again(orders: Orders) -> None:
    tag = await tag_of(orders)
    answers = await asyncio.gather(*(put(orders, {**RENAMED, "name": name}, if_match=tag) for name in ("A", "B")))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
