"""The page of a search: straight to the one thing that was found, else everything by what it is."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain import links
from services.dashboard.domain.finding import FoundOrder, Hit
from services.dashboard.domain.searching import Sought
from services.dashboard.pages.frame import Visiting, page, pages_router
from services.dashboard.pages.narrowing import Narrowed
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.finding import find, look_further


def finding_router(engine: AsyncEngine, services: Services) -> APIRouter:
    """Returns the route of `/find`."""
    router = pages_router("/find")

    async def show(request: Request, visitor: Visiting, q: Narrowed = "", further: bool = False) -> Response:
        sought = Sought.of(q)
        async with engine.connect() as connection:
            found = await find(connection, visitor.council, sought)
        asked = bool(sought.code) and (further or not found.hits)
        if asked:
            found = found.beside(await look_further(services, visitor, sought))
        if found.only is not None and not further:
            return RedirectResponse(_address_of(found.only, sought), status_code=303, headers=HEADERS)
        beyond = f"{links.find(sought.text)}&further=true"
        return page(request, visitor, "find.html", sought=sought, found=found, asked=asked, beyond=beyond)

    router.add_api_route("", show, methods=["GET"])
    return router


def _address_of(only: Hit, sought: Sought) -> str:
    """Returns the page of the one thing that was found; an order that was found by a line opens at that line."""
    if isinstance(only, FoundOrder) and only.by_line:
        return f"{only.address}?{urlencode({'line': sought.text.upper()})}"
    return only.address
