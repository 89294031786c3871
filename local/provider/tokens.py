"""The tokens that the provider signs: for services (as the stack's own tokens), and about the person for the client."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha512

import jwt

from local.machine.keys import SigningKey, mint_token
from local.provider.grants import Authorization
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with one key. `lifetime`: of each token."""

    issuer: str
    key: SigningKey
    clock: Clock
    lifetime: timedelta

    def access_token(self, authorization: Authorization) -> str:
        """Returns what the services take for the person."""
        person = authorization.person
        return mint_token(
            self.key,
            subject=person.subject,
            council=person.council,
            scopes=person.scopes,
            clock=self.clock,
            lifetime=self.lifetime,
            further=person.claims,
        )

    def id_token(self, authorization: Authorization, access_token: str) -> str:
        """Returns what tells the client who signed in (OpenID Connect Core 1.0, 2 and 3.1.3.6)."""
        now = int(self.clock.now().timestamp())
        half = sha512(access_token.encode()).digest()[:32]
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": authorization.client_id,
            "sub": authorization.person.subject,
            "iat": now,
            "exp": now + int(self.lifetime.total_seconds()),
            "at_hash": urlsafe_b64encode(half).decode().rstrip("="),
            **authorization.person.claims,
        }
        if authorization.nonce:
            claims["nonce"] = authorization.nonce
        return jwt.encode(claims, self.key.private, algorithm="EdDSA", headers={"kid": self.key.kid})
