"""Identifies the caller: OAuth2 bearer JWTs with `council` and `scope` claims, checked against a key set.

A token acts for one council, named by its ISIL in `council`, or for all: then it has the scope `all-councils` and no `council`.
Every other token is refused, so that a claim that an identity provider forgot never opens the data of all councils.

Must not know any table or route. Algorithms are allow-listed, so neither `none` nor a shared-secret algorithm is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import jwt
from fastapi import Request

from shared.errors import DomainError, Kind
from shared.rates import Rates
from shared.values import InvalidValue, check_isil

ALGORITHMS = ("EdDSA", "ES256", "RS256")
# In the tokens of operations staff.
ALL_COUNCILS = "all-councils"
_CACHED_TOKENS = 1_000
# How far the clock of whoever signs tokens may be ahead of ours.
_LEEWAY_SECONDS = 60
# Staff read it on pages, too.
_NO_COUNCIL = "This belongs to one council: sign in as a person of that council (the token has no claim `council`)."


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller. `council` is the ISIL of the council it acts for; None for operations staff of all councils."""

    subject: str
    council: str | None
    scopes: frozenset[str]
    expires_at: int


@dataclass(frozen=True, slots=True)
class CouncilPrincipal(Principal):
    """A caller that acts for one council."""

    council: str


@dataclass(slots=True)
class Call:
    """A request that may change something, with its caller. `noted` is whether the audit trail has it already (`shared.acts`)."""

    request: Request
    caller: Principal
    noted: bool = False


_READING = frozenset({"GET", "HEAD"})
_call: ContextVar[Call | None] = ContextVar("call", default=None)


def current_call() -> Call | None:
    """Returns the request that the current task answers; None for one that only reads, and outside of requests."""
    return _call.get()


def _unauthenticated(detail: str) -> DomainError:
    return DomainError("unauthenticated", detail, Kind.UNAUTHENTICATED)


class Authenticator:
    """Verifies tokens against the public keys of one key set (RFC 7517), and limits how often each caller may call."""

    def __init__(self, *, jwks_file: Path, issuer: str, audience: str, now: Callable[[], float], rates: Rates) -> None:
        keys = jwt.PyJWKSet.from_dict(json.loads(jwks_file.read_text()))
        self._keys = {key.key_id: key for key in keys.keys}
        self._issuer = issuer
        self._audience = audience
        self._now = now
        self._rates = rates
        # Checking a signature costs more than placing an order in a batch, so a verified token is cached until it expires.
        self._verified: dict[str, Principal] = {}

    def authenticate(self, authorization: str | None) -> Principal:
        """Returns the caller named by an `Authorization` header, and counts the request.

        Raises DomainError: 401 that states what is wrong, 429 for a caller with too many requests.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthenticated("Send `Authorization: Bearer <token>`.")
        known = self.verified(token)
        self._count(known)
        return known

    def verified(self, token: str) -> Principal:
        """Returns the caller that a token names, without counting a request. Raises DomainError: 401, or 403 for no council."""
        known = self._verified.get(token)
        if known is None or known.expires_at <= self._now():
            known = self._verify(token)
            if len(self._verified) >= _CACHED_TOKENS:
                self._verified.clear()
            self._verified[token] = known
        return known

    def _count(self, caller: Principal) -> None:
        # By council and subject: a caller that asks for a new token does not get a new bucket.
        wait = self._rates.take((caller.council, caller.subject), self._now())
        if wait:
            detail = f"This caller sends more requests than this process takes; nothing was changed. Repeat it in {wait} s."
            raise DomainError("too-many-requests", detail, Kind.TOO_MANY, retry_seconds=wait)

    def _verify(self, token: str) -> Principal:
        try:
            key = self._keys[jwt.get_unverified_header(token).get("kid", "")]
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                # By our own clock, below. `iat` says when a token was made, and decides nothing (RFC 7519).
                options={"require": ["exp", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
            scopes = frozenset(str(claims.get("scope", "")).split())
            principal = Principal(
                subject=str(claims["sub"]),
                council=_council(claims, scopes),
                scopes=scopes,
                expires_at=int(claims["exp"]),
            )
            begins_at = int(claims.get("nbf", 0))
        except KeyError as error:
            raise _unauthenticated("The token was signed with a key that this service does not know.") from error
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise _unauthenticated(f"The token is not valid: {error}") from error
        now = self._now()
        if principal.expires_at <= now:
            raise _unauthenticated("The token has expired; ask for a new one.")
        if begins_at > now + _LEEWAY_SECONDS:
            wait = f"{begins_at - now:.0f} s"
            raise _unauthenticated(
                f"The token is valid only in {wait} by this service's clock; compare the clocks of both sides."
            )
        return principal


def _council(claims: Mapping[str, object], scopes: frozenset[str]) -> str | None:
    """Returns the council that a token acts for; None for all. Raises DomainError: 403 for neither, 401 for a useless claim."""
    if "council" not in claims:
        if ALL_COUNCILS in scopes:
            return None
        detail = f"The token names no council: it needs the claim `council`, or for operations staff the scope `{ALL_COUNCILS}`."
        raise DomainError("no-council", detail, Kind.FORBIDDEN)
    named = claims["council"]
    if ALL_COUNCILS in scopes:
        raise _unauthenticated(f"The token has both a claim `council` and the scope `{ALL_COUNCILS}`; it must have only one.")
    if not isinstance(named, str):
        raise _unauthenticated("The token's claim `council` is not a text; it must be the ISIL of one council, such as GB-SFK.")
    try:
        return check_isil(named)
    except InvalidValue as error:
        raise _unauthenticated(f"The token's claim `council` cannot be used: {error}.") from error


class Scoped:
    """A FastAPI dependency that yields the caller if it has `scope`, which the OpenAPI document reads, too.

    Raises DomainError: 401 without a valid token, 403 without the scope.
    """

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Principal:
        """Returns the caller of a request."""
        return self._caller(request)

    def _caller(self, request: Request) -> Principal:
        authenticator: Authenticator = request.app.state.authenticator
        principal = authenticator.authenticate(request.headers.get("authorization"))
        if self.scope not in principal.scopes:
            text = f"The token lacks the scope `{self.scope}`, which this call requires."
            raise DomainError("missing-scope", text, Kind.FORBIDDEN)
        _call.set(None if request.method in _READING else Call(request, principal))
        return principal


class ScopedCouncil(Scoped):
    """The same for calls that only a council can make: 403 if the token names no council."""

    async def __call__(self, request: Request) -> CouncilPrincipal:
        """Returns the caller of a request, which acts for one council."""
        caller = self._caller(request)
        if caller.council is None:
            raise DomainError("no-council", _NO_COUNCIL, Kind.FORBIDDEN)
        return CouncilPrincipal(caller.subject, caller.council, caller.scopes, caller.expires_at)


def principal_with(scope: str) -> Callable[[Request], Awaitable[Principal]]:
    """Returns the dependency that yields the caller if it has `scope`, and otherwise answers 401 or 403."""
    return Scoped(scope)


def council_with(scope: str) -> Callable[[Request], Awaitable[CouncilPrincipal]]:
    """Like `principal_with`, for calls that only a council can make: answers 403 if the token names no council."""
    return ScopedCouncil(scope)
