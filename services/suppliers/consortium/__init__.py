"""The adapter of a regional consortium: JSON over HTTPS, signed pushes, deliveries through a hub.

Knows its profile and its secrets. Knows no database, no event and no other supplier.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from services.suppliers.consortium import read, write
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.consortium.transport import ConsortiumTransport, Credentials
from services.suppliers.contract import (
    CancellationToSend,
    EnquiryToSend,
    OfferAnswerToSend,
    OrderToSend,
    OutboundMessage,
    RawMessage,
    Reading,
    RouteChangeToSend,
)
from services.suppliers.https import open_client
from shared.settings import too_large_to_push

__all__ = ["Consortium", "adapter"]


class Consortium:
    """One regional consortium.

    It implements `Adapter`, `CancelsOrders`, `TakesRouteChanges`, `TakesOfferAnswers`, `TakesEnquiries`, `SuppliesRecords` and
    `LeavesFiles`.
    """

    def __init__(self, profile: ConsortiumProfile, credentials: Credentials | None, push_secrets: Sequence[str]) -> None:
        self._profile = profile
        self._credentials = credentials
        self._push_secrets = tuple(push_secrets)

    @property
    def profile(self) -> ConsortiumProfile:
        """Who the consortium is and what it can do."""
        return self._profile

    @property
    def push_secrets(self) -> Sequence[str]:
        """The valid webhook secrets, the current one first."""
        return self._push_secrets

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """The consortium's order request. Raises ValueError for a council it has no account for."""
        return write.order(order, reference, self._profile)

    def write_cancellation(self, cancellation: CancellationToSend, reference: int) -> OutboundMessage:
        """The consortium's cancellation request."""
        return write.cancellation(cancellation, reference)

    def write_route_change(self, change: RouteChangeToSend, reference: int) -> OutboundMessage:
        """The consortium's request to deliver copies of an order to another place."""
        return write.route_change(change, reference)

    def write_offer_answer(self, answer: OfferAnswerToSend, reference: int) -> OutboundMessage:
        """The consortium's answer to its offer of a substitute or a price."""
        return write.offer_answer(answer, reference)

    def write_enquiry(self, enquiry: EnquiryToSend, reference: int) -> OutboundMessage:
        """The consortium's enquiry about copies, or claim for them."""
        return write.enquiry(enquiry, reference)

    def write_record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """The consortium's request for bibliographic records."""
        return write.record_request(isbns, reference)

    def left_because(self, name: str, size: int) -> str:
        """Why a message does not get in: all but short answers are pushes, and a push has a limit."""
        del name
        return too_large_to_push(size)

    def read(self, raw: RawMessage) -> Reading:
        """Reads a push or an immediate answer as facts; never raises for bad content."""
        return read.read(raw, self._profile)

    @asynccontextmanager
    async def transport(self) -> AsyncIterator[ConsortiumTransport]:
        """Open the connection to the consortium.

        Raises OSError when the profile's CA file cannot be read, ValueError when there are no secrets.
        """
        if self._credentials is None:
            raise ValueError("without secrets, the consortium's adapter reads and writes only; give it secrets to connect")
        async with open_client(self._profile) as client:
            yield ConsortiumTransport(client, self._profile, self._credentials)


def adapter(profile_json: str, secrets: Mapping[str, str] | None) -> Consortium:
    """Build the adapter.

    Secrets: `client_id`, `client_secret`, `webhook_secret_current` and, while a secret is being changed,
    `webhook_secret_previous`; without any (None) it reads and writes only. Raises ValueError for a wrong profile or a
    missing secret.
    """
    profile = ConsortiumProfile.model_validate_json(profile_json)
    if secrets is None:
        return Consortium(profile, None, ())
    missing = [name for name in ("client_id", "client_secret", "webhook_secret_current") if not secrets.get(name)]
    if missing:
        raise ValueError(f"the consortium's secrets lack {', '.join(missing)}")
    live = [secrets["webhook_secret_current"], secrets.get("webhook_secret_previous", "")]
    credentials = Credentials(secrets["client_id"], secrets["client_secret"])
    return Consortium(profile, credentials, [secret for secret in live if secret])
