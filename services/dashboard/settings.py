"""Settings of the dashboard: those of every process, sign-in and sessions, and where it reaches what its pages ask."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, Json, SecretStr

from shared.settings import ServiceSettings


class DashboardSettings(ServiceSettings):
    """Environment of one process of the dashboard. A page whose service has no address here says so."""

    oidc_issuer: str = Field(
        default="", description="Issuer of the OpenID Connect provider by which staff sign in; without one, nobody can"
    )
    oidc_client_id: str = Field(default="stockbridge-dashboard", description="The dashboard's name at the provider")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Its secret there; empty for a public client, which PKCE alone protects"
    )
    oidc_scopes: str = Field(
        default="openid profile",
        description="What is asked for: `openid`, and what puts `scope` and `council` into access tokens",
    )
    oidc_name_claim: str = Field(default="name", description="Claim with a person's name, such as `preferred_username`")
    oidc_role_claim: str = Field(
        default="roles",
        description="Claim with the role (viewer, operator, admin); points lead into it, such as `realm_access.roles`",
    )
    session_idle_minutes: int = Field(default=30, ge=2, le=1_440, description="A session that nobody uses for longer is over")
    session_hours: int = Field(default=10, ge=1, le=168, description="A session is over after so many hours, used or not")
    service_urls: Json[Mapping[str, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which the dashboard itself reaches the services, as the person at a page: a JSON object "
        "from name (orders, catalogue, delivery, evidence, lms) to URL",
    )
    exchange_urls: Json[Mapping[str, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which the dashboard itself reaches the exchanges: a JSON object from supplier id to URL",
    )
