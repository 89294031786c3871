"""Events of the catalogue: titles as merged from records, and records asked for."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.base import Event, Topic


class TitleChanged(Event):
    """Our merged view of a title changed. The topic is compacted: the last fact per ISBN stays."""

    event_type: ClassVar[str] = "catalogue.title.changed.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard")

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
    """Nothing is known of an ordered ISBN; its catalogue supplier shall send a record."""

    event_type: ClassVar[str] = "catalogue.record.requested.v1"
    topic: ClassVar[Topic] = Topic.CATALOGUE
    owner: ClassVar[str] = "catalogue"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers",)

    isbn: str
    supplier_id: str
    requested_at: datetime

    def key(self) -> str:
        # Not the bare ISBN: on a compacted topic that would erase the title itself.
        return f"request/{self.supplier_id}/{self.isbn}"
