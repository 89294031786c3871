"""Groups the goods of X12 856 and EDItX notices, which name the place per item or copy, into one despatch per place. Pure."""

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
    """The number and days of a whole ship notice."""

    number: str
    shipped: date | None
    expected: date | None


@dataclass(frozen=True, slots=True)
class AdvisedGoods:
    """Copies of one title on their way to one place, in one carton. `place` and `carton` are "" where the notice names none."""

    place: str
    carton: str
    line: AdvisedLine


def despatches_of(notice: Notice, goods: Iterable[AdvisedGoods], findings: Findings) -> Iterator[DespatchFact]:
    """Yields one despatch for each place. Where there are several places, the despatch number includes the place.

    Goods without a place are left out, with an error finding.
    """
    by_place: dict[str, dict[str, list[AdvisedLine]]] = {}
    for advised in goods:
        by_place.setdefault(advised.place, {}).setdefault(advised.carton, []).append(advised.line)
    if by_place.pop("", None):
        text = "copies without a delivery place are left out"
        findings.append(odd(Odd.NO_DELIVERY_PLACE, text, severity=Severity.ERROR))
    for place, cartons in by_place.items():
        number = notice.number if len(by_place) == 1 else f"{notice.number}/{place}"
        # Lines without a carton come first, as in a DESADV.
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
    """Returns a carton's SSCC of 18 digits without the GS1 application identifier 00 that scanners put before it.

    Any other code is returned unchanged.
    """
    scanned = len(code) == _SSCC_DIGITS + len(_SSCC_PREFIX) and code.startswith(_SSCC_PREFIX)
    return code[len(_SSCC_PREFIX) :] if scanned else code
