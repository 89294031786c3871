"""HTTP shapes of departures, as JSON and as rows of CSV. Decides nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from services.evidence.domain.agreements import Agreement
from services.evidence.domain.departures import DECIDED_BY, Departure
from services.evidence.schemas.words import AskedDigest, ComputedAt, Digest
from shared.contracts.words import Actor, CouncilCode, SupplierId
from shared.days import Day
from shared.http.tables import as_csv
from shared.sourcing.rules import Strand
from shared.texts import Reference, Text

HEADINGS = ("council", "supplier", "strand", "name", "meaning", "count", "since", "service", "path")
_NOT_KNOWN = "not_known"


class TieView(BaseModel):
    """One thing that may tie the council to the supplier, and how many there are of it."""

    model_config = ConfigDict(from_attributes=True)

    strand: Strand = Field(description="The strand that it ties")
    name: str = Field(description="What is counted, for programs", examples=["copies_accepted"])
    meaning: str = Field(description="What is counted, in words", examples=["copies accepted and still to come"])
    count: int = Field(description="How many there are", examples=[4])
    oldest_on: date | None = Field(
        validation_alias=AliasChoices("since", "oldest_on"),
        description="Since when there is the oldest: a day of the council; of rules their first day; null where there is none",
    )
    service: str = Field(description="Whose list it is; `suppliers`: the exchange of this supplier", examples=["orders"])
    path: str = Field(
        description="Address of the list within that service",
        examples=["/v1/orders?supplier_id=consortium&state=accepted"],
    )


class ReconciliationView(BaseModel):
    """The last comparison of the supplier's list of open lines with ours: numbers of lines."""

    model_config = ConfigDict(from_attributes=True)

    reconciliation_id: UUID = Field(description="Id of the comparison, in the exchange's `/v1/reconciliations`")
    reported_at: datetime = Field(description="Of when the supplier's list is")
    compared_at: datetime = Field(description="When it was compared")
    agreed: int = Field(description="Lines that both hold as open, and agree about", examples=[118])
    disagreeing: int = Field(description="Lines that both hold as open, with another number or status", examples=[3])
    ours_only: int = Field(description="Lines that only we hold as open", examples=[1])
    theirs_only: int = Field(description="Lines that only the supplier holds as open", examples=[2])


class NewAgreement(BaseModel):
    """That the supplier agreed to an exit statement, as a person of the council records it."""

    model_config = ConfigDict(extra="forbid")

    digest: AskedDigest = Field(description="Digest of the statement that was shown to the supplier")
    agreed_by: Reference = Field(
        min_length=1, max_length=120, description="Who agreed, at the supplier", examples=["M. Hale, account manager"]
    )
    agreed_on: Day = Field(description="Day on which the supplier agreed; not later than today")
    words: Text = Field(
        min_length=3,
        max_length=2_000,
        description="What the supplier said, reservations too",
        examples=["Agreed, but for two lines that we shall credit in December."],
    )

    def of(self, council: str, supplier_id: str, *, by: str, at: datetime) -> Agreement:
        """Returns the agreement that a person of the council records."""
        return Agreement(council, supplier_id, **self.model_dump(), recorded_by=by, recorded_at=at)


class AgreementView(BaseModel):
    """An agreement, and who recorded it."""

    digest: Digest = Field(description="Digest of the statement that it is an agreement to")
    is_current: bool = Field(description="Whether it is an agreement to the statement as it is now: nothing in it changed since")
    agreed_by: str = Field(description="Who agreed, at the supplier", examples=["M. Hale, account manager"])
    agreed_on: date = Field(description="Day on which the supplier agreed")
    words: str = Field(
        description="What the supplier said", examples=["Agreed, but for two lines that we shall credit in December."]
    )
    recorded_by: Actor
    recorded_at: datetime = Field(description="When it was recorded")


class DepartureView(BaseModel):
    """What still ties the council to the supplier: the exit statement."""

    council: CouncilCode
    supplier_id: SupplierId
    computed_at: ComputedAt
    left: bool = Field(description="All counts are zero, those of the last reconciliation too, and nothing is unknown")
    decided_by: str = Field(default=DECIDED_BY, description="Who decides whether the council has left, in a sentence")
    ties: list[TieView] = Field(description="What is counted, strand by strand; rows that are zero, too")
    reconciliation: ReconciliationView | None = Field(description="The last comparison of open lines; null where none is known")
    unknown: list[str] = Field(
        description="What is not known, each with what to do; while there is any, `left` is false",
        examples=[["Whether the supplier agrees: no reconciliation is known; ask the supplier for its list of open lines."]],
    )
    digest: Digest = Field(description="SHA-256 of the statement as CSV: the same as long as nothing in it changes")
    agreements: list[AgreementView] = Field(description="The supplier's, in the order in which people recorded them")


def departure_view(found: Departure, now: datetime) -> DepartureView:
    """Returns the statement as of now."""
    last, digest = found.reconciliation, digest_of(found)
    return DepartureView(
        council=found.council,
        supplier_id=found.supplier_id,
        computed_at=now,
        left=found.left,
        ties=[TieView.model_validate(tie) for tie in found.ties],
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
