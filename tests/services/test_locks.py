"""Names are locked as earlier releases lock them, and by all in one order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.engine import create_engine
from shared.db.locks import lock_mixed, lock_names
from tests.waiting import until

NAMES = ("changes/GB-SFK", "trials/ordering/GB-SFK", "invoices/GB-ESX/national", "barcode/GB-SFK/T100")
# As every release locks a name, earlier ones and triggers of the database by hand.
_TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_IN_ORDER = text("SELECT name FROM unnest(CAST(:names AS text[])) AS name ORDER BY hashtextextended(name, 0)")
_WAITS = text("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = :pid")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An empty database."""
    engine = create_engine(SecretStr(database_url))
    yield engine
    await engine.dispose()


async def free_names(engine: AsyncEngine) -> set[str]:
    """Returns the names that nobody has locked."""
    async with engine.begin() as other:
        return {name for name in NAMES if (await other.execute(_TRY, {"name": name})).scalar_one()}


async def is_waiting(connection: AsyncConnection, pid: int) -> bool:
    return (await connection.execute(_WAITS, {"pid": pid})).one_or_none() is not None


async def test_a_name_keeps_out_an_earlier_release_until_the_transaction_ends(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await lock_names(connection, NAMES[0], NAMES[2], NAMES[0])
        assert await free_names(engine) == {NAMES[1], NAMES[3]}
    assert await free_names(engine) == set(NAMES)


async def test_no_name_locks_nothing(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await lock_names(connection)
        assert await free_names(engine) == set(NAMES)


async def test_those_that_share_a_name_wait_only_for_who_locks_it_alone(engine: AsyncEngine) -> None:
    async with engine.begin() as first, engine.begin() as second:
        await lock_names(first, NAMES[0], shared=True)
        await lock_names(second, NAMES[0], shared=True)
        assert NAMES[0] not in await free_names(engine)
    async with engine.begin() as alone, engine.connect() as late:
        await lock_names(alone, NAMES[0])
        await late.execute(text("SET LOCAL lock_timeout = '1ms'"))
        with pytest.raises(Exception, match="lock timeout"):
            await lock_names(late, NAMES[0], shared=True)


async def test_names_are_locked_alone_and_shared_at_once(engine: AsyncEngine) -> None:
    async with engine.begin() as first, engine.begin() as second:
        await lock_mixed(first, alone={NAMES[0]}, shared={NAMES[1], NAMES[2]})
        await lock_mixed(second, alone=set(), shared={NAMES[1], NAMES[2]})
        assert await free_names(engine) == {NAMES[3]}
        await second.execute(text("SET LOCAL lock_timeout = '1ms'"))
        with pytest.raises(Exception, match="lock timeout"):
            await lock_mixed(second, alone=set(), shared={NAMES[0]})


async def all_alone(connection: AsyncConnection, names: tuple[str, ...]) -> None:
    await lock_names(connection, *names)


async def some_alone(connection: AsyncConnection, names: tuple[str, ...]) -> None:
    await lock_mixed(connection, alone=set(names[:2]), shared=set(names[2:]))


@pytest.mark.parametrize("lock", [all_alone, some_alone])
@pytest.mark.parametrize("names", [NAMES, NAMES[::-1]])
async def test_who_waits_for_the_first_of_its_names_has_locked_none_yet(
    engine: AsyncEngine, names: tuple[str, ...], lock: Callable[[AsyncConnection, tuple[str, ...]], Awaitable[None]]
) -> None:
    async with engine.begin() as holder, engine.begin() as waiter:
        first, *rest = (await holder.execute(_IN_ORDER, {"names": list(NAMES)})).scalars()
        await lock_names(holder, first)
        pid = (await waiter.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        waiting = asyncio.ensure_future(lock(waiter, names))
        await until(lambda: is_waiting(holder, pid))
        assert await free_names(engine) == set(rest)
        await holder.rollback()
        await waiting
        assert not await free_names(engine)
