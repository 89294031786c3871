"""Reads any inbound message, for production, replay and the conformance kit: the one door to every adapter's reading. Pure.

Reads the canonical JSON form and the reports of the exchange itself, and leaves all else to the adapter. Four things are
decided here for all adapters at once: NUL characters, which no database or event can hold, dates that cannot be meant,
despatches for several places, which are divided, and the numbers of parts of orders, which are read as of the order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from operator import is_
from typing import TypeVar, cast

from pydantic import BaseModel

from services.suppliers.contract import (
    NOT_FETCHED,
    Adapter,
    AdvisedParcel,
    DespatchFact,
    Fact,
    Kind,
    RawMessage,
    Reading,
    ResponseFact,
)
from services.suppliers.domain.despatch_form import read_despatch
from services.suppliers.domain.messages import CANONICAL_DESPATCH, CREDENTIALS_REFUSED
from services.suppliers.domain.places import SIGN, number_and_place
from shared.contracts.base import PlaceKind
from shared.findings import Finding, FindingList, Severity
from shared.formats.moments import EARLIEST_YEAR
from shared.records import Record
from shared.texts import NUL, has_nul, replace_nul

# How a NUL may be written in a message; searching the bytes for these is cheaper than checking every text.
_SIGNS = (NUL.encode(), b"\\u0000")
_YEARS_AHEAD = 10
_LARGEST_NUMBER = 10**18
# The exchange's own reports to staff, by content type: the code of their finding.
_REPORTS = {NOT_FETCHED: "not-fetched", CREDENTIALS_REFUSED: "credentials-refused"}

Value = TypeVar("Value")
Change = Callable[[str, object], object]
"""Returns what replaces a text, number or date; the text before it is the name of its field."""


def read(adapter: Adapter, raw: RawMessage, received: date) -> Reading:
    """Returns the facts and findings of a message: of the canonical form by its content type, else of the supplier's own form.

    `received` is the day on which the message arrived. Dates are measured by it, not by today, so that a replay reads the same;
    and not by the message's own date, which may be as wrong as the others and which not every form has.
    """
    if raw.content_type == CANONICAL_DESPATCH:
        reading = read_despatch(raw)
    elif raw.content_type in _REPORTS:
        reading = _read_report(raw)
    else:
        reading = adapter.read(raw)
    reading = replace(reading, facts=_of_whole_orders(reading.facts, raw.body))
    facts = tuple(divided(reading.facts)) if Kind.DESPATCH in {reading.kind, *reading.kinds} else reading.facts
    reading = replace(reading, facts=facts, findings=tuple(FindingList(reading.findings)))
    return dated(cleaned(reading, raw.body), received)


def divided(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yields the facts with a despatch for several places as one despatch for each place: nothing else knows that form."""
    for fact in facts:
        if not isinstance(fact, DespatchFact) or not any(parcel.deliver_to for parcel in fact.parcels):
            yield fact
            continue
        parcels: defaultdict[tuple[str, PlaceKind | None], list[AdvisedParcel]] = defaultdict(list)
        for parcel in fact.parcels:
            own = parcel.deliver_to, parcel.deliver_to_kind
            parcels[own if parcel.deliver_to else (fact.deliver_to, fact.deliver_to_kind)].append(parcel)
        for (place, kind), there in parcels.items():
            yield replace(fact, deliver_to=place, deliver_to_kind=kind, parcels=tuple(there))


def _of_whole_orders(facts: tuple[Fact, ...], body: bytes) -> tuple[Fact, ...]:
    """Returns the facts with the numbers of orders in place of those of their parts; a response keeps which part it answers."""
    if SIGN.encode() not in body:
        return facts
    return tuple(fact if isinstance(fact, Record) else _of_whole_order(fact) for fact in facts)


def _of_whole_order(fact: Fact) -> Fact:
    if isinstance(fact, ResponseFact) and fact.order_number:
        fact = replace(fact, part=number_and_place(fact.order_number)[1])
    return _changed(fact, _whole_number)


def _whole_number(name: str, value: object) -> object:
    if name != "order_number" or not isinstance(value, str) or SIGN not in value:
        return value
    return number_and_place(value)[0]


def _read_report(raw: RawMessage) -> Reading:
    """Returns what the exchange itself reports to staff as the only finding."""
    reason = Finding(_REPORTS[raw.content_type], raw.body.decode("utf-8", "replace"), Severity.ERROR)
    return Reading(Kind.UNKNOWN, (), (reason,))


def cleaned(reading: Reading, body: bytes) -> Reading:
    """Returns the reading of `body` with each NUL replaced, and with a finding where there was one."""
    if not any(sign in body for sign in _SIGNS):
        return reading
    clean = _changed(reading, _readable)
    if clean is reading:
        return reading
    text = "the message contains NUL characters; each was read as U+FFFD, the sign for an unreadable character"
    finding = Finding("nul-character", text, Severity.WARNING)
    return replace(clean, findings=(*clean.findings, finding))


def _readable(_: str, value: object) -> object:
    # An enumeration's member has no NUL and must stay a member: `replace_nul` would make a plain string of it.
    return replace_nul(value) if isinstance(value, str) and has_nul(value) else value


def dated(reading: Reading, received: date) -> Reading:
    """Returns the reading without dates that cannot be meant, with a finding for each.

    Those are dates before 1900 and dates more than ten years after the day on which the message arrived.
    """
    absurd: dict[str, None] = {}

    def likely(name: str, value: object) -> object:
        if not isinstance(value, date) or _is_likely(value, received):
            return value
        absurd[f"{name} {value.isoformat()[:10]} is before {EARLIEST_YEAR} or more than {_YEARS_AHEAD} years ahead; left out"] = (
            None
        )
        return None

    facts = _changed(reading.facts, likely)
    if not absurd:
        return reading
    return replace(reading, facts=facts, findings=(*reading.findings, *(_absurd(text) for text in absurd)))


def _absurd(text: str) -> Finding:
    return Finding("absurd-date", text, Severity.WARNING)


def _is_likely(value: date, received: date) -> bool:
    day = value.date() if isinstance(value, datetime) else value
    ahead = (day.year - _YEARS_AHEAD, day.month, day.day) > (received.year, received.month, received.day)
    return day.year >= EARLIEST_YEAR and not ahead


def unstorable(reading: Reading) -> str:
    """Returns which value of a reading no database holds, so that production could not apply it; "" where there is none."""
    found: list[str] = []

    def note(name: str, value: object) -> object:
        if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            found.append(f"{name} contains a character that is no Unicode")
        elif isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
            found.append(f"{name} is a number of more than 18 digits")
        return value

    _changed(reading, note)
    return found[0] if found else ""


def _changed(value: Value, change: Change, name: str = "") -> Value:
    """Returns the value with everything in it changed; the same object where nothing was."""
    if isinstance(value, tuple):
        items = tuple(_changed(item, change, name) for item in value)
        return value if all(map(is_, items, value)) else cast(Value, items)
    if isinstance(value, BaseModel):
        differing = _differing(dict(value), change)
        return value.model_copy(update=differing) if differing else value
    if is_dataclass(value) and not isinstance(value, type):
        differing = _differing({field.name: getattr(value, field.name) for field in fields(value)}, change)
        return replace(value, **differing) if differing else value
    return cast(Value, change(name, value))


def _differing(contents: dict[str, object], change: Change) -> dict[str, object]:
    changed = {name: _changed(content, change, name) for name, content in contents.items()}
    return {name: content for name, content in changed.items() if content is not contents[name]}
