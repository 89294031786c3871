"""HTTP shapes of webhooks. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StrictBool, field_validator, model_validator

from services.lms.domain.bodies import Kind
from services.lms.domain.webhooks import Cause, Delivery, DisabledWhy, Endpoint, EndpointState, Outcome
from services.lms.schemas.changes import ChangeQuery
from services.lms.usecases.reading import Place
from services.lms.usecases.webhooks import Wanted
from shared.http.paging import PageQuery
from shared.http.signatures import check_secret
from shared.texts import Text

_MOST_KINDS = len(Kind)

Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1_000,
        description="Where changes are sent: https, a host that the internet can reach, port 443 or one from 1024 on",
        examples=["https://lms.suffolk.example/stockbridge"],
    ),
]
Description = Annotated[Text, Field(max_length=200, description="What it is for, in your words", examples=["Live LMS"])]
Kinds = Annotated[
    Sequence[Kind],
    Field(max_length=_MOST_KINDS, description="Kinds of change that are sent to it; empty: all, also those that are added later"),
]
Secret = Annotated[
    SecretStr | None,
    Field(
        max_length=100,
        description="Signs what is sent: `whsec_` and 24 to 64 random bytes in base64; null or left out: we make one",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ),
]


def _checked(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None:
        check_secret(secret.get_secret_value())
    return secret


class WebhookEndpointBody(BaseModel):
    """What a council states of a webhook endpoint."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    description: Description = ""
    kinds: Kinds = ()

    def wanted(self) -> Wanted:
        """Returns it for the use cases."""
        return Wanted(self.url, self.description, tuple(dict.fromkeys(kind.value for kind in self.kinds)))


class NewWebhookEndpoint(WebhookEndpointBody):
    """A new webhook endpoint. What is told from now on is sent to it."""

    secret: Secret = None

    _check_secret = field_validator("secret")(_checked)


class NewSecret(BaseModel):
    """Another secret for a webhook endpoint."""

    model_config = ConfigDict(extra="forbid")

    secret: Secret = None
    keep_previous_hours: int = Field(
        default=24, ge=0, le=168, description="For how long the secret before signs, too; 0 where somebody else may know it"
    )

    _check_secret = field_validator("secret")(_checked)


class Enabling(BaseModel):
    """Where to go on."""

    model_config = ConfigDict(extra="forbid")

    from_now: StrictBool = Field(default=False, description="Whether to leave out what was told since it stopped")


