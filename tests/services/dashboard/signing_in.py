"""Signs a browser in to the dashboard, as the identity provider does, without asking one."""

from __future__ import annotations

from httpx import ASGITransport, AsyncClient

from services.dashboard.domain.visitors import Role
from services.dashboard.signing_in.cookie import Cookie
from services.dashboard.signing_in.provider import Grant
from services.dashboard.signing_in.sessions import Sessions
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
    cookie = await sessions_of(browser).begin(Grant(token, "", {"name": subject, "roles": [role.named]}))
    keep_session(browser, cookie)
    return token


def keep_session(browser: AsyncClient, cookie: Cookie) -> None:
    """Gives a browser the cookie of a session, and what its scripts send."""
    browser.cookies.set("session", cookie.secret)
    browser.headers["X-Form-Key"] = cookie.form_key


async def token_of(browser: AsyncClient) -> str:
    """The token that services are shown as the person who is signed in."""
    visitor = await sessions_of(browser).visitor(browser.cookies["session"], in_use=False)
    assert visitor is not None
    return visitor.token


def sessions_of(browser: AsyncClient) -> Sessions:
    """The sessions of the dashboard that a browser is before."""
    transport = browser._transport
    assert isinstance(transport, ASGITransport)
    sessions: Sessions = transport.app.state.sessions  # type: ignore[attr-defined]
    return sessions
