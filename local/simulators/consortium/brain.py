"""Decides everything that follows from an order: the pushes with their delays, and the fate of each copy. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from local.simulators.consortium.catalogue import Title
from local.simulators.consortium.decisions import Decisions, Outcome
from local.simulators.consortium.numbers import barcode, isbn, sscc
from local.simulators.consortium.records import record_of
from local.simulators.consortium.wire import Amount, Copy, DeliverTo, Line, Order

_LINES_PER_RESPONSE = 200
_COPIES_PER_SHIPMENT = 1_000
_COPIES_PER_PARCEL = 20
_RECORDS_PER_PUSH = 50
_LATE = 4.0
_REFUSALS = (("refused", "NN"), ("cannot_supply", "OP"), ("refused_on_price", "TO"))
_BACK_ORDERS = (("back_ordered", "OB"), ("on_order", "RP"))
_UNKNOWN_WORD = "seeking_approval"
_OFFER_DAYS = 30
# Pence; of a line that is ordered without a price.
_USUAL_PRICE = 999


class Fate(StrEnum):
    """What happens to a copy in the end."""

    SHIPS = "ships"
    RELEASED = "released"
    WAITS = "waits"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    CANCELLED_AND_SENT = "cancelled_and_sent"


class Wave(StrEnum):
    """Which lorry a copy is on."""

    FIRST = "first"
    REST = "rest"
    LATE = "late"
    RELEASE = "release"
    RESENT = "resent"


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds between the order and the response, the response and the despatch, the response and the release of back orders."""

    response: float = 0.5
    despatch: float = 2.0
    release: float = 15.0

    def of(self, wave: Wave) -> float:
        """Returns the seconds from the order to the despatch of a wave."""
        after = {
            Wave.FIRST: self.despatch,
            Wave.REST: 2 * self.despatch,
            Wave.LATE: _LATE * self.despatch,
            Wave.RELEASE: self.release,
            Wave.RESENT: self.despatch,
        }
        return self.response + after[wave]


