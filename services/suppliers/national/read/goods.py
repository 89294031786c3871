"""Puts together what goes to one place, for notices that say so copy by copy or item by item. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import Findings
from shared.findings import Severity

_SSCC_PREFIX = "00"
_SSCC_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said about a whole despatch."""

    number: str
    shipped: date | None
    expected: date | None


@dataclass(frozen=True, slots=True)
class Going:
    """Copies of one title on their way to a place ("" where none is named), in a carton ("" where none is)."""

    place: str
    carton: str
    line: AdvisedLine


def despatches_of(notice: Notice, goods: Iterable[Going], findings: Findings) -> Iterator[DespatchFact]:
    """A despatch for each place; where there are several, its number names the place, too. What goes nowhere is an error."""
    by_place: dict[str, dict[str, list[AdvisedLine]]] = {}
    for going in goods:
        by_place.setdefault(going.place, {}).setdefault(going.carton, []).append(going.line)
    if by_place.pop("", None):
        text = "copies that do not say where they go are left out"
        findings.append(odd(Odd.NO_DELIVERY_PLACE, text, severity=Severity.ERROR))
    for place, cartons in by_place.items():
        number = notice.number if len(by_place) == 1 else f"{notice.number}/{place}"
        # Lines in no carton first, as in a DESADV.
        parcels = sorted(cartons.items(), key=lambda carton: carton[0] != "")
        yield DespatchFact(
            number,
            notice.shipped,
            notice.expected,
            place,
            None,
            tuple(AdvisedParcel(carton or number, tuple(lines)) for carton, lines in parcels),
        )


def sscc_of(code: str) -> str:
    """A carton's number, an SSCC without the application identifier 00 that scanners put before its 18 digits."""
    scanned = len(code) == _SSCC_DIGITS + len(_SSCC_PREFIX) and code.startswith(_SSCC_PREFIX)
    return code[len(_SSCC_PREFIX) :] if scanned else code
