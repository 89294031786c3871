"""Asks the services that own what a page shows, so that a test sees what really became of it.

Owns how they are asked. Must not know pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from local.stack import Stack
from local.stack.options import OPERATIONS_SCOPES
from local.stack.seeding import COUNCIL
from tests.services.serving import keyed

_SCOPES = (*OPERATIONS_SCOPES, "catalogue:read", "catalogue:write")
Found = Mapping[str, Any]


@asynccontextmanager
async def owner(stack: Stack, service: str, council: str | None = COUNCIL) -> AsyncIterator[httpx.AsyncClient]:
    """Yields a caller of a service: `orders` …, or `supplier-` and a supplier. `council`: None for staff of all councils."""
    headers = {"Authorization": f"Bearer {stack.token(council, *_SCOPES, subject='test')}"}
    async with httpx.AsyncClient(base_url=stack.endpoints.all()[service], headers=headers, trust_env=False) as client:
        yield keyed(client)


async def found(stack: Stack, service: str, path: str, council: str | None = COUNCIL) -> Found:
    """Returns what a service answers to a GET."""
    async with owner(stack, service, council) as client:
        return dict((await client.get(path)).raise_for_status().json())


async def found_all(stack: Stack, service: str, path: str, council: str | None = COUNCIL) -> list[Found]:
    """Returns the things of the first page of a list."""
    return list((await found(stack, service, path, council))["items"])


async def parcels(stack: Stack, *, least: int) -> list[Found]:
    """Returns the consignments for branches that wait to be unpacked as one parcel of at least so many labelled books."""
    consignments = await found_all(stack, "delivery", "/v1/consignments?limit=100&state=expected&leg=direct")
    whole = [await found(stack, "delivery", f"/v1/consignments/{one['consignment_id']}") for one in consignments]
    return [one for one in whole if len(one["copies"]) >= least and _is_one_parcel(one)]


def _is_one_parcel(consignment: Found) -> bool:
    copies = consignment["copies"]
    labelled = all(copy["barcode"] and copy["state"] == "outstanding" for copy in copies)
    return labelled and copies[0]["parcel_id"] and len({copy["parcel_id"] for copy in copies}) == 1
