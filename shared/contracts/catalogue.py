"""Events of the catalogue: titles merged from records, what councils' minimums say of these, how often they were supplied,
requests for records, rules that say whom to ask, and counts of what was catalogued twice or once for many.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from pydantic import Base64Bytes, Field

from shared.contracts.base import Contract, Event, Topic
from shared.contracts.rules import SupplierRuleChanged
from shared.contracts.switches import SwitchChanged
from shared.contracts.trials import TrialArm


class TitleChanged(Event):
    """Our merged view of a title changed. The topic is compacted: the latest event per ISBN is kept.

    It is published once the LMS can fetch the title's record (`GET /v1/titles/{isbn}`, `/v1/records`): from the first event of an
    ISBN on, its record is served.
    """

    event_type: ClassVar[str] = "catalogue.title.changed.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "delivery", "dashboard", "evidence", "lms")

    isbn: str
    title: str
    subtitle: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    form: str = ""
    supplier_id: str
    version: int
    changed_at: datetime
    editions: tuple[str, ...] | None = Field(
        default=None,
        description="ISBN-13 of other editions of the work that its records name: in another form, replaced by this one or its "
        "replacement, or any other edition that is not in another language; null where that was not stated yet",
    )

    def key(self) -> str:
        return self.isbn


class RecordsFiled(Event):
    """The records of what a council ordered, as far as they changed since the file before: one file for each of its mailboxes."""

    event_type: ClassVar[str] = "catalogue.records.filed.v1"
    topic: ClassVar[Topic] = Topic.COUNCIL_RECORDS
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("lms",)

    file_number: int = Field(description="Number of the file among those of the council, without gaps", examples=[7])
    records: int = Field(description="How many records it has", examples=[1])
    content: Base64Bytes = Field(description="The records in ISO 2709, in UTF-8, with the council's copies; in base 64")
    filed_at: datetime

    def key(self) -> str:
        return self.council or ""


class RecordRequested(Event):
    """There is no record for an ordered ISBN; its catalogue supplier is asked to send one.

    It is published again for those that keep who was asked. An exchange does not act upon that: no supplier is asked twice.
    """

    event_type: ClassVar[str] = "catalogue.record.requested.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers", "evidence")

    isbn: str
    supplier_id: str
    requested_at: datetime
    trial: TrialArm | None = Field(default=None, description="The trial that drew the supplier; null where none did")

    def key(self) -> str:
        # Not the bare ISBN: compaction would then delete the title's own event.
        return f"request/{self.supplier_id}/{self.isbn}"


class RecordShortfall(Contract):
    """A rule of a council's minimum that a record does not meet."""

    code: str
    reason: str = Field(description="What is missing, in words")
    place: str = Field(default="", description="Where in the record to look, e.g. 245 $a")


class RecordJudged(Event):
    """What a council's minimum says of an ordered book's record is new or changed: of the one that gives most of the title."""

    event_type: ClassVar[str] = "catalogue.record.judged.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence", "lms")

    isbn: str
    supplier_id: str = Field(description="Whose record it is")
    score: int = Field(description="From 0 to 100")
    pass_mark: int
    passes: bool = Field(description="Whether it reaches the pass mark and meets every rule that the council requires")
    shortfalls: tuple[RecordShortfall, ...] = Field(default=(), description="The most costly ones, five at most")
    version: int = Field(description="Grows with each change of what is said of the book for the council")
    judged_at: datetime
    first_supplier_id: str | None = Field(
        default=None, description="Whose record the council had first for the book; null where that was before it was kept"
    )
    first_judged_at: datetime | None = Field(default=None, description="Since when the council has had a record for the book")

    def key(self) -> str:
        # Not the bare ISBN: compaction would then delete the title's own event, and another council's judgement.
        return f"judged/{self.council}/{self.isbn}"


class RecordCounted(Event):
    """A supplier sent a record of an ordered book once more, or a book was ordered of which it had sent records.

    `times` only grows: of two events of one supplier and book the one with the larger number counts, in whatever order they come.
    """

    event_type: ClassVar[str] = "catalogue.record.counted.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("evidence",)

    isbn: str
    supplier_id: str
    times: int = Field(
        ge=1,
        description="How often the supplier has sent a record of the book so far, withdrawals apart, also one that said nothing "
        "new; what came before the catalogue counted is one",
    )
    supplied_at: datetime = Field(description="When the supplier last sent a record of the book or withdrew it")

    def key(self) -> str:
        # A book's own: of several books under one key the compacted topic would keep the last ones only.
        return f"counted/{self.supplier_id}/{self.isbn}"


class TitlesUsed(Contract):
    """So many titles came to be used by one more council."""

    nth: int = Field(ge=1, description="1: the council is the first to use their records; from 2 on, others had used them before")
    titles: int


class DuplicationCounted(Event):
    """How much cataloguing a day's records and orders did twice, and saved: of one supplier, for one council or all together.

    The counts are those of the whole day so far: a later event of the same key takes the place of an earlier one.
    """

    event_type: ClassVar[str] = "catalogue.duplication.counted.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard", "evidence")

    day: date
    supplier_id: str = Field(description="Whose records they are; `council:` and a council, where a cataloguer fixed the title")
    received: int = Field(
        description="Records that arrived, withdrawals apart; for a council, those of books that it had ordered"
    )
    repeated: int = Field(description="Of these, the ones that said what their supplier had said before")
    already_held: int = Field(description="Of the others, the ones that came when another supplier's record was at least as good")
    requests_saved: int = Field(description="Books that a council ordered for the first time when their record was there already")
    used: tuple[TitlesUsed, ...] = Field(default=(), description="Books whose record a council got for the first time")
    version: int = Field(description="Grows with each change of the counts")

    def key(self) -> str:
        # Not the bare day: the latest counts of each supplier and council stay in the compacted topic.
        return f"duplication/{self.day}/{self.supplier_id}/{self.council or 'all'}"


class CatalogueRuleChanged(SupplierRuleChanged):
    """A council added a rule that says which supplier it has records from, or ended one. A rule is never changed otherwise."""

    event_type: ClassVar[str] = "catalogue.rule.changed.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("evidence",)


class CatalogueSwitchChanged(SwitchChanged):
    """A council planned a switch to another supplier of records, or the switch came to another state."""

    event_type: ClassVar[str] = "catalogue.switch.changed.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("evidence", "lms")
