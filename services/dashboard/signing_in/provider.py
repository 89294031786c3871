"""The OpenID Connect provider as its client sees it: the authorization code flow with PKCE (RFC 6749, RFC 7636), and refreshing.

Authlib builds the requests and checks the claims of identity tokens; signatures are checked as those of every bearer token are.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError
from jwt.types import Options

from services.dashboard.signing_in.discovery import Discovery, Metadata
from services.dashboard.signing_in.failures import no_answer, refused, wrongly_set
from shared.auth import ALGORITHMS
from shared.http.answers import Answer
from shared.http.known import Known
from shared.http.outward import NoAnswer

_FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
# How far the provider's clock may be from ours.
_LEEWAY_SECONDS = 60
# The claims are checked apart, by the clock that is given.
_SIGNATURE_ALONE: Options = {
    "verify_aud": False,
    "verify_iss": False,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


class RefreshRefused(Exception):
    """The provider gives no further token: the person is signed out there, or may no longer sign in."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The dashboard as the provider knows it. Without a secret it is a public client, which PKCE alone protects."""

    issuer: str
    client_id: str
    client_secret: str
    scopes: str


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in that was begun. Its browser keeps these; a provider's answer that does not fit them is refused."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


@dataclass(frozen=True, slots=True)
class Grant:
    """What the provider gave for a person. `claims` are those of the identity token; none where a refresh gave no new one."""

    access_token: str
    refresh_token: str
    claims: Mapping[str, Any]


class Provider:
    """One provider, asked through `known`. `now`: seconds of the clock."""

    def __init__(self, registration: Registration, known: Known, now: Callable[[], float]) -> None:
        self._registration = registration
        self._known = known
        self._now = now
        self._discovery = Discovery(registration.issuer, known, now)

    async def address(self, started: Started, redirect_uri: str) -> str:
        """Returns where the browser goes to sign in. Raises DomainError (503)."""
        metadata = await self._discovery.metadata()
        client = self._client(metadata, redirect_uri)
        address, _ = client.create_authorization_url(
            metadata.authorization_endpoint, state=started.state, code_verifier=started.verifier, nonce=started.nonce
        )
        return str(address)

    async def exchange(self, started: Started, redirect_uri: str, *, code: str, issuer: str) -> Grant:
        """Returns what a code stands for. `issuer`: who sent the browser back, where that was said (RFC 9207).

        Raises DomainError: 403 where the provider or a check refuses, 503 where the provider cannot be used.
        """
        metadata = await self._discovery.metadata()
        if issuer not in ("", metadata.issuer) or (metadata.authorization_response_iss_parameter_supported and not issuer):
            raise refused("The answer came from another provider than the one that was asked.")
        answer = await self._tokens(
            metadata, "authorization_code", redirect_uri=redirect_uri, code=code, code_verifier=started.verifier
        )
        if not answer.successful:
            raise refused(f"The provider of sign-in did not accept the sign-in ({_error_of(answer)}). Sign in again.")
        return await self._grant(answer, nonce=started.nonce)

    async def refresh(self, refresh_token: str) -> Grant:
        """Returns new tokens. Raises RefreshRefused where the provider gives none, DomainError (503) where it does not answer."""
        metadata = await self._discovery.metadata()
        answer = await self._tokens(metadata, "refresh_token", refresh_token=refresh_token)
        if answer.status >= 500 or answer.status == 429:
            raise no_answer(f"its token endpoint answered {answer.status}")
        if not answer.successful:
            raise RefreshRefused(_error_of(answer))
        grant = await self._grant(answer, nonce=None)
        return grant if grant.refresh_token else Grant(grant.access_token, refresh_token, grant.claims)

    async def sign_out_address(self, return_to: str) -> str:
        """Returns where a browser goes to sign out at the provider, too; "" where there is no such address.

        It names no person: a token in an address would be kept in histories and logs.
        """
        end = (await self._discovery.metadata()).end_session_endpoint
        if not end:
            return ""
        query = urlencode({"client_id": self._registration.client_id, "post_logout_redirect_uri": return_to})
        return f"{end}{'&' if '?' in end else '?'}{query}"

    def _client(self, metadata: Metadata, redirect_uri: str) -> OAuth2Client:
        secret = self._registration.client_secret
        basic = "client_secret_basic" in metadata.token_endpoint_auth_methods_supported
        return OAuth2Client(
            None,
            self._registration.client_id,
            secret,
            token_endpoint_auth_method="none" if not secret else "client_secret_basic" if basic else "client_secret_post",
            scope=self._registration.scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    async def _tokens(self, metadata: Metadata, grant_type: str, **fields: str) -> Answer:
        client = self._client(metadata, "")
        body = prepare_token_request(grant_type, **fields)
        method = client.client_auth(client.token_endpoint_auth_method)
        url, headers, body = method.prepare("POST", metadata.token_endpoint, dict(_FORM), body)
        try:
            answer = await self._known.post(url, body.encode(), headers)
        except NoAnswer as error:
            raise no_answer(str(error)) from error
        if answer.cut:
            raise no_answer(answer.cut)
        return answer

    async def _grant(self, answer: Answer, *, nonce: str | None) -> Grant:
        """Returns what the token endpoint gave. `nonce`: what the identity token must have; None where none need be there."""
        try:
            given = json.loads(answer.body)
            access_token, id_token = str(given["access_token"]), str(given.get("id_token", ""))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise wrongly_set("its token endpoint gave no access token") from error
        if nonce is not None and not id_token:
            raise wrongly_set("it gave no identity token; OIDC_SCOPES must have `openid`")
        claims = await self._claims(id_token, access_token, nonce) if id_token else {}
        return Grant(access_token, str(given.get("refresh_token", "")), claims)

    async def _claims(self, id_token: str, access_token: str, nonce: str | None) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            key = await self._discovery.key(header.get("kid"))
            if key is None:
                raise refused("The identity token was signed with a key that the provider does not publish. Sign in again.")
            claims = jwt.decode(id_token, key, algorithms=ALGORITHMS, options=_SIGNATURE_ALONE)
            wanted = {
                "iss": {"essential": True, "value": self._registration.issuer},
                "aud": {"essential": True, "value": self._registration.client_id},
            }
            params = {"nonce": nonce, "client_id": self._registration.client_id, "access_token": access_token}
            CodeIDToken(claims, header, wanted, params).validate(now=int(self._now()), leeway=_LEEWAY_SECONDS)
        except (jwt.PyJWTError, JoseError, ValueError, TypeError) as error:
            raise refused(f"The identity token is not valid ({error}). Sign in again.") from error
        return claims


def _error_of(answer: Answer) -> str:
    """Returns the provider's own word for a refusal (RFC 6749, 5.2), or the status where it gave none."""
    try:
        return str(json.loads(answer.body)["error"])[:100]
    except (ValueError, LookupError, TypeError):
        return str(answer.status)
