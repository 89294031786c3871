"""Writes the bookseller's ORDRSP, DESADV and CONTRL. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from local.simulators.bookseller.chance import digits, share
from local.simulators.bookseller.plan import Fate, PlannedLine, Sent
from local.simulators.bookseller.post import (
    Letter,
    article,
    heading_references,
    interchange,
    line_references,
    named_copy,
    parties,
)
from local.simulators.bookseller.wire import Place, WireCopy, WireLine, sscc
from shared.formats.editeur import (
    Acknowledgement,
    Carton,
    Currencies,
    Date,
    Despatch,
    DespatchLine,
    Document,
    InterchangeVerdict,
    Number,
    Numbers,
    Package,
    Party,
    Price,
    Quantity,
    Reference,
    Remark,
    Response,
    ResponseLine,
    Serials,
)

# The list of the bookseller's own answers to claims.
CLAIMS = "CLM"
_COPIES_PER_CARTON = 12
_DAYS_ON_THE_ROAD = 2
_DAYS_TO_DECIDE = 30


@dataclass(frozen=True, slots=True)
class Words:
    """The answer of one LIN of an ORDRSP. Quantities are (ordered, accepted, back ordered, cancelled); None is not sent.

    `claim` is the bookseller's own code by which it answers a claim; there is no status beside it.
    """

    line: WireLine
    action: str
    status: str
    quantities: tuple[int | None, int | None, int | None, int | None]
    availability: str = ""
    available: datetime | None = None
    substitute: str = ""
    copies: Sequence[WireCopy] = ()
    offered_price: Decimal | None = None
    claim: str = ""


def planned_words(planned: PlannedLine, at: datetime) -> Words:
    """Returns the first answer about a line; copies are named when only a part is affected."""
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
        offered_price=planned.offered_price,
    )


def response(letter: Letter, words: Sequence[Words]) -> bytes:
    """Writes ORDRSP 231, function 4."""
    message = Response(
        document=Document("231", letter.reference, "4"),
        dates=(Date.minute("137", letter.at),),
        references=(Reference("ON", letter.order.number),),
        parties=parties(letter),
        currencies=(Currencies("2", "GBP", "9"),),
        lines=tuple(answer_line(letter, position, answer) for position, answer in enumerate(words, start=1)),
    )
    return interchange(letter, message)


def account_stopped(letter: Letter) -> bytes:
    """Writes ORDRSP 231, function 27, with ACS of list 9B and no line."""
    message = Response(
        document=Document("231", letter.reference, "27"),
        dates=(Date.minute("137", letter.at),),
        remarks=(Remark.coded("GEN", "ACS", "9B"),),
        references=(Reference("ON", letter.order.number),),
        parties=parties(letter),
    )
    return interchange(letter, message)


def verdict(letter: Letter, reference: str, *, readable: bool) -> bytes:
    """Writes CONTRL: the buyer's interchange could be read (action 7), or not (action 4, error 18)."""
    interchange_verdict = InterchangeVerdict(
        reference,
        sender=letter.buyer_id,
        sender_qualifier=letter.buyer_qualifier,
        recipient=letter.dialect.code or letter.options.own_gln,
        recipient_qualifier=letter.dialect.qualifier,
        action="7" if readable else "4",
        error="" if readable else "18",
    )
    return interchange(letter, Acknowledgement(interchange_verdict))


def despatch(letter: Letter, code: str, copies: Sequence[Sent]) -> bytes:
    """Writes DESADV 351 to one place, in cartons of a dozen."""
    place = letter.order.places.get(code) or Place(code, "92")
    arrival = letter.at + timedelta(days=_DAYS_ON_THE_ROAD)
    numbers = count(1)
    dozens = [copies[start : start + _COPIES_PER_CARTON] for start in range(0, len(copies), _COPIES_PER_CARTON)]
    message = Despatch(
        document=Document("351", letter.reference, "9"),
        dates=(Date.minute("137", letter.at), Date.day("11", letter.at), Date.day("132", arrival)),
        references=heading_references(letter),
        parties=(*parties(letter), Party("DP", place.id, place.agency)),
        cartons=tuple(_carton(letter, number, dozen, numbers) for number, dozen in enumerate(dozens, start=1)),
    )
    return interchange(letter, message)


def _carton(letter: Letter, number: int, copies: Sequence[Sent], numbers: Iterator[int]) -> Carton:
    serial = sscc(digits(16, letter.options.seed, letter.reference, number, "carton"))
    return Carton(
        str(number),
        packages=(Package(Decimal(1), type="CT", serials=(Serials("BJ", (Number("00" + serial),)),)),),
        lines=tuple(_sent_line(letter, next(numbers), line) for line in by_line(copies)),
    )


def answer_line(letter: Letter, position: int, answer: Words) -> ResponseLine:
    """Returns the line of an ORDRSP with an answer."""
    dialect = letter.dialect
    counted = zip(("21", "12", "83", "85"), answer.quantities, strict=True)
    coded = (answer.claim, CLAIMS) if answer.claim else dialect.status(answer.status)
    remarks = [Remark.coded("LIN", *coded)]
    if answer.availability:
        remarks.append(Remark.coded("LIN", *dialect.availability(answer.availability)))
    about = (letter.options.seed, letter.order.buyer, letter.order.number, answer.line.position, "no key")
    names_key = answer.line.key and share(*about) >= letter.options.proportions.no_line_key
    item, item_type, numbers = article(dialect, answer.line.isbn)
    return ResponseLine(
        str(position),
        answer.action,
        item,
        item_type,
        numbers=(*numbers, *((Numbers("3", (Number(answer.substitute, "EN"),)),) if answer.substitute else ())),
        quantities=tuple(Quantity(kind, Decimal(copies)) for kind, copies in counted if copies is not None),
        dates=tuple(_dates(letter, answer)),
        prices=() if answer.offered_price is None else (Price("AAE", answer.offered_price),),
        copies=tuple(named_copy(letter, answer.line.key, copy, barcode=False) for copy in answer.copies),
        remarks=tuple(remarks),
        references=(Reference(dialect.line_reference, answer.line.key),) if names_key else (),
    )


def _dates(letter: Letter, answer: Words) -> Iterator[Date]:
    """Yields when the copies are available, and the last day of an offer."""
    if answer.available is not None:
        yield Date.day("44", answer.available)
    if answer.offered_price is not None:
        yield Date.day("36", letter.at + timedelta(days=_DAYS_TO_DECIDE))


def by_line(copies: Sequence[Sent]) -> list[list[Sent]]:
    """Groups copies that are sent together by line, in the order of lines."""
    lines: dict[int, list[Sent]] = {}
    for sent in copies:
        lines.setdefault(id(sent.planned), []).append(sent)
    return list(lines.values())


def _sent_line(letter: Letter, position: int, sent: Sequence[Sent]) -> DespatchLine:
    planned = sent[0].planned
    item, item_type, numbers = article(letter.dialect, planned.shipped_isbn)
    return DespatchLine(
        str(position),
        item=item,
        item_type=item_type,
        numbers=numbers,
        quantities=(Quantity("12", Decimal(len(sent))),),
        copies=tuple(named_copy(letter, planned.line.key, one.copy, barcode=True) for one in sent),
        references=line_references(letter.dialect, letter.order.number, planned.line.key),
    )
