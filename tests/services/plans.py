"""What PostgreSQL reads for a piece of work: the plans of its statements, with the rows that each scan really read."""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class Scan:
    """One scan of a plan; `rows` were read from the table, also those that a filter then left out."""

    kind: str
    table: str
    index: str
    rows: int


async def scans_of(connection: AsyncConnection, work: Callable[[], Awaitable[object]]) -> list[Scan]:
    """Returns the scans of all statements that the work sends over the connection."""
    statements: list[tuple[str, Any]] = []

    def keep(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    engine = connection.engine.sync_engine
    event.listen(engine, "before_cursor_execute", keep)
    await work()
    event.remove(engine, "before_cursor_execute", keep)
    return [scan for statement, parameters in statements for scan in await _scans(connection, statement, parameters)]


async def _scans(connection: AsyncConnection, statement: str, parameters: Any) -> list[Scan]:
    explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
    plan = explained.scalar_one()
    return list(_walk((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))


def _walk(node: dict[str, Any]) -> Iterator[Scan]:
    if "Relation Name" in node:
        rows = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        yield Scan(node["Node Type"], node["Relation Name"], node.get("Index Name", ""), round(rows))
    for child in node.get("Plans", ()):
        yield from _walk(child)
