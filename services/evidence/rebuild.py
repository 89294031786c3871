"""`python -m services.evidence.rebuild`: empties the read model, which its owners then fill again (docs/decisions/0016).

Cost models and suppliers' agreements stay: they are the service's own. It may run meanwhile: it answers from what is there, and
takes new events as ever.
"""

from __future__ import annotations

import asyncio
import sys

import typer

from services.evidence.store.emptying import empty
from shared.db.engine import create_engine
from shared.db.errors import DATABASE_ERRORS
from shared.settings import ServiceSettings

_NEXT = """the read model is empty, cost models and agreements are kept; now publish again what it is made of, in any order:
  python -m services.orders.republish
  python -m services.delivery.republish
  python -m services.catalogue.republish
  python -m services.suppliers.republish    (with the environment of each exchange)"""

app = typer.Typer(add_completion=False)


@app.command()
def main() -> None:
    """Empty the read model of evidence. Harmless to repeat; figures are incomplete until the owners have published again."""
    try:
        asyncio.run(_empty(ServiceSettings()))
    except DATABASE_ERRORS as error:
        typer.echo(f"nothing was changed, run it again: {error!r}", err=True)
        sys.exit(1)
    typer.echo(_NEXT)


async def _empty(settings: ServiceSettings) -> None:
    engine = create_engine(settings.database_url)
    try:
        async with engine.begin() as connection:
            await empty(connection)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    app()