@dataclass(frozen=True, slots=True)
class Push:
    """One future message. `names` identify it for decisions about it; `wave` is "" unless it is a shipment."""

    type: str
    data: Mapping[str, object]
    delay: float
    names: tuple[object, ...]
    wave: str = ""


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """A copy, what happens to it and the lorry it is on, if any."""

    copy: Copy
    fate: Fate
    wave: Wave | None = None


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line, the ISBN that is in fact supplied, its copies and the entries about it in the response."""

    line: Line
    supplied_isbn: str
    copies: tuple[CopyPlan, ...]
    entries: tuple[Mapping[str, object], ...]

    @property
    def fates(self) -> dict[str, str]:
        """Copy number, as text, -> fate."""
        return {str(plan.copy.copy_number): plan.fate.value for plan in self.copies}


class Brain:
    """Decides orders and record requests."""

    def __init__(self, decisions: Decisions, delays: Delays, catalogue: Mapping[str, Title]) -> None:
        self._decisions = decisions
        self._delays = delays
        self._catalogue = catalogue
        self._isbns = tuple(catalogue)

    def supplier_reference(self, order: Order) -> str:
        """Returns the consortium's own number for the order."""
        return f"EC{self._decisions.number(10**8, 'reference', order.buyer.isil, order.order_number):08d}"

    def plan_lines(self, order: Order, lines: Iterable[Line], now: datetime) -> list[LinePlan]:
        """Decides each line."""
        return [self._plan(order, line, now) for line in lines]

    def responses(self, order: Order, entries: Sequence[Mapping[str, object]], now: datetime) -> list[Push]:
        """Returns the pushes that answer the order's lines."""
        return [
            self.response(order, entries[start : start + _LINES_PER_RESPONSE], now, ("response", start))
            for start in range(0, len(entries), _LINES_PER_RESPONSE)
        ]

    def response(self, order: Order, entries: Sequence[Mapping[str, object]], now: datetime, names: tuple[object, ...]) -> Push:
        """Returns one push that answers lines of the order."""
        data = {
            "supplier_reference": self.supplier_reference(order),
            "order_reference": order.reference,
            "order_number": order.order_number,
            "responded_at": (now + timedelta(seconds=self._delays.response)).isoformat(),
            "lines": list(entries),
        }
        keys = tuple(str(entry["isbn"]) for entry in entries)
        return Push("order.responded", data, self._delays.response, (order.buyer.isil, order.order_number, *names, *keys))

    def shipments(self, order: Order, plans: Sequence[LinePlan], now: datetime) -> list[Push]:
        """Returns the pushes that announce the copies sent to the order's delivery place, for each wave."""
        pushes: list[Push] = []
        for wave in Wave:
            loaded = [(plan, copy.copy) for plan in plans for copy in plan.copies if copy.wave is wave]
            starts = range(0, len(loaded), _COPIES_PER_SHIPMENT)
            pushes += [self._shipment(order, wave, loaded[start : start + _COPIES_PER_SHIPMENT], now) for start in starts]
        return pushes

    def records(self, isbns: Sequence[str]) -> list[Push]:
        """Returns the pushes with the records of the requested titles, several to a push."""
        wanted = list(dict.fromkeys(isbns))
        chunks = [wanted[start : start + _RECORDS_PER_PUSH] for start in range(0, len(wanted), _RECORDS_PER_PUSH)]
        return [self._record_push(chunk) for chunk in chunks]

    def _record_push(self, isbns: Sequence[str]) -> Push:
        data = {
            "records": [record_of(self._catalogue[isbn]) for isbn in isbns if isbn in self._catalogue],
            "unknown": [isbn for isbn in isbns if isbn not in self._catalogue],
        }
        return Push("record.supplied", data, self._delays.response, ("records", *isbns))

    def _plan(self, order: Order, line: Line, now: datetime) -> LinePlan:
        names = (order.buyer.isil, order.order_number, line.line_number, line.isbn)
        match self._decisions.outcome(*names):
            case Outcome.ACCEPT:
                return LinePlan(
                    line,
                    line.isbn,
                    self._shipping(line.copies, names),
                    (entry_about(line, "accepted", accepted=len(line.copies)),),
                )
            case Outcome.BACK_ORDER:
                return self._back_order(line, names, now)
            case Outcome.SUBSTITUTE:
                return self._substitute(line, names, now)
            case Outcome.PRICE:
                return _dearer(line, now)
            case Outcome.REFUSE:
                word, availability = _REFUSALS[self._decisions.number(len(_REFUSALS), "refusal", *names)]
                entry = entry_about(line, word, availability=availability, cancelled=len(line.copies))
                return LinePlan(line, line.isbn, _all(line, Fate.REFUSED), (entry,))
            case Outcome.UNKNOWN_WORD:
                return LinePlan(line, line.isbn, _all(line, Fate.WAITS), (entry_about(line, _UNKNOWN_WORD),))

    def _substitute(self, line: Line, names: tuple[object, ...], now: datetime) -> LinePlan:
        other = self._other_isbn(line.isbn, names)
        if self._decisions.number(2, "substitute", *names):
            entry = entry_about(line, "substituted", substitute_isbn=other, accepted=len(line.copies))
            return LinePlan(line, other, self._shipping(line.copies, names), (entry,))
        entry = entry_about(line, "substitute_offered", substitute_isbn=other, cancelled=len(line.copies))
        entry["offer_until"] = _last_day(now)
        return LinePlan(line, line.isbn, _all(line, Fate.REFUSED), (entry,))

    def _back_order(self, line: Line, names: tuple[object, ...], now: datetime) -> LinePlan:
        """Makes at least one copy wait and accepts the others. Either all waiting copies are released later, or none."""
        shares = {copy.copy_number: self._decisions.share("copy waits", *names, copy.copy_number) for copy in line.copies}
        least = min(shares.values())
        late = tuple(
            copy
            for copy in line.copies
            if shares[copy.copy_number] < self._decisions.proportions.waits or shares[copy.copy_number] == least
        )
        prompt = tuple(copy for copy in line.copies if copy not in late)
        released = self._decisions.share("release", *names) < self._decisions.proportions.release
        fate, wave = (Fate.RELEASED, Wave.RELEASE) if released else (Fate.WAITS, None)
        word, availability = _BACK_ORDERS[self._decisions.number(len(_BACK_ORDERS), "back order", *names)]
        days = 7 + self._decisions.number(21, "available", *names)
        entry = entry_about(line, word, copies=late, availability=availability, back_ordered=len(late))
        entry["available_on"] = (now + timedelta(days=days)).date().isoformat()
        entries = [entry_about(line, "accepted", copies=prompt, accepted=len(prompt))] if prompt else []
        copies = self._shipping(prompt, names) + tuple(CopyPlan(copy, fate, wave) for copy in late)
        return LinePlan(line, line.isbn, copies, (*entries, entry))

    def _shipping(self, copies: tuple[Copy, ...], names: tuple[object, ...]) -> tuple[CopyPlan, ...]:
        """Puts accepted copies on the first lorry, or on a late one, or on the first two."""
        proportions = self._decisions.proportions
        if self._decisions.share("late", *names) < proportions.late_ship:
            return tuple(CopyPlan(copy, Fate.SHIPS, Wave.LATE) for copy in copies)
        on_first = len(copies)
        if len(copies) > 1 and self._decisions.share("partial", *names) < proportions.partial_ship:
            on_first = 1 + self._decisions.number(len(copies) - 1, "on first lorry", *names)
        return tuple(
            CopyPlan(copy, Fate.SHIPS, Wave.FIRST if place < on_first else Wave.REST) for place, copy in enumerate(copies)
        )

    def _other_isbn(self, wanted: str, names: tuple[object, ...]) -> str:
        """Returns the ISBN of another title of the catalogue, or an invented one when there is no other."""
        others = self._isbns
        if len(others) < 2:
            return isbn(self._decisions.number(10**9, "substitute isbn", *names))
        place = self._decisions.number(len(others), "substitute isbn", *names)
        return others[place] if others[place] != wanted else others[place - 1]

    def _shipment(self, order: Order, wave: Wave, loaded: Sequence[tuple[LinePlan, Copy]], now: datetime) -> Push:
        first_plan, first_copy = loaded[0]
        names = (
            order.buyer.isil,
            order.order_number,
            wave.value,
            first_plan.line.line_number,
            first_plan.line.isbn,
            first_copy.copy_number,
        )
        delay = self._delays.of(wave)
        leaves = (now + timedelta(seconds=delay)).date()
        parcels = [
            self._parcel(order, loaded[start : start + _COPIES_PER_PARCEL], (*names, start))
            for start in range(0, len(loaded), _COPIES_PER_PARCEL)
        ]
        data = {
            "shipment_number": f"EC-S{self._decisions.number(10**12, 'shipment', *names):012d}",
            "despatched_on": leaves.isoformat(),
            "expected_on": (leaves + timedelta(days=1)).isoformat(),
            "deliver_to": _place(order.deliver_to),
            "parcels": parcels,
        }
        return Push("shipment.despatched", data, delay, names, wave.value)

    def _parcel(self, order: Order, loaded: Sequence[tuple[LinePlan, Copy]], names: tuple[object, ...]) -> dict[str, object]:
        lines: list[dict[str, object]] = []
        for plan, group in groupby(loaded, key=lambda pair: pair[0]):
            copies = [self._labelled(order, plan.line, copy) for _, copy in group]
            lines.append(
                {
                    "line_key": plan.line.line_key,
                    "order_number": order.order_number,
                    "isbn": plan.supplied_isbn,
                    "quantity": len(copies),
                    "copies": copies,
                }
            )
        return {"sscc": sscc(self._decisions.number(10**10, "sscc", *names)), "lines": lines}

    def _labelled(self, order: Order, line: Line, copy: Copy) -> dict[str, object]:
        names = (order.buyer.isil, order.order_number, line.line_number, line.isbn, copy.copy_number)
        number = barcode(self._decisions.number(10**12, "barcode", *names))
        return {**copy.named(), "barcode": number}


