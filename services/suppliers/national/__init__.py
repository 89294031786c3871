"""A national bookseller: EDIFACT, ONIX and ship notices over SFTP, direct to each branch. `adapter` is the entry point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from services.suppliers.contract import CancellationToSend, OrderToSend, OutboundMessage, RawMessage, Reading, Transport
from services.suppliers.national.profile import NationalProfile
from services.suppliers.national.read import read
from services.suppliers.national.read.translation import Conventions
from services.suppliers.national.transport import Credentials, open_mailbox
from services.suppliers.national.write import Writer
from shared.clock import Clock, SystemClock

__all__ = ["NationalAdapter", "NationalProfile", "adapter"]


class NationalAdapter:
    """One national bookseller. It takes cancellations and supplies records; it never pushes."""

    push_secrets: Sequence[str] = ()

    def __init__(self, profile: NationalProfile, credentials: Credentials | None, clock: Clock) -> None:
        self.profile = profile
        self._credentials = credentials
        self._clock = clock
        self._writer = Writer(profile)
        self._conventions = Conventions.of(profile)

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """ORDERS D.96A. Raises ValueError naming what the message cannot carry."""
        return self._writer.order(order, reference)

    def write_cancellation(self, cancellation: CancellationToSend, reference: int) -> OutboundMessage:
        """ORDCHG D.96A, dated by the clock, since a cancellation itself carries no date."""
        return self._writer.cancellation(cancellation, reference, self._clock.now())

    def write_record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """A CSV of ISBNs."""
        return self._writer.record_request(isbns, reference)

    def read(self, raw: RawMessage) -> Reading:
        """Any message of the library set, or ONIX, as facts and findings."""
        return read(raw, self._conventions)

    def transport(self) -> AbstractAsyncContextManager[Transport]:
        """The SFTP mailbox; connects when it is first used, and again whenever the connection was lost.

        Raises ValueError when there are no secrets.
        """
        if self._credentials is None:
            raise ValueError("built without secrets, the bookseller's adapter reads and writes only")
        return open_mailbox(self.profile.mailbox, self._credentials)


def adapter(profile_json: str, secrets: Mapping[str, str] | None) -> NationalAdapter:
    """Build the adapter; the entry point `national` of the group `stockbridge.suppliers`.

    `secrets` holds `sftp_private_key` (OpenSSH or PEM text, without passphrase) or `sftp_password`; without any (None) the
    adapter reads and writes only. Raises ValueError for a profile or secret that cannot be used.
    """
    profile = NationalProfile.model_validate_json(profile_json)
    credentials = None if secrets is None else Credentials.of(secrets)
    return NationalAdapter(profile, credentials, SystemClock())
