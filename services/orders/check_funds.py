"""`python -m services.orders.check_funds`: compares what is counted of funds with the copies and their costs, to the penny."""

from __future__ import annotations

import asyncio
import sys

import typer

from services.orders.settings import OrdersSettings
from services.orders.store.funds import wrong_totals
from shared.db.engine import create_engine
from shared.wording import counted


async def check() -> int:
    """Prints each total that is wrong, as counted and as it should be; returns how many there are."""
    engine = create_engine(OrdersSettings().database_url)
    try:
        async with engine.connect() as connection:
            wrong = await wrong_totals(connection)
    finally:
        await engine.dispose()
    for council, is_counted, should_be in wrong:
        typer.echo(f"{council}: counted {is_counted}, should be {should_be}")
    typer.echo(f"{counted(len(wrong), 'total')} wrong")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(check()) else 0)
