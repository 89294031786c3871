"""HTTP shapes of departures, as JSON and as rows of CSV. Decides nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.agreements import Agreement
from services.evidence.domain.departures import DECIDED_BY, Departure
from shared.http.tables import as_csv
from shared.sourcing.rules import Strand
from shared.texts import Reference, Text

HEADINGS = ("council", "supplier", "strand", "name", "meaning", "count", "since", "service", "path")
_NOT_KNOWN = "not_known"


class TieView(BaseModel):
    """One thing that may tie the council to the supplier, and how many there are of it."""

    model_config = ConfigDict(from_attributes=True)

    strand: Strand
    name: str
    meaning: str
    count: int
    since: date | None = Field(description="Since when there is the oldest: a day of the council; of rules their first day")
    service: str = Field(description="Whose list it is; `suppliers`: the exchange of this supplier")
    path: str = Field(description="Address of the list within that service")


class ReconciliationView(BaseModel):
    """The last comparison of the supplier's list of open lines with ours: numbers of lines."""

    model_config = ConfigDict(from_attributes=True)

    reconciliation_id: UUID
    reported_at: datetime = Field(description="Of when the supplier's list is")
    compared_at: datetime
    agreed: int
    disagreeing: int
    ours_only: int
    theirs_only: int


class NewAgreement(BaseModel):
    """That the supplier agreed to an exit statement, as a person of the council records it."""

    model_config = ConfigDict(extra="forbid")

    digest: str = Field(pattern="^[0-9a-f]{64}$", description="Digest of the statement that was shown to the supplier")
    agreed_by: Reference = Field(min_length=1, max_length=120, description="Who agreed, at the supplier")
    agreed_on: date = Field(description="Day on which the supplier agreed; not later than today")
    words: Text = Field(min_length=3, max_length=2_000, description="What the supplier said, reservations too")

    def of(self, council: str, supplier_id: str, *, by: str, at: datetime) -> Agreement:
        """Returns the agreement that a person of the council records."""
        return Agreement(council, supplier_id, **self.model_dump(), recorded_by=by, recorded_at=at)


class AgreementView(BaseModel):
    """An agreement, and who recorded it."""

    digest: str
    is_current: bool = Field(description="Whether it is an agreement to the statement as it is now: nothing in it changed since")
    agreed_by: str
    agreed_on: date
    words: str
    recorded_by: str
    recorded_at: datetime


class DepartureView(BaseModel):
    """What still ties the council to the supplier: the exit statement."""

    council: str
    supplier: str
    as_of: datetime
    left: bool = Field(description="All counts are zero, those of the last reconciliation too, and nothing is unknown")
    decided_by: str = DECIDED_BY
    items: list[TieView]
    reconciliation: ReconciliationView | None
    unknown: list[str] = Field(description="What is not known, each with what to do; while there is any, `left` is false")
    digest: str = Field(description="SHA-256 of the statement as CSV, in hexadecimal: the same as long as nothing in it changes")
    agreements: list[AgreementView] = Field(description="The supplier's, in the order in which people recorded them")


def departure_view(found: Departure, now: datetime) -> DepartureView:
    """Returns the statement as of now."""
    last, digest = found.reconciliation, digest_of(found)
    return DepartureView(
        council=found.council,
        supplier=found.supplier_id,
        as_of=now,
        left=found.left,
        items=[TieView.model_validate(tie) for tie in found.ties],
        reconciliation=None if last is None else ReconciliationView.model_validate(last),
        unknown=list(found.unknown),
        digest=digest,
        agreements=[_agreement_view(agreed, digest) for agreed in found.agreements],
    )


def _agreement_view(agreed: Agreement, digest: str) -> AgreementView:
    return AgreementView(
        digest=agreed.digest,
        is_current=agreed.digest == digest,
        agreed_by=agreed.agreed_by,
        agreed_on=agreed.agreed_on,
        words=agreed.words,
        recorded_by=agreed.recorded_by,
        recorded_at=agreed.recorded_at,
    )


def statement_csv(found: Departure) -> bytes:
    """Returns the statement as CSV. It has no time and no agreements, so it is the same as long as nothing in it changes."""
    return as_csv(HEADINGS, _rows(found))


def digest_of(found: Departure) -> str:
    """Returns the SHA-256 of the statement as CSV, in hexadecimal: what an agreement refers to."""
    return hashlib.sha256(statement_csv(found)).hexdigest()


def _rows(found: Departure) -> Iterator[tuple[object, ...]]:
    of = (found.council, found.supplier_id)
    for tie in found.ties:
        yield (*of, tie.strand.value, tie.name, tie.meaning, tie.count, tie.since, tie.service, tie.path)
    for text in found.unknown:
        yield (*of, "", _NOT_KNOWN, text, "", "", "", "")
