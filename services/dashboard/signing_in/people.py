"""Who a person is by what the provider gave: checked as every service checks a token, and with a role or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import jwt
from pydantic import BaseModel, ConfigDict

from services.dashboard.domain.claims import SCOPE, name_in, role_in
from services.dashboard.domain.visitors import Role
from services.dashboard.signing_in.failures import refused
from services.dashboard.signing_in.provider import Grant
from shared.auth import Authenticator, Principal
from shared.errors import DomainError


class Person(BaseModel):
    """A person who is signed in, with the tokens to ask other services and to get new ones. Never kept unsealed."""

    model_config = ConfigDict(frozen=True)

    subject: str
    name: str
    role: Role
    access_token: str
    refresh_token: str
    token_ends_at: int
    # From the last identity token: the answer to a refresh need not have one (OpenID Connect Core 1.0, 12.2).
    stated_role: Role | None = None
    stated_name: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Reads a grant. The claims are named by paths, and looked for in the identity token and then in the access token."""

    authenticator: Authenticator
    name_claim: str
    role_claim: str

    def identify(self, grant: Grant, *, before: Person | None = None) -> Person:
        """Returns who the grant is for. Raises DomainError (403) that says what the provider must be set to give.

        `before`: the person of the session whose token is renewed. What an identity token said holds until the next one.
        """
        principal = self._accepted(grant.access_token)
        token_claims = jwt.decode(grant.access_token, options={"verify_signature": False})
        stated_role, stated_name = self._stated(grant, before)
        role = role_in(token_claims, self.role_claim) if stated_role is None else stated_role
        if role is None:
            names = ", ".join(f"`{one.named}`" for one in Role)
            text = (
                f"You are known, but have no role here: the claim `{self.role_claim}` names none of {names}. "
                "Ask the people who run your sign-in to give you one."
            )
            raise refused(text)
        name = stated_name or name_in(token_claims, self.name_claim) or principal.subject
        return Person(
            subject=principal.subject,
            name=name,
            role=role,
            access_token=grant.access_token,
            refresh_token=grant.refresh_token,
            token_ends_at=principal.expires_at,
            stated_role=stated_role,
            stated_name=stated_name,
        )

    def _stated(self, grant: Grant, before: Person | None) -> tuple[Role | None, str]:
        """Returns the role and the name that the last identity token stated."""
        if not grant.claims and before is not None:
            return before.stated_role, before.stated_name
        return role_in(grant.claims, self.role_claim), name_in(grant.claims, self.name_claim)

    def _accepted(self, access_token: str) -> Principal:
        """Returns for whom the services take an access token. Raises DomainError (403)."""
        try:
            principal = self.authenticator.verified(access_token)
        except DomainError as error:
            text = (
                "The provider signed you in, but the services do not take its access token, so nothing could be shown. "
                f"{error.detail} What an access token must have is in docs/sign-in.md."
            )
            raise refused(text) from error
        if SCOPE not in principal.scopes:
            raise refused(f"Your access token does not hold the scope `{SCOPE}`. Ask the people who run your sign-in for it.")
        return principal
