"""Reads ORDRSP as a bookseller's answers to an order's lines. Pure and tolerant. Does not know our orders."""

from __future__ import annotations

from services.suppliers.contract import LineAnswer, ResponseFact
from services.suppliers.national.read.codes import ACTIONS, CLAIM_LIST, Odd, odd
from services.suppliers.national.read.lines import (
    Findings,
    copies_of,
    count_of,
    day_of,
    isbn_of,
    references_of,
    substitute_of,
    supplier_references_of,
)
from services.suppliers.national.read.prices import prices_of
from shared.contracts.suppliers import ClaimAnswer, Quantities
from shared.findings import Severity
from shared.formats import editeur
from shared.formats.edifact import Message
from shared.formats.editeur import Heading, Remark, Response, ResponseLine

_NOT_ACCEPTED = "27"
_ACCOUNT_STOPPED = "ACS"
_STATUS_LISTS = ("12B", "1B")
_AVAILABILITY_LISTS = ("8B", "7B")


def read_response(message: Message, findings: Findings) -> ResponseFact:
    """Reads one ORDRSP (BGM 231, or 23C with copy data) as a fact; adds what is wrong or unusual to `findings`."""
    response = editeur.read_as(editeur.Response, message, findings)
    responded = response.date("137")
    return ResponseFact(
        order_number=response.reference("ON").strip() or None,
        supplier_reference=response.document.number.strip(),
        responded_at=responded.moment if responded is not None else None,
        lines=tuple(answer_of(line, response, findings) for line in response.lines),
        account_stopped=_account_stopped(response, message, findings),
    )


def _account_stopped(response: Response, message: Message, findings: Findings) -> bool:
    """Returns whether the whole order is refused because the account is stopped: BGM 1225 is 27 and FTX has ACS of list 9B."""
    function = response.document.function
    stopped = _ACCOUNT_STOPPED in response.coded("9B", "")
    if function == _NOT_ACCEPTED and not stopped:
        text = "the message refuses the order, but not for the one reason we know (ACS of list 9B)"
        findings.append(odd(Odd.NOT_ACCEPTED, text, message.header, Severity.ERROR))
    if stopped and function != _NOT_ACCEPTED:
        text = f"the account is stopped (ACS), but BGM function is {function!r}, not 27"
        findings.append(odd(Odd.NOT_ACCEPTED, text, message.header))
    return stopped and function == _NOT_ACCEPTED


def answer_of(line: ResponseLine, message: Heading, findings: Findings) -> LineAnswer:
    """Reads one line of an ORDRSP or OSTRPT.

    Counts are QTY 21 ordered, 12 or 113 accepted, 83 back ordered, 85 cancelled; `available_on` is DTM 44, `offer_until` DTM 36;
    prices are PRI.
    """
    line_key, order_number = references_of(line, message)
    remarked = _Remarked(line, findings)
    if line.action and line.action not in ACTIONS:
        findings.append(odd(Odd.UNKNOWN_ACTION, f"LIN action {line.action!r}", line.at))
    return LineAnswer(
        line_key=line_key,
        order_number=order_number,
        isbn=isbn_of(line, findings, line_key=line_key),
        action=ACTIONS.get(line.action),
        status_code=remarked.status,
        availability_code=remarked.availability,
        quantities=Quantities(
            ordered=count_of(line, "21", findings=findings),
            accepted=count_of(line, "12", "113", findings=findings),
            back_ordered=count_of(line, "83", findings=findings),
            cancelled=count_of(line, "85", findings=findings),
        ),
        available_on=day_of(line.date("44")),
        substitute_isbn=substitute_of(line),
        copies=copies_of(line),
        note="; ".join(remarked.notes),
        prices=prices_of(line, message, findings),
        supplier_references=supplier_references_of(line),
        offer_until=day_of(line.date("36")),
        claim=remarked.claim,
    )


class _Remarked:
    """The remarks (FTX) of one line, sorted into status (12B, 1B), availability (8B, 7B), what answers a claim,
    and notes for everything else.
    """

    def __init__(self, line: ResponseLine, findings: Findings) -> None:
        self.status: str | None = None
        self.availability: str | None = None
        self.claim: ClaimAnswer | None = None
        self.notes: list[str] = []
        self._line = line
        self._findings = findings
        for remark in line.remarks:
            self._take(remark)

    def _take(self, remark: Remark) -> None:
        code, text = remark.code.strip(), remark.text.strip()
        if text:
            self.notes.append(text)
        if not code:
            return
        if remark.list in _STATUS_LISTS:
            self.status = self._first(self.status, code)
        elif remark.list in _AVAILABILITY_LISTS:
            self.availability = self._first(self.availability, code)
        elif remark.list == CLAIM_LIST and code in set(ClaimAnswer):
            self.claim = self.claim or ClaimAnswer(code)
        else:
            self.notes.append(f"{code} ({remark.list})" if remark.list else code)

    def _first(self, before: str | None, code: str) -> str:
        if before is not None and before != code:
            text = f"a second code {code!r} after {before!r}; the first is used"
            self._findings.append(odd(Odd.REPEATED_CODE, text, self._line.at))
            self.notes.append(code)
        return before or code