def _dearer(line: Line, now: datetime) -> LinePlan:
    """Holds a line until the council answers whether it pays a fifth more."""
    ordered = Amount(minor=_USUAL_PRICE, currency="GBP") if line.unit_price is None else line.unit_price
    entry = entry_about(line, "price_changed", accepted=len(line.copies))
    entry["unit_price"] = {"minor": ordered.minor * 6 // 5, "currency": ordered.currency, "basis": "retail"}
    entry["offer_until"] = _last_day(now)
    return LinePlan(line, line.isbn, _all(line, Fate.WAITS), (entry,))


def _last_day(now: datetime) -> str:
    """Returns the last day of an offer that is made now."""
    return (now + timedelta(days=_OFFER_DAYS)).date().isoformat()


def _all(line: Line, fate: Fate) -> tuple[CopyPlan, ...]:
    return tuple(CopyPlan(copy, fate) for copy in line.copies)


def _place(place: DeliverTo) -> dict[str, object]:
    return {"kind": place.kind, "code": place.code}


def entry_about(
    line: Line,
    status: str,
    *,
    copies: Sequence[Copy] = (),
    availability: str | None = None,
    substitute_isbn: str | None = None,
    **quantities: int,
) -> dict[str, object]:
    """Returns the response's entry about a line, or about the given copies of it."""
    entry: dict[str, object] = {
        "line_key": line.line_key,
        "isbn": line.isbn,
        "status": status,
        "quantities": {"ordered": len(copies) or len(line.copies), **quantities},
    }
    if copies:
        entry["copies"] = [copy.named() for copy in copies]
    if availability:
        entry["availability"] = availability
    if substitute_isbn:
        entry["substitute_isbn"] = substitute_isbn
    return entry
