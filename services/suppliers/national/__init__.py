"""The adapter of a national bookseller: EDIFACT, ONIX and ship notices over SFTP, deliveries direct to each branch.

`adapter` is the entry point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from services.suppliers.contract import (
    CancellationToSend,
    EnquiryToSend,
    OfferAnswerToSend,
    OrderToSend,
    OutboundMessage,
    RawMessage,
    Reading,
    Transport,
)
from services.suppliers.national.connection import Credentials
from services.suppliers.national.profile import NationalProfile
from services.suppliers.national.read import read
from services.suppliers.national.read.records import is_feed, read_feed
from services.suppliers.national.read.translation import Conventions
from services.suppliers.national.transport import open_mailbox
from services.suppliers.national.write import Writer
from shared.clock import Clock, SystemClock
from shared.findings import Finding
from shared.records import KeptAside, Record
from shared.sftp.arrivals import Arrival, Entry, Version

__all__ = ["NationalAdapter", "NationalProfile", "adapter"]


class NationalAdapter:
    """One national bookseller. It takes cancellations, answers to offers and enquiries; it supplies records and never pushes."""

    push_secrets: Sequence[str] = ()

    def __init__(self, profile: NationalProfile, credentials: Credentials | None, clock: Clock) -> None:
        self.profile = profile
        self._credentials = credentials
        self._clock = clock
        self._writer = Writer(profile)
        self._conventions = Conventions.of(profile)

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """Writes ORDERS D.96A. Raises ValueError that names what the message cannot carry."""
        return self._writer.order(order, reference)

    def write_cancellation(self, cancellation: CancellationToSend, reference: int) -> OutboundMessage:
        """Writes ORDCHG D.96A, dated by the clock, because a cancellation has no date of its own."""
        return self._writer.cancellation(cancellation, reference, self._clock.now())

    def write_offer_answer(self, answer: OfferAnswerToSend, reference: int) -> OutboundMessage:
        """Writes ORDCHG D.96A, dated by the clock. Raises ValueError for a price that its dialect has no place for."""
        return self._writer.offer_answer(answer, reference, self._clock.now())

    def write_enquiry(self, enquiry: EnquiryToSend, reference: int) -> OutboundMessage:
        """Writes OSTENQ D.96A, dated by the clock. Raises ValueError for a claim that its dialect has no place for."""
        return self._writer.enquiry(enquiry, reference, self._clock.now())

    def write_record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """Writes a CSV of ISBNs."""
        return self._writer.record_request(isbns, reference)

    def read(self, raw: RawMessage) -> Reading:
        """Reads any file from the mailbox (EDIFACT, X12, EDItX, ONIX, MARC) as facts and findings."""
        return read(raw, self._conventions)

    def is_feed(self, head: bytes) -> bool:
        """Returns whether a file that begins with these bytes is one of records: ONIX, MARC or MARCXML."""
        return is_feed(head)

    def read_feed(self, parts: Iterable[bytes], after: int) -> Iterator[Record | KeptAside | Finding]:
        """Yields the records of a file, and what cannot become one; leaves out the first `after`."""
        return read_feed(parts, after)

    def left_because(self, name: str, size: int) -> str:
        """Returns why a file of this name and size stays in the mailbox; "" where it is fetched."""
        entry = Entry(b"", name.encode(errors="surrogateescape"), Version(size, 0))
        return Arrival(entry, since=0, begun=0).left_because(self.profile.mailbox)

    def transport(self) -> AbstractAsyncContextManager[Transport]:
        """Returns the SFTP mailbox. It connects when it is first used, and again whenever the connection is lost.

        Raises ValueError when there are no secrets.
        """
        if self._credentials is None:
            raise ValueError("without secrets, the bookseller's adapter reads and writes only; give it secrets to connect")
        return open_mailbox(self.profile.mailbox, self._credentials)


def adapter(profile_json: str, secrets: Mapping[str, str] | None) -> NationalAdapter:
    """Build the adapter; the entry point `national` of the group `stockbridge.suppliers`.

    `secrets` holds `sftp_private_key` (OpenSSH or PEM text, without passphrase) or `sftp_password`. Without secrets (None) the
    adapter reads and writes only. Raises ValueError for a profile or secret that cannot be used.
    """
    profile = NationalProfile.model_validate_json(profile_json)
    credentials = None if secrets is None else Credentials.of(secrets)
    return NationalAdapter(profile, credentials, SystemClock(profile.dialect.time_zone))
