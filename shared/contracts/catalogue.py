"""Events of the catalogue: titles merged from records, and requests for records."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.base import Event, Topic


class TitleChanged(Event):
    """Our merged view of a title changed. The topic is compacted: the latest event per ISBN is kept.

    It is published once the LMS can fetch the title's record (`GET /v1/titles/{isbn}`, `/v1/records`): from the first event of an
    ISBN on, its record is served.
    """

    event_type: ClassVar[str] = "catalogue.title.changed.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "delivery", "dashboard")

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

    def key(self) -> str:
        return self.isbn


class RecordRequested(Event):
    """There is no record for an ordered ISBN; its catalogue supplier is asked to send one."""

    event_type: ClassVar[str] = "catalogue.record.requested.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers",)

    isbn: str
    supplier_id: str
    requested_at: datetime

    def key(self) -> str:
        # Not the bare ISBN: compaction would then delete the title's own event.
        return f"request/{self.supplier_id}/{self.isbn}"
