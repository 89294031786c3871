"""Messages in a bookseller's own dialect, read as if they were in the standard's."""

from dataclasses import replace
from datetime import date

import pytest

from services.suppliers.contract import DespatchFact, Fact, InvoiceFact, LineAnswer, OpenLinesFact, RawMessage, ResponseFact
from services.suppliers.national.dialect import CopyCodes, Dialect
from services.suppliers.national.read import read
from services.suppliers.national.read.translation import Conventions
from shared.findings import Severity
from tests.unit.services.suppliers.national.written import a_message

OWN = Conventions(
    Dialect(
        line_reference="ON",
        order_prefix="STK/",
        copies=CopyCodes(branch="LSL", barcode="LCO"),
        statuses={"Z1": "201", "Z9": "401", "900": "800"},
        availabilities={"7": "OP", "01": "IB"},
    ),
    {"SFK01-014": "IPSW"},
)
STANDARD = Conventions()

RESPONSE = """
BGM+231+R-55012+4
DTM+137:202603030915:203
RFF+ON:{order}
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
LIN+1+24+9780141439518:EN
QTY+21:2
QTY+83:2
FTX+LIN++{status}
FTX+LIN++{availability}
GIR+001+IPSW:{branch}+30114000012345:{barcode}
RFF+{key}:SB-7K2M0000000000AA
UNS+S
CNT+2:1
"""
DESPATCH = """
BGM+351+D-90417+9
DTM+137:202603041730:203
DTM+11:20260304:102
RFF+ON:{order}
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
NAD+DP+{place}
CPS+1
PAC+1++CT
GIN+BJ+00350123450000000014
LIN+1++9780141439518:EN
QTY+12:1
GIR+001+30114000012345:{barcode}+IPSW:{branch}
RFF+{key}:SB-7K2M0000000000AA
CNT+2:1
"""
INVOICE = """
BGM+380+I-2001+9
DTM+131:20260310:102
RFF+ON:{order}
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
CUX+2:GBP:4
LIN+1++9780141439518:EN
QTY+47:1
GIR+001+30114000012345:{barcode}+IPSW:{branch}
MOA+203:7.19
PRI+AAA:7.19
RFF+{key}:SB-7K2M0000000000AA
UNS+S
CNT+2:1
MOA+9:7.19
"""
STANDARD_WORDS = {
    "order": "PO-2026-118", "status": "401:12B:28", "availability": "OP:8B:28", "branch": "LLO", "barcode": "LAC",
    "key": "LI", "place": "IPSW::92",
}  # fmt: skip
OWN_WORDS = {
    "order": "STK/PO-2026-118", "status": "Z9:RLS:92", "availability": "7", "branch": "LSL", "barcode": "LCO",
    "key": "ON", "place": "SFK01-014::91",
}  # fmt: skip


def facts_of(raw: RawMessage, conventions: Conventions) -> tuple[Fact, ...]:
    return read(raw, conventions).facts


@pytest.mark.parametrize(
    ("type_", "text", "kind"),
    [("ORDRSP", RESPONSE, ResponseFact), ("DESADV", DESPATCH, DespatchFact), ("INVOIC", INVOICE, InvoiceFact)],
)
def test_the_same_message_in_two_dialects_gives_the_same_fact(type_: str, text: str, kind: type[Fact]) -> None:
    (standard,) = facts_of(a_message(type_, text.format(**STANDARD_WORDS)), STANDARD)
    (own,) = facts_of(a_message(type_, text.format(**OWN_WORDS)), OWN)

    assert isinstance(own, kind)
    assert own == standard


@pytest.mark.parametrize("word", ["order", "key", "place", "barcode"])
def test_without_the_setting_the_fact_would_be_another(word: str) -> None:
    unread: dict[str, dict[str, object]] = {
        "order": {"order_prefix": ""},
        "key": {"line_reference": "LI"},
        "barcode": {"copies": CopyCodes(branch="LSL")},
    }
    dialect = OWN.dialect.model_copy(update=unread.get(word, {}))
    less = replace(OWN, dialect=dialect, places={} if word == "place" else OWN.places)
    raw = a_message("DESADV", DESPATCH.format(**OWN_WORDS))

    assert facts_of(raw, less) != facts_of(raw, OWN)


def test_a_private_code_says_in_a_finding_what_it_was_read_as() -> None:
    findings = read(a_message("ORDRSP", RESPONSE.format(**OWN_WORDS)), OWN).findings

    assert [(finding.code, finding.severity) for finding in findings] == [("national-private-code", Severity.INFO)] * 2
    assert findings[0].text == "'Z9' of list 'RLS' is the supplier's own code for '401' of list 12B"


def answer_of(status: str, availability: str = "IB:8B:28") -> LineAnswer:
    words = OWN_WORDS | {"status": status, "availability": availability}
    (fact,) = facts_of(a_message("ORDRSP", RESPONSE.format(**words)), OWN)
    assert isinstance(fact, ResponseFact)
    return fact.lines[0]


@pytest.mark.parametrize(
    ("status", "read_as"),
    [
        ("Z1:12B:28", "201"),  # the private code under the standard's list
        ("900:12B:28", "800"),  # the standard's code in another meaning
        ("400:12B:28", "400"),  # no private code
        ("01:8B:28", None),  # a private availability
        ("Z9:10B:28", None),  # a servicing instruction that looks like a private status
    ],
)
def test_private_codes_are_known_by_code_and_list(status: str, read_as: str | None) -> None:
    assert answer_of(status, "").status_code == read_as


def test_the_text_beside_a_code_is_kept() -> None:
    answer = answer_of("Z9:RLS:92+Due when the reprint is bound")

    assert (answer.status_code, answer.note) == ("401", "Due when the reprint is bound")


def test_a_date_and_a_report_are_read_in_any_dialect() -> None:
    report = "BGM+347+S-9+9\nNAD+BY+SFK01::91\nLIN+1++9780141439518:EN\nQTY+83:2\nDTM+44:20260417:102\n"
    (opened, answers) = facts_of(a_message("OSTRPT", f"{report}FTX+LIN++Z9:RLS:92\nRFF+ON:SB-1\nUNS+S\nCNT+2:1"), OWN)

    assert isinstance(opened, OpenLinesFact)
    assert isinstance(answers, ResponseFact)
    assert [(line.line_key, line.quantity, line.status_code) for line in opened.lines] == [("SB-1", 2, "401")]
    assert answers.lines[0].available_on == date(2026, 4, 17)
