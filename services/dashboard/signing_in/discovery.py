"""What a provider says about itself (OpenID Connect Discovery 1.0), and the keys it signs with (RFC 7517), both remembered."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from services.dashboard.signing_in.failures import no_answer, wrongly_set
from shared.http.known import Known
from shared.http.outward import NoAnswer

_WELL_KNOWN = "/.well-known/openid-configuration"
_REMEMBERED_SECONDS = 3_600.0
# So often at most are keys asked for because a token names one that is not known.
_NEW_KEY_SECONDS = 60.0


class Metadata(BaseModel):
    """Where a provider is asked what. Without an `end_session_endpoint` nobody can be signed out there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    @property
    def addresses(self) -> list[str]:
        """All the addresses above."""
        found = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.end_session_endpoint)
        return [address for address in found if address]


class Discovery:
    """The provider with this issuer, asked through `known`. `now`: seconds of the clock."""

    def __init__(self, issuer: str, known: Known, now: Callable[[], float]) -> None:
        self._issuer = issuer
        self._known = known
        self._now = now
        self._metadata: Metadata | None = None
        self._metadata_at = 0.0
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._keys_at = 0.0

    async def metadata(self) -> Metadata:
        """Returns what the provider says about itself. Raises DomainError (503) where it does not, or wrongly."""
        if self._metadata is None or self._now() - self._metadata_at > _REMEMBERED_SECONDS:
            found = await self._json(self._issuer.rstrip("/") + _WELL_KNOWN)
            self._metadata, self._metadata_at = self._checked(found), self._now()
        return self._metadata

    async def key(self, key_id: str | None) -> jwt.PyJWK | None:
        """Returns a key of the provider; None where it has none of this name. Raises DomainError (503)."""
        age = self._now() - self._keys_at
        if not self._keys or age > _REMEMBERED_SECONDS or (key_id not in self._keys and age > _NEW_KEY_SECONDS):
            found = await self._json((await self.metadata()).jwks_uri)
            try:
                self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(found).keys}
            except (jwt.PyJWTError, AttributeError, TypeError) as error:
                raise wrongly_set("its list of keys cannot be read") from error
            self._keys_at = self._now()
        return self._keys.get(key_id)

    def _checked(self, found: dict[str, object]) -> Metadata:
        try:
            metadata = Metadata.model_validate(found)
        except ValidationError as error:
            missing = ", ".join(str(one["loc"][0]) for one in error.errors())
            raise wrongly_set(f"what it says about itself lacks {missing}") from error
        if metadata.issuer != self._issuer:
            raise wrongly_set(f"it calls itself {metadata.issuer}, and the setting OIDC_ISSUER says {self._issuer}")
        if self._issuer.startswith("https:"):
            open_ones = [address for address in metadata.addresses if urlsplit(address).scheme != "https"]
            if open_ones:
                raise wrongly_set(f"{open_ones[0]} is not reached by https")
        return metadata

    async def _json(self, url: str) -> dict[str, object]:
        try:
            answer = await self._known.get(url)
        except NoAnswer as error:
            raise no_answer(str(error)) from error
        if not answer.successful or answer.cut:
            raise no_answer(f"{url} answered {answer.status}{answer.cut and f', {answer.cut}'}")
        try:
            found = json.loads(answer.body)
        except ValueError as error:
            raise wrongly_set(f"{url} is no JSON") from error
        if not isinstance(found, dict):
            raise wrongly_set(f"{url} is no JSON object")
        return found
