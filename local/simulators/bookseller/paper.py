"""Writes the bookseller's ORDRSP and DESADV. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.simulators.bookseller.chance import digits, share
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.plan import Fate, PlannedLine, Sent
from local.simulators.bookseller.wire import Place, WireCopy, WireLine, WireOrder, sscc
from shared.formats import edifact
from shared.formats.edifact import Segment

_COPIES_PER_CARTON = 12
_DAYS_ON_THE_ROAD = 2


@dataclass(frozen=True, slots=True)
class Letter:
    """Whom an answer is for, under which reference and date it is written."""

    options: Options
    order: WireOrder
    buyer_id: str
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What one LIN of an ORDRSP says. Quantities are (ordered, accepted, back ordered, cancelled); None is silence."""

    line: WireLine
    action: str
    status: str
    quantities: tuple[int | None, int | None, int | None, int | None]
    availability: str = ""
    available: datetime | None = None
    substitute: str = ""
    copies: Sequence[WireCopy] = ()


def planned_words(planned: PlannedLine, at: datetime) -> Words:
    """What the first answer says about a line; copies are named when only a part is affected."""
    affected = planned.with_fate(Fate.RELEASED, Fate.WAITING, Fate.REFUSED)
    parted = 0 < len(affected) < len(planned.fates)
    accepted = planned.count(Fate.SHIPPED)
    back_ordered = planned.count(Fate.RELEASED, Fate.WAITING)
    quantities = (len(planned.fates), accepted or None, back_ordered or None, planned.count(Fate.REFUSED) or None)
    if planned.status == "777":
        quantities = (len(planned.fates), None, None, None)
    return Words(
        line=planned.line,
        action=planned.action,
        status=planned.status,
        quantities=quantities,
        availability=planned.availability,
        available=at + timedelta(days=planned.wait_days) if planned.wait_days else None,
        substitute=planned.substitute,
        copies=affected if parted else (),
    )


def response(letter: Letter, words: Sequence[Words]) -> bytes:
    """ORDRSP 231, function 4."""
    segments = [*_heading(letter, "231", "4"), Segment.of("RFF", ("ON", letter.order.number)), *_parties(letter), _CURRENCY]
    for position, said in enumerate(words, start=1):
        segments += _answer(letter, position, said)
    segments += [Segment.of("UNS", "S"), Segment.of("CNT", ("2", str(len(words))))]
    return _interchange(letter, "ORDRSP", segments)


def account_stopped(letter: Letter) -> bytes:
    """ORDRSP 231, function 27, with list 9B value ACS and no line."""
    segments = [
        *_heading(letter, "231", "27"),
        Segment.of("FTX", "GEN", "", ("ACS", "9B", "28")),
        Segment.of("RFF", ("ON", letter.order.number)),
        *_parties(letter),
        Segment.of("UNS", "S"),
        Segment.of("CNT", ("2", "0")),
    ]
    return _interchange(letter, "ORDRSP", segments)


def despatch(letter: Letter, branch: str, copies: Sequence[Sent]) -> bytes:
    """DESADV 351 direct to one branch, in cartons of a dozen."""
    place = letter.order.places.get(branch) or Place(branch, "92")
    segments = [
        *_heading(letter, "351", "9"),
        Segment.of("DTM", ("11", letter.at.strftime("%Y%m%d"), "102")),
        Segment.of("DTM", ("132", (letter.at + timedelta(days=_DAYS_ON_THE_ROAD)).strftime("%Y%m%d"), "102")),
        *_parties(letter),
        Segment.of("NAD", "DP", (place.id, "", place.agency)),
    ]
    cartons = [copies[start : start + _COPIES_PER_CARTON] for start in range(0, len(copies), _COPIES_PER_CARTON)]
    lines = 0
    for number, carton in enumerate(cartons, start=1):
        serial = sscc(digits(16, letter.options.seed, letter.reference, number, "carton"))
        segments += [
            Segment.of("CPS", str(number)),
            Segment.of("PAC", "1", "", "CT"),
            Segment.of("GIN", "BJ", "00" + serial),
        ]
        for line in _by_line(carton):
            lines += 1
            segments += _sent_line(letter, lines, line)
    segments.append(Segment.of("CNT", ("2", str(lines))))
    return _interchange(letter, "DESADV", segments)


_CURRENCY = Segment.of("CUX", ("2", "GBP", "9"))


def _heading(letter: Letter, document: str, function: str) -> list[Segment]:
    return [
        Segment.of("BGM", document, letter.reference, function),
        Segment.of("DTM", ("137", letter.at.strftime("%Y%m%d%H%M"), "203")),
    ]


def _parties(letter: Letter) -> list[Segment]:
    return [
        Segment.of("NAD", "BY", (letter.order.buyer, "", "9")),
        Segment.of("NAD", "SU", (letter.options.gln, "", "9")),
    ]


def _answer(letter: Letter, position: int, said: Words) -> list[Segment]:
    segments = [Segment.of("LIN", str(position), said.action, (said.line.isbn, "EN"))]
    if said.substitute:
        segments.append(Segment.of("PIA", "3", (said.substitute, "EN")))
    for qualifier, count in zip(("21", "12", "83", "85"), said.quantities, strict=True):
        if count is not None:
            segments.append(Segment.of("QTY", (qualifier, str(count))))
    if said.available is not None:
        segments.append(Segment.of("DTM", ("44", said.available.strftime("%Y%m%d"), "102")))
    for copy in said.copies:
        branch = [(copy.branch, "LLO")] if copy.branch else []
        segments.append(Segment.of("GIR", f"{copy.number:03d}", *branch))
    segments.append(Segment.of("FTX", "LIN", "", (said.status, "12B", "28")))
    if said.availability:
        segments.append(Segment.of("FTX", "LIN", "", (said.availability, "8B", "28")))
    about = (letter.options.seed, letter.order.buyer, letter.order.number, said.line.position, "no key")
    if said.line.key and share(*about) >= letter.options.proportions.no_line_key:
        segments.append(Segment.of("RFF", ("LI", said.line.key)))
    return segments


def _by_line(carton: Sequence[Sent]) -> list[list[Sent]]:
    lines: dict[int, list[Sent]] = {}
    for sent in carton:
        lines.setdefault(id(sent.planned), []).append(sent)
    return list(lines.values())


def _sent_line(letter: Letter, position: int, sent: Sequence[Sent]) -> list[Segment]:
    planned, order = sent[0].planned, letter.order
    segments = [
        Segment.of("LIN", str(position), "", (planned.shipped_isbn, "EN")),
        Segment.of("QTY", ("12", str(len(sent)))),
    ]
    for one in sent:
        barcode = "3" + digits(13, letter.options.seed, order.buyer, order.number, planned.line.key, one.copy.number)
        branch = [(one.copy.branch, "LLO")] if one.copy.branch else []
        segments.append(Segment.of("GIR", f"{one.copy.number:03d}", (barcode, "LAC"), *branch))
    segments.append(Segment.of("RFF", ("ON", order.number)))
    if planned.line.key:
        segments.append(Segment.of("RFF", ("LI", planned.line.key)))
    return segments


def _interchange(letter: Letter, kind: str, segments: Sequence[Segment]) -> bytes:
    return edifact.write(
        edifact.OutboundInterchange(
            sender=letter.options.gln,
            recipient=letter.buyer_id,
            control_reference=letter.reference,
            prepared=letter.at,
            messages=[edifact.OutboundMessage(kind, segments, association="EAN005" if kind == "ORDRSP" else "EAN007")],
            application_reference=kind,
        )
    )
