"""Enquiries, as OSTENQ, and the answers to claims in what comes back."""

from uuid import UUID

import pytest

from services.suppliers.contract import EnquiryToSend, Kind, OpenLinesFact, ResponseFact
from services.suppliers.national import NationalAdapter
from services.suppliers.national.dialect import Dialect
from services.suppliers.national.read import read
from services.suppliers.national.read.translation import Conventions
from shared.clock import ManualClock
from shared.contracts.enquiries import EnquiredLine, EnquiryKind
from shared.contracts.suppliers import ClaimAnswer
from shared.formats import edifact
from tests.unit.services.suppliers.national.conftest import SUFFOLK, a_copy, a_line, an_adapter
from tests.unit.services.suppliers.national.test_writing_orders import segments
from tests.unit.services.suppliers.national.written import a_message


def an_enquiry(kind: EnquiryKind) -> EnquiryToSend:
    line = a_line(copies=(a_copy(1), a_copy(2), a_copy(3)))
    despatch = "DN88120" if kind.is_claim else ""
    about = EnquiredLine(
        line_key=line.line_key, copy_ids=(line.copies[1].copy_id,), wrong=f"copy 2 {kind}", despatch_number=despatch
    )
    return EnquiryToSend(
        SUFFOLK, "x", "PO-2026-118", UUID(int=1), kind, 1, "Please see to it", (about,), ((line, (2,)),)
    )  # fmt: skip


@pytest.mark.parametrize("kind", EnquiryKind)
def test_an_enquiry_names_the_copies_and_what_is_wrong(adapter: NationalAdapter, kind: EnquiryKind) -> None:
    message = adapter.write_enquiry(an_enquiry(kind), 45)

    assert (message.kind, message.reference) == (Kind.ENQUIRY, 45)
    found = [segment for tag in ("BGM", "LIN", "QTY", "STS") for segment in segments(message.body, tag)]
    assert found == ["BGM+220+PO-2026-118+9", "LIN+1++9780141439518:EN", "QTY+21:1", "STS+UP1+CSD"]
    assert [segment[:7] for segment in segments(message.body, "GIR")] == ["GIR+002"]
    assert segments(message.body, "FTX") == ["FTX+GEN+++Please see to it", f"FTX+LIN+++copy 2 {kind}"]
    assert [segment for segment in segments(message.body, "RFF") if "DQ" in segment] == (
        ["RFF+DQ:DN88120"] if kind.is_claim else []
    )
    assert edifact.read(message.body).findings == ()


def test_a_dialect_without_words_or_codes_for_claims_can_only_ask(clock: ManualClock) -> None:
    mute = an_adapter(clock, notes=None)
    assert mute.write_enquiry(an_enquiry(EnquiryKind.STATUS), 1).body
    with pytest.raises(ValueError, match="no place for a claim"):
        mute.write_enquiry(an_enquiry(EnquiryKind.DAMAGED), 1)
    coded = an_adapter(clock, notes=None, enquiries={"damaged": "DMG"})
    assert segments(coded.write_enquiry(an_enquiry(EnquiryKind.DAMAGED), 1).body, "STS") == ["STS+UP1+DMG"]


REPORT = """
BGM+220+PO-2026-118+9
DTM+137:20260304:102
RFF+ON:PO-2026-118
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
LIN+1++9780141439518:EN
FTX+LIN++{code}:CLM:92
RFF+LI:SB-7K2M0000000000AA
UNS+S
CNT+2:1
"""


@pytest.mark.parametrize(("code", "claim"), [("RS", ClaimAnswer.RESEND), ("CR", ClaimAnswer.CREDIT), ("XX", None)])
def test_a_report_about_one_order_is_an_answer_and_no_list_of_what_is_open(code: str, claim: ClaimAnswer | None) -> None:
    dialect = Dialect(claims={"RS": ClaimAnswer.RESEND, "CR": ClaimAnswer.CREDIT})
    reading = read(a_message("OSTRPT", REPORT.format(code=code)), Conventions(dialect))

    (answer,) = [fact for fact in reading.facts if isinstance(fact, ResponseFact)]
    assert not [fact for fact in reading.facts if isinstance(fact, OpenLinesFact)]
    assert [(line.line_key, line.claim) for line in answer.lines] == [("SB-7K2M0000000000AA", claim)]
    assert (answer.lines[0].note == "XX (CLM)") == (claim is None)
