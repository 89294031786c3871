"""Empties a service's read model: the command `python -m services.<name>.rebuild` (docs/decisions/0016).

The service may run meanwhile: it answers from what is there, and takes new events as ever. Knows no table of a service.
"""

from __future__ import annotations

import asyncio
import sys

import typer
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.engine import create_engine
from shared.db.errors import DATABASE_ERRORS
from shared.settings import ServiceSettings

_NEXT = """now publish again what it is made of, in any order:
  python -m services.orders.republish
  python -m services.delivery.republish
  python -m services.catalogue.republish
  python -m services.lms.republish
  python -m services.suppliers.republish    (with the environment of each exchange)"""


async def empty(connection: AsyncConnection, read_model: MetaData) -> None:
    """Removes every row of a read model, in the caller's transaction.

    Nothing is lost by it: every row is built from events, and their owners publish them again. Other tables stay, and the inbox:
    events published again have new ids.
    """
    names = ", ".join(f'"{table.name}"' for table in read_model.sorted_tables)
    await connection.execute(text(f"TRUNCATE {names}"))


def command(read_model: MetaData, *, help: str, done: str) -> None:
    """Runs the command line of a service that keeps a read model; `done` says what is empty, and what is kept.

    Exit codes: 0 emptied, 1 not (the error says why), 2 wrong usage.
    """
    app = typer.Typer(add_completion=False)

    @app.command(help=help)
    def main() -> None:
        try:
            asyncio.run(_empty(ServiceSettings(), read_model))
        except DATABASE_ERRORS as error:
            typer.echo(f"nothing was changed, run it again: {error!r}", err=True)
            sys.exit(1)
        typer.echo(f"{done}; {_NEXT}")

    app()


async def _empty(settings: ServiceSettings, read_model: MetaData) -> None:
    engine = create_engine(settings.database_url)
    try:
        async with engine.begin() as connection:
            await empty(connection, read_model)
    finally:
        await engine.dispose()
