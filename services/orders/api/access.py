"""Who may call, and the version tag that what they read carries."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from shared.auth import CouncilPrincipal, Principal, council_with, principal_with

Reader = Annotated[CouncilPrincipal, Depends(council_with("orders:read"))]
# Operations staff too, whose tokens name no council: they read what is questioned of all councils.
AnyReader = Annotated[Principal, Depends(principal_with("orders:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("orders:write"))]


def etag(version: int) -> str:
    """The ETag of a version; `shared.http.headers.required_version` reads it back."""
    return f'"{version}"'
