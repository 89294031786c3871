"""What people did, in words: the rows of the audit trail, the page of each thing, and how it was before and after. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.dashboard.domain import links
from services.dashboard.domain.deeds import DEEDS, KINDS
from services.dashboard.domain.owners import owner_in_words, supplier_of
from services.dashboard.domain.pages import Shape
from shared.days import day_after

_MOST_DIFFERENCES, _NONE = 12, "none"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_Filled = Annotated[date | None, BeforeValidator(lambda text: text or None)]


class Wanted(BaseModel):
    """Which acts the page shows: its filters, as they are in its address. An empty one does not filter."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, str_strip_whitespace=True)

    who: str = Field(default="", max_length=200)
    service: str = Field(default="", max_length=200)
    kind: str = Field(default="", max_length=200)
    thing: str = Field(default="", max_length=200)
    since: _Filled = Field(default=None, alias="from")
    until: _Filled = Field(default=None, alias="to")

    @property
    def asked(self) -> dict[str, str]:
        """The filters of `GET /v1/acts`, which every service has; `until` is the last day, and is included."""
        before = None if self.until is None else day_after(self.until)
        said = {"actor": self.who, "kind": self.kind, "thing": self.thing, "acted_from": self.since, "acted_before": before}
        return {name: str(value) for name, value in said.items() if value}

    @property
    def query(self) -> dict[str, str]:
        """The filters as they are in the page's address, without empty ones."""
        return {name: str(value) for name, value in self.model_dump(by_alias=True).items() if value}


class Act(Shape):
    """One thing that a person did, as a service noted it."""

    act_id: UUID
    acted_at: datetime
    council: str | None
    actor: str
    operation: str
    kind: str
    thing: str
    path: str
    reason: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    outcome: str


class ActPage(Shape):
    """One page of a service's acts."""

    items: Sequence[Act]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SeenAct:
    """An act with the service that noted it: its name, or `supplier-<id>` for an exchange."""

    service: str
    act: Act

    @property
    def line(self) -> str:
        """What was done, in a few words."""
        # Its service may be newer than this one.
        return DEEDS.get(self.act.operation) or self.act.operation.replace("_", " ").capitalize()

    @property
    def kind(self) -> str:
        """What kind of thing it was about, in words."""
        return kind_in_words(self.act.kind)

    @property
    def label(self) -> str:
        """Which thing it was about, as people call it: a number that only programs know is left out."""
        return self.kind if _UUID.fullmatch(self.act.thing) or not self.act.thing else f"{self.kind} {self.act.thing}"

    @property
    def page(self) -> str:
        """Where that thing has its page; "" where it has none."""
        return _page(self.service, self.act)

    @property
    def differences(self) -> Sequence[tuple[str, str, str]]:
        """What changed first: a label, how it was, and how it was afterwards; "" where it was not there, or is not known."""
        return self._all_differences[:_MOST_DIFFERENCES]

    @property
    def further(self) -> int:
        """How many things changed besides; the file of the list has them."""
        return len(self._all_differences[_MOST_DIFFERENCES:])

    @property
    def _all_differences(self) -> Sequence[tuple[str, str, str]]:
        return list(_differences(self.act.before or {}, self.act.after or {}))

    @property
    def cells(self) -> Sequence[object]:
        """The act as a row of a table, under `HEADINGS`."""
        act = self.act
        before, after = ("" if each is None else json.dumps(each, ensure_ascii=False) for each in (act.before, act.after))
        about = (self.kind, act.thing, act.reason, act.outcome, before, after, act.path)
        return (act.acted_at.isoformat(), act.actor, act.council or "", owner_in_words(self.service), self.line, *about)


HEADINGS = (
    *("When", "Who", "Council", "Service", "What", "Kind of thing", "Id of the thing", "Why"),
    *("Outcome", "Before", "After", "Request"),
)


def kind_in_words(kind: str) -> str:
    """Returns what a kind of thing is called."""
    return KINDS.get(kind) or kind.replace("_", " ")


def _page(service: str, act: Act) -> str:
    """Returns the page of what an act is about, "" where it has none."""
    supplier = supplier_of(service)
    if supplier is not None:
        if act.kind == "message":
            return links.message(supplier, act.thing)
        return _dead_letter(service, act) or links.supplier(supplier)
    whole = _in_path(act.path)
    if "orders" in whole:
        return links.order(whole["orders"])
    if "titles" in whole:
        return links.title(whole["titles"])
    page = _LISTS.get(act.operation) or _PAGES.get(act.kind)
    return _dead_letter(service, act) or ("" if page is None else page.replace("{}", quote(act.thing, safe="")))


def _dead_letter(service: str, act: Act) -> str:
    return links.dead_letter(service, act.thing) if act.kind == "dead_letter" else ""


# Where what an operation makes is listed, where the thing that it names is another.
_LISTS: Mapping[str, str] = {"propose_proposal": "/proposals"}
# Pages of things whose id is the act's own; `{}` is that id.
_PAGES: Mapping[str, str] = {
    "order": links.order("{}"),
    "consignment": links.consignment("{}"),
    "invoice": links.invoice("{}"),
    "proposal": links.proposal("{}"),
    "mailbox_message": links.file("{}"),
    "supplier": "/suppliers/{}",
    "chasing_policy": "/suppliers/{}",
    "departure": "/suppliers/{}",
    "change": "/changes",
    "approval": "/changes",
    "sourcing_rule": "/rules",
    "route_rule": "/rules",
    "contract_end": "/rules",
    "trial": "/rules",
    "switch": "/rules",
    "fund": "/funds",
    "fund_rollover": "/funds",
}


def _in_path(path: str) -> Mapping[str, str]:
    """Returns the ids in a path by the list that each is in."""
    parts = path.split("/")[2:]
    return dict(zip(parts[::2], parts[1::2], strict=False))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    old, new = dict(_flat(before)), dict(_flat(after))
    for name in {**old, **new}:
        # What a new thing does not have is no news.
        if old.get(name, _NONE) != new.get(name, _NONE if name not in old else ""):
            yield name.replace("_", " "), old.get(name, ""), new.get(name, "")


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yields the parts of a thing, each under the way to it: `LOWE / name`."""
    if isinstance(value, Mapping) and value:
        for name, each in value.items():
            yield from _flat(each, f"{place} / {name}" if place else str(name))
    elif place:
        yield place, _in_words(value)


def _in_words(value: Any) -> str:
    if value is None or value in ({}, []):
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_in_words(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_in_words(each)}" for name, each in value.items())
    return str(value)
