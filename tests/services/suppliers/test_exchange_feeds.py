"""A feed that becomes quiet is published once, and once more when its messages arrive again."""

from collections.abc import Mapping

import httpx
import pytest
from prometheus_client import REGISTRY

from services.suppliers.contract import Feed, Kind, Reading
from services.suppliers.loops.watcher import Watcher
from shared.contracts.suppliers import FeedQuieted, FeedResumed
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import Rig, a_line, a_response, an_acceptance, an_order

HOUR = 3600.0


@pytest.fixture
def supplier() -> ScriptedSupplier:
    """A supplier that usually answers within a day."""
    scripted = ScriptedSupplier()
    feeds = {Kind.RESPONSE: Feed(hours=24)}
    scripted.profile = scripted.profile.model_copy(update={"feeds": feeds})
    return scripted


@pytest.fixture
def watcher(rig: Rig) -> Watcher:
    return Watcher(rig.engine, rig.exchange)


async def passes(rig: Rig, watcher: Watcher, hours: float) -> None:
    """Lets hours pass; the watcher checks from time to time."""
    for _ in range(4):
        await rig.advance(hours * HOUR / 4)
        await watcher.check()


async def test_a_feed_is_heard_in_a_file_that_begins_with_another_kind(rig: Rig, watcher: Watcher) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.send_all()
    await passes(rig, watcher, 20)
    rig.supplier.readings[b"1"] = Reading(Kind.INVOICE, (a_response(an_acceptance(line)),), kinds=frozenset({Kind.RESPONSE}))
    await rig.receives(b"1")
    await passes(rig, watcher, 10)

    assert not await rig.published(FeedQuieted)


async def test_silence_is_published_once_and_its_end_once(rig: Rig, watcher: Watcher) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.send_all()
    await passes(rig, watcher, 20)
    assert not await rig.published(FeedQuieted)

    await passes(rig, watcher, 10)
    (quieted,) = await rig.published(FeedQuieted)
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))
    heard_at = rig.clock.now()
    await passes(rig, watcher, 8)
    assert len(await rig.published(FeedResumed)) == 1
    await passes(rig, watcher, 24)

    first, second = await rig.published(FeedQuieted)
    assert first == quieted
    assert isinstance(quieted, FeedQuieted)
    assert (quieted.kind, quieted.last_heard_at, quieted.usual_hours) == ("response", None, 24)
    assert isinstance(second, FeedQuieted)
    assert second.last_heard_at == heard_at


async def test_a_feed_resumes_after_its_silence_also_where_the_clock_went_back(rig: Rig, watcher: Watcher) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.send_all()
    await passes(rig, watcher, 25)
    (quieted,) = await rig.published(FeedQuieted)

    await rig.advance(-HOUR)
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))
    await watcher.check()

    (resumed,) = await rig.published(FeedResumed)
    assert isinstance(quieted, FeedQuieted)
    assert isinstance(resumed, FeedResumed)
    assert resumed.resumed_at >= quieted.quieted_at


async def test_a_supplier_without_orders_is_never_quiet(rig: Rig, watcher: Watcher) -> None:
    await passes(rig, watcher, 1000)

    assert not await rig.published()


async def test_a_feed_no_longer_in_the_profile_is_no_longer_quiet(rig: Rig, watcher: Watcher) -> None:
    await rig.hears(an_order())
    await rig.send_all()
    await passes(rig, watcher, 30)
    rig.supplier.profile = rig.supplier.profile.model_copy(update={"feeds": {}})

    await passes(rig, watcher, 1)

    assert len(await rig.published(FeedResumed)) == 1


async def test_staff_and_monitoring_see_which_feed_is_quiet(
    rig: Rig, watcher: Watcher, client: httpx.AsyncClient, tokens: Tokens
) -> None:
    headers: Mapping[str, str] = tokens.headers("exchange:read", council=None)
    await rig.hears(an_order())
    await rig.send_all()
    await passes(rig, watcher, 30)

    (feed,) = (await client.get("/v1/suppliers/scripted", headers=headers)).json()["feeds"]

    assert (feed["kind"], feed["usual_hours"], feed["weekends"], feed["last_heard_at"]) == ("response", 24, False, None)
    assert feed["quiet_since"] is not None
    assert REGISTRY.get_sample_value("suppliers_feed_quiet", {"supplier": "scripted", "kind": "response"}) == 1
