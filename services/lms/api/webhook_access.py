"""How callers of webhooks' routes are recognised, and how endpoints are answered to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Response
from pydantic import SecretStr

from services.lms.domain.webhooks import Endpoint
from services.lms.schemas.webhooks import WebhookEndpointView, WebhookEndpointWithSecret, endpoint_view, with_secret
from services.lms.usecases.webhooks import Read
from shared.auth import CouncilPrincipal, council_with
from shared.http.headers import IfMatchWhereSent, etag, required_version

PATH = "/v1/webhook-endpoints"
NO_SUCH = "no-such-webhook-endpoint"
EndpointId = Annotated[UUID, Path(description="Id of the webhook endpoint, as its registration answered it")]
DeliveryId = Annotated[UUID, Path(description="Id of the attempt, as `GET /v1/webhook-endpoints/{id}/deliveries` lists it")]
Writer = Annotated[CouncilPrincipal, Depends(council_with("lms:write"))]
# Of secrets, nothing between us and the caller may keep a copy.
_NOT_KEPT = {"Cache-Control": "no-store"}


def read_by(caller: CouncilPrincipal, endpoint_id: UUID, if_match: str) -> Read:
    """Returns an endpoint that a caller wants to change, as it had read it."""
    return Read(caller.council, endpoint_id, required_version(if_match, "webhook endpoint") if if_match else None)


def _as_read(caller: Writer, webhook_endpoint_id: EndpointId, if_match: IfMatchWhereSent = "") -> Read:
    return read_by(caller, webhook_endpoint_id, if_match)


AsRead = Annotated[Read, Depends(_as_read)]
"""The annotation of a route's parameter: which endpoint it changes."""


def shown(response: Response, endpoint: Endpoint, now: datetime) -> WebhookEndpointView:
    """Returns the answer with an endpoint."""
    response.headers["ETag"] = etag(endpoint.version)
    return endpoint_view(endpoint, now)


def secretly(response: Response, endpoint: Endpoint, secret: SecretStr | None, now: datetime) -> WebhookEndpointWithSecret:
    """Returns the answer with a new secret; None where it was shown before."""
    response.headers.update({**_NOT_KEPT, "ETag": etag(endpoint.version)})
    return with_secret(endpoint, secret, now)
