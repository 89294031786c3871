"""Who may call the order book."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from shared.auth import CouncilPrincipal, Principal, council_with, principal_with

Reader = Annotated[CouncilPrincipal, Depends(council_with("orders:read"))]
# Also operations staff, whose tokens name no council: they read the invoices of all councils.
AnyReader = Annotated[Principal, Depends(principal_with("orders:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("orders:write"))]
