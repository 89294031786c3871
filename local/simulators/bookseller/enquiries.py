"""Answers an OSTENQ about copies: with an OSTRPT about the one order, and what is sent again. Pure.

Copies that wait get a day, those that were sent are being processed. Copies claimed as short are sent again, damaged ones are
credited; a claim for copies that were never sent is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta

from local.simulators.bookseller.paper import Words, answer_line
from local.simulators.bookseller.plan import Fate, PlannedLine
from local.simulators.bookseller.post import Letter, interchange, parties
from local.simulators.bookseller.wire import WireCopy, WireLine
from shared.formats.editeur import Date, Document, Reference, Report, ReportLine

_RESENT, _CREDITED, _REFUSED = "RS", "CR", "CN"
_WAIT_DAYS = 10


def answers(letter: Letter, line: WireLine, fates: Mapping[int, Fate]) -> tuple[list[Words], PlannedLine | None]:
    """Returns the answer about a line, and what is sent again of it; None where nothing is. `fates` are by copy number."""
    if not fates:
        return [Words(line, "10", "900", _counts())], None
    sent = [copy for copy in line.copies if fates.get(copy.number) is Fate.SHIPPED]
    if line.claim:
        return _claimed(letter, line, sent)
    waiting = [copy for copy in line.copies if fates.get(copy.number) in (Fate.WAITING, Fate.RELEASED)]
    refused = [copy for copy in line.copies if fates.get(copy.number) is Fate.REFUSED]
    day = letter.at + timedelta(days=_WAIT_DAYS)
    words = [Words(line, "24", "400", _counts(back_ordered=len(waiting)), available=day, copies=waiting)] if waiting else []
    words += [Words(line, "", "410", _counts(accepted=len(sent)), copies=sent)] if sent else []
    words += [Words(line, "4", "200", _counts(cancelled=len(refused)), copies=refused)] if refused else []
    return words, None


def _claimed(letter: Letter, line: WireLine, sent: Sequence[WireCopy]) -> tuple[list[Words], PlannedLine | None]:
    others = [copy for copy in line.copies if copy not in sent]
    words = [Words(line, "", "", _counts(), copies=others, claim=_REFUSED)] if others else []
    if sent and line.claim == "damaged":
        words.append(Words(line, "", "", _counts(), copies=sent, claim=_CREDITED))
    elif sent:
        day = letter.at + timedelta(days=_WAIT_DAYS)
        words.append(Words(line, "", "", _counts(), available=day, copies=sent, claim=_RESENT))
        again = tuple((copy, Fate.SHIPPED) for copy in sent)
        return words, PlannedLine(line, "24", "406", "IB", again, line.isbn)
    return words, None


def _counts(
    *, accepted: int | None = None, back_ordered: int | None = None, cancelled: int | None = None
) -> tuple[int | None, int | None, int | None, int | None]:
    return None, accepted, back_ordered, cancelled


def report(letter: Letter, words: Sequence[Words]) -> bytes:
    """Writes OSTRPT 220, which repeats the number of the order."""
    lines = (answer_line(letter, position, answer) for position, answer in enumerate(words, start=1))
    message = Report(
        document=Document("220", letter.order.number, "9"),
        dates=(Date.minute("137", letter.at),),
        references=(Reference("ON", letter.order.number),),
        parties=parties(letter),
        lines=tuple(ReportLine(**{field.name: getattr(line, field.name) for field in fields(line)}) for line in lines),
    )
    return interchange(letter, message)
