"""`/v1/suppliers`: those whose exchange has announced itself, and the check of a sourcing rule against them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas
from services.orders.api.access import AnyReader
from services.orders.store import suppliers
from shared.errors import Fault
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals


async def check_supplier(connection: AsyncConnection, supplier_id: str) -> Fault | None:
    """Returns why a sourcing rule, or a mapping of its files, cannot name a supplier; None where it can."""
    known = [row.supplier_id for row in await suppliers.list_suppliers(connection)]
    if supplier_id in known:
        return None
    text = (
        f"No exchange serves supplier {supplier_id!r}: orders for it would go nowhere. Known: {', '.join(known) or 'none yet'}. "
        "Correct the name, or start the exchange: it announces itself, see GET /v1/suppliers; then send this again."
    )
    return Fault("/supplier_id", "unknown-supplier", text)


def suppliers_router(engine: AsyncEngine) -> APIRouter:
    """Returns the route of `/v1/suppliers`."""
    router = APIRouter(prefix="/v1/suppliers", tags=["suppliers"])

    async def list_suppliers(_: AnyReader, query: Annotated[PageQuery, Query()]) -> Page[schemas.SupplierView]:
        """Lists the suppliers that sourcing rules can name, those whose exchange has announced itself, by id."""
        after = query.after(str)
        async with engine.connect() as connection:
            rows = await suppliers.list_suppliers(connection, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.supplier_id,), view=schemas.supplier_view)

    router.add_api_route("", list_suppliers, methods=["GET"], responses=refusals())
    return router
