"""A connection that the server closed while nobody used it causes no error: restarts and idle limits do that."""

from pydantic import SecretStr
from sqlalchemy import text

from shared.db.engine import create_engine


async def test_a_connection_that_the_server_closed_is_replaced(database_url: str) -> None:
    url = SecretStr(database_url)
    engine, other = create_engine(url, pool_size=1), create_engine(url)
    try:
        async with engine.begin() as connection:
            before = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with other.begin() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})
        async with engine.begin() as connection:
            after = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    finally:
        await engine.dispose()
        await other.dispose()
    assert after != before
