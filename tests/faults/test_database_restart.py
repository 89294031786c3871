"""PostgreSQL is killed under everybody's feet and comes back. Nobody is told anything that is not so."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from local.lms.lms import SCOPES
from tests.faults.conftest import ORDERS
from tests.faults.order_file import some_orders
from tests.faults.play import SUFFOLK, Play, Table, of_orders
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="session")]


async def test_a_killed_database_makes_requests_fail_in_words_and_loses_nothing(play: Play, undisturbed: Table) -> None:
    answers: Counter[tuple[int, str]] = Counter()
    asking = asyncio.create_task(_keep_asking(play, answers))
    # A request of the LMS that is answered with anything but success or "come again" ends this with an error.
    placing = asyncio.create_task(play.place(some_orders("DATABASE", ORDERS["DATABASE"]), every=0.4))
    try:
        await eventually(lambda: "DATABASE-0003" in play.lms.ledger.placed, limit=60)
        await play.stack.postgres.kill()
        await eventually(lambda: any(status == 503 for status, _ in answers))
        await play.stack.postgres.start()
        await placing
        rest = await play.rest(limit=180)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert answers.keys() <= {(200, ""), (503, "database-unavailable")}
    assert rest.findings == []
    assert of_orders("DATABASE", rest.table) == of_orders("DATABASE", undisturbed)


async def _keep_asking(play: Play, answers: Counter[tuple[int, str]]) -> None:
    """Ask the order book and delivery again and again; count answers by status and the problem's code."""
    here, headers = play.stack.endpoints, {"Authorization": f"Bearer {play.stack.token(SUFFOLK, *SCOPES)}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as client:
        while True:
            for url in (f"{here.orders}/v1/orders?limit=1", f"{here.delivery}/v1/consignments?limit=1"):
                answer = await client.get(url)
                is_problem = answer.headers["content-type"] == "application/problem+json"
                answers[answer.status_code, answer.json()["code"] if is_problem else ""] += 1
            await asyncio.sleep(0.05)
