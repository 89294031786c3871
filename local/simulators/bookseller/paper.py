"""Writes the bookseller's ORDRSP and DESADV. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from local.simulators.bookseller.chance import digits, share
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.plan import Fate, PlannedLine, Sent
from local.simulators.bookseller.wire import Place, WireCopy, WireLine, WireOrder, sscc
from shared.formats import edifact
from shared.formats.library import (
    Carton,
    Copy,
    Currencies,
    Date,
    Despatch,
    DespatchLine,
    Document,
    LibraryMessage,
    Mark,
    Number,
    Numbers,
    Package,
    Party,
    Quantity,
    Reference,
    Remark,
    Response,
    ResponseLine,
    Serials,
    to_message,
)

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
    message = Response(
        document=Document("231", letter.reference, "4"),
        dates=(Date.minute("137", letter.at),),
        references=(Reference("ON", letter.order.number),),
        parties=_parties(letter),
        currencies=(Currencies("2", "GBP", "9"),),
        lines=tuple(_answer(letter, position, said) for position, said in enumerate(words, start=1)),
    )
    return _interchange(letter, message)


def account_stopped(letter: Letter) -> bytes:
    """ORDRSP 231, function 27, with list 9B value ACS and no line."""
    message = Response(
        document=Document("231", letter.reference, "27"),
        dates=(Date.minute("137", letter.at),),
        remarks=(Remark.coded("GEN", "ACS", "9B"),),
        references=(Reference("ON", letter.order.number),),
        parties=_parties(letter),
    )
    return _interchange(letter, message)


def despatch(letter: Letter, branch: str, copies: Sequence[Sent]) -> bytes:
    """DESADV 351 direct to one branch, in cartons of a dozen."""
    place = letter.order.places.get(branch) or Place(branch, "92")
    arrival = letter.at + timedelta(days=_DAYS_ON_THE_ROAD)
    numbers = count(1)
    dozens = [copies[start : start + _COPIES_PER_CARTON] for start in range(0, len(copies), _COPIES_PER_CARTON)]
    message = Despatch(
        document=Document("351", letter.reference, "9"),
        dates=(Date.minute("137", letter.at), Date.day("11", letter.at), Date.day("132", arrival)),
        parties=(*_parties(letter), Party("DP", place.id, place.agency)),
        cartons=tuple(_carton(letter, number, dozen, numbers) for number, dozen in enumerate(dozens, start=1)),
    )
    return _interchange(letter, message)


def _carton(letter: Letter, number: int, copies: Sequence[Sent], numbers: Iterator[int]) -> Carton:
    serial = sscc(digits(16, letter.options.seed, letter.reference, number, "carton"))
    return Carton(
        str(number),
        packages=(Package(Decimal(1), type="CT", serials=(Serials("BJ", (Number("00" + serial),)),)),),
        lines=tuple(_sent_line(letter, next(numbers), line) for line in _by_line(copies)),
    )


def _parties(letter: Letter) -> tuple[Party, ...]:
    return Party("BY", letter.order.buyer, "9"), Party("SU", letter.options.gln, "9")


def _answer(letter: Letter, position: int, said: Words) -> ResponseLine:
    counted = zip(("21", "12", "83", "85"), said.quantities, strict=True)
    remarks = [Remark.coded("LIN", said.status, "12B")]
    if said.availability:
        remarks.append(Remark.coded("LIN", said.availability, "8B"))
    about = (letter.options.seed, letter.order.buyer, letter.order.number, said.line.position, "no key")
    names_key = said.line.key and share(*about) >= letter.options.proportions.no_line_key
    return ResponseLine(
        str(position),
        said.action,
        said.line.isbn,
        "EN",
        numbers=(Numbers("3", (Number(said.substitute, "EN"),)),) if said.substitute else (),
        quantities=tuple(Quantity(kind, Decimal(copies)) for kind, copies in counted if copies is not None),
        dates=(Date.day("44", said.available),) if said.available is not None else (),
        copies=tuple(Copy(f"{copy.number:03d}", _branch(copy)) for copy in said.copies),
        remarks=tuple(remarks),
        references=(Reference("LI", said.line.key),) if names_key else (),
    )


def _branch(copy: WireCopy) -> tuple[Mark, ...]:
    return (Mark(copy.branch, "LLO"),) if copy.branch else ()


def _by_line(carton: Sequence[Sent]) -> list[list[Sent]]:
    lines: dict[int, list[Sent]] = {}
    for sent in carton:
        lines.setdefault(id(sent.planned), []).append(sent)
    return list(lines.values())


def _sent_line(letter: Letter, position: int, sent: Sequence[Sent]) -> DespatchLine:
    planned, order = sent[0].planned, letter.order
    copies = []
    for one in sent:
        barcode = "3" + digits(13, letter.options.seed, order.buyer, order.number, planned.line.key, one.copy.number)
        copies.append(Copy(f"{one.copy.number:03d}", (Mark(barcode, "LAC"), *_branch(one.copy))))
    line_key = (Reference("LI", planned.line.key),) if planned.line.key else ()
    return DespatchLine(
        str(position),
        item=planned.shipped_isbn,
        item_type="EN",
        quantities=(Quantity("12", Decimal(len(sent))),),
        copies=tuple(copies),
        references=(Reference("ON", order.number), *line_key),
    )


def _interchange(letter: Letter, message: LibraryMessage) -> bytes:
    written = to_message(message, association="EAN005" if isinstance(message, Response) else "EAN007")
    return edifact.write(
        edifact.OutboundInterchange(
            sender=letter.options.gln,
            recipient=letter.buyer_id,
            control_reference=letter.reference,
            prepared=letter.at,
            messages=[written],
            application_reference=written.type,
        )
    )
