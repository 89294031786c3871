"""Signs a browser in to the dashboard, as the identity provider does, without asking one."""

from __future__ import annotations

from httpx import AsyncClient

from services.dashboard.domain.visitors import Role
from services.dashboard.pages.session import form_key_of
from tests.fixtures.tokens import Tokens

READING = tuple(f"{scope}:read" for scope in ("dashboard", "orders", "catalogue", "delivery", "evidence", "exchange", "lms"))
WRITING = tuple(f"{scope}:write" for scope in ("dashboard", "orders", "catalogue", "delivery", "evidence", "exchange", "lms"))


async def sign_in(
    browser: AsyncClient,
    tokens: Tokens,
    *scopes: str,
    role: Role = Role.ADMIN,
    council: str | None = "GB-SFK",
    subject: str = "librarian",
) -> str:
    """Signs a person in, whose token has `scopes` (else all that the role needs).

    From then on the browser sends the key of that person's forms with each request, as scripts do. Returns the token.
    """
    granted = scopes or (READING if role is Role.VIEWER else (*READING, *WRITING))
    token = tokens.sign(*granted, council=council, subject=subject)
    browser.headers.pop("Authorization", None)
    browser.cookies.set("session", token)
    browser.headers["X-Form-Key"] = form_key_of(token)
    return token
