"""Says what a scanned code is."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.scanning import Code, Resolved, resolve
from services.delivery.store.unpacking import copies_without_goods, goods_with


async def resolve_scan(connection: AsyncConnection, council: str, place: str, scanned: str) -> Resolved:
    """Says which goods of the council a code is that was scanned at a place, and what to do with them."""
    code = Code.of(scanned)
    located = await goods_with(connection, council, place, code)
    ordered = [] if located else await copies_without_goods(connection, council, code)
    return resolve(code, place, located, ordered)