class SendingAgain(BaseModel):
    """From where on to send again: one of the two."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"told_from": "2026-03-02T09:30:00Z"}, {"after": "WyI0MiJd"}]}
    )

    told_from: datetime | None = Field(default=None, description="Everything that was told at this moment or later")
    after: str | None = Field(
        default=None, max_length=500, description="Everything after this cursor of `GET /v1/changes`", examples=["WyI0MiJd"]
    )

    @field_validator("told_from")
    @classmethod
    def _has_zone(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError("add the offset, such as Z or +01:00")
        return moment

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.told_from is None) == (self.after is None):
            raise ValueError("give either told_from or after")
        return self

    def since(self, council: str) -> datetime | Place:
        """Returns from where on. Raises DomainError (400) for a cursor that no answer has returned."""
        if self.told_from is not None:
            return self.told_from
        place = ChangeQuery(after=self.after).wanted(council).after
        assert place is not None
        return place


class WebhookEndpointView(BaseModel):
    """A webhook endpoint, and how it does."""

    webhook_endpoint_id: UUID = Field(
        description="Our id of it, under which `/v1/webhook-endpoints/{webhook_endpoint_id}` has it"
    )
    url: str = Field(description="Where changes are sent", examples=["https://lms.suffolk.example/stockbridge"])
    description: str = Field(description="What it is for, in the council's words", examples=["Live LMS"])
    kinds: Sequence[Kind] = Field(description="Kinds of change that are sent to it; empty: all")
    state: EndpointState = Field(
        description="`active`; `failing`: the last attempt failed and is repeated; `disabled`: nothing is sent until enabled"
    )
    first_failed_at: datetime | None = Field(description="When the first of the failed attempts in a row was; null: none failed")
    next_try_at: datetime | None = Field(description="When the next attempt is due of an endpoint that fails; null otherwise")
    disabled_at: datetime | None = Field(description="Since when it is disabled; null: it is not")
    disabled_why: DisabledWhy | None = Field(
        description="`gone`: it answered 410; `failed`: every attempt failed for three days; null: it is not disabled"
    )
    previous_secret_ends_at: datetime | None = Field(description="Until when the secret before signs, too; null: only one does")
    created_at: datetime = Field(description="When it was registered")


class WebhookEndpointWithSecret(WebhookEndpointView):
    """A webhook endpoint with a new secret, which is never shown again."""

    secret: str | None = Field(
        description="Keep it where your endpoint verifies signatures. Null in the answer to a repeated request: rotate it if you "
        "have not got the first answer",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )


class DeliveryQuery(PageQuery):
    """Which attempts a list contains."""

    outcome: Outcome | None = Field(default=None, description="Only attempts with this outcome")
    kind: str | None = Field(
        default=None, max_length=100, description="Only attempts to send changes of this kind", examples=["copy_received"]
    )


class DeliveryView(BaseModel):
    """One attempt to send a change, or a test event, and what came back."""

    model_config = ConfigDict(from_attributes=True)

    webhook_delivery_id: UUID = Field(description="Our id of the attempt, by which it can be read and sent again")
    webhook_endpoint_id: UUID = Field(description="To which endpoint it was sent")
    cause: Cause = Field(description="`feed`: it was next; `resend`: somebody asked for this change again; `test`: a test event")
    push_id: str = Field(
        description="`webhook-id` of the request: id of the change, the same in each attempt to send it",
        examples=["0b7e7c1e-3c55-5d0e-9a53-1f7a3d6a2b11"],
    )
    kind: str = Field(description="Kind of the change; `webhook_test` for a test event", examples=["copy_received"])
    attempt: int = Field(description="1 for the first attempt, one more for each that failed before it", examples=[1])
    sent_at: datetime = Field(validation_alias="at", description="When it was sent")
    outcome: Outcome = Field(description="`delivered`: answered 2xx; `gone`: answered 410; `failed`: any other answer, or none")
    status: int | None = Field(description="Status of the answer; null where none came", examples=[204])
    body: str = Field(description="First kilobyte of the answer's body", examples=["taken"])
    milliseconds: int = Field(description="How long it took to get the answer, or to give up", examples=[84])
    error: str = Field(
        description='What went wrong, in words; "" where nothing did',
        examples=["It answered 500; only 2xx says that a change was taken."],
    )
    next_try_at: datetime | None = Field(description="When it is tried again; null where it is not")


def endpoint_view(endpoint: Endpoint, now: datetime) -> WebhookEndpointView:
    """Returns an endpoint as it is answered at a moment."""
    return WebhookEndpointView.model_validate(_stated(endpoint, now))


def with_secret(endpoint: Endpoint, secret: SecretStr | None, now: datetime) -> WebhookEndpointWithSecret:
    """Returns an endpoint with its new secret."""
    shown = None if secret is None else secret.get_secret_value()
    return WebhookEndpointWithSecret.model_validate({**_stated(endpoint, now), "secret": shown})


def delivery_view(made: Delivery) -> DeliveryView:
    """Returns an attempt as it is answered."""
    return DeliveryView.model_validate(made)


def _stated(endpoint: Endpoint, now: datetime) -> dict[str, object]:
    standing, both = endpoint.standing, len(endpoint.secrets_at(now)) > 1
    return {
        "webhook_endpoint_id": endpoint.webhook_endpoint_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "kinds": endpoint.kinds,
        "state": standing.state,
        "first_failed_at": standing.failing_since,
        "next_try_at": standing.next_try_at,
        "disabled_at": standing.disabled_at,
        "disabled_why": standing.disabled_why,
        "previous_secret_ends_at": endpoint.previous_until if both else None,
        "created_at": endpoint.created_at,
    }
