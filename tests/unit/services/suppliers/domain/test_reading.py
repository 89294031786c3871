"""The one door to every adapter's reading: NUL characters and dates that cannot be meant."""

import json
from datetime import date
from pathlib import Path

import pytest

from local.stack.profiles_consortium import consortium_profile, consortium_secrets
from services.suppliers import consortium, national
from services.suppliers.conformance import Subject, check
from services.suppliers.contract import Adapter, DespatchFact, InvoiceFact, RawMessage, Reading, ResponseFact, SupplierRefused
from services.suppliers.domain.messages import CANONICAL_DESPATCH
from services.suppliers.domain.reading import read
from tests.architecture.source import ROOT
from tests.unit.services.suppliers.national.written import a_message

RECEIVED = date(2026, 6, 15)
KEY = "SB-7K2M0000000000AA"
BOOKSELLER = national.adapter((ROOT / "services/suppliers/national/profiles/albion.json").read_text(), None)
HUB = consortium.adapter(
    consortium_profile("https://consortium.example", Path("ca.pem"), {"GB-SFK": "5098765000019"}), consortium_secrets()
)

LINE = f"LIN+1+5+9780141439518:EN\nQTY+83:1\nDTM+44:{{0}}:{{1}}\nRFF+LI:{KEY}"
X12 = (
    "ISA*00*          *00*          *ZZ*BOOKHOUSE      *ZZ*SFK            *260615*0930*U*00401*000000042*0*P*>~"
    "GS*SH*BOOKHOUSE*SFK*20260615*0930*42*X*004010~ST*856*0001~BSN*00*SN1001*20260615*0930*0001~HL*1**S~"
    "DTM*011*{0}~N1*ST*CENTRAL*92*IPSW~HL*2*1*I~LIN*1*EN*9780141439518*PL*SB-7K2M0000000000AA~SN1*1*1*EA~"
    "SE*9*0001~GE*1*42~IEA*1*000000042~"
)
EDITX = """<LibraryShipNotice><Header><ShipNoticeNumber>SN1</ShipNoticeNumber><DateCoded><Date>{0}</Date>
<DateQualifierCode>Shipped</DateQualifierCode></DateCoded></Header><ItemDetail><LineNumber>1</LineNumber><ProductID>
<ProductIDType>EAN13</ProductIDType><Identifier>9780141439518</Identifier></ProductID><CopyDetail>
<DeliverToLocation>IPSW</DeliverToLocation></CopyDetail></ItemDetail></LibraryShipNotice>"""


def a_shipment(day: object) -> RawMessage:
    line = {"line_key": KEY, "isbn": "9780141439518", "quantity": 1}
    parcels = [{"sscc": "150987650000000420", "lines": [line]}]
    data = {"shipment_number": "S1", "despatched_on": day, "deliver_to": {"code": "CSU"}, "parcels": parcels}
    return RawMessage("push", json.dumps({"type": "shipment.despatched", "data": data}).encode())


def a_canonical_despatch(day: object) -> RawMessage:
    line = {"line_key": KEY, "isbn": "9780141439518", "quantity": 1}
    parcels = [{"parcel_id": "P1", "lines": [line]}]
    form = {"despatch_number": "D1", "despatched_on": day, "deliver_to": {"code": "IPSW"}, "parcels": parcels}
    return RawMessage("push", json.dumps(form).encode(), CANONICAL_DESPATCH)


def a_despatch(day: str) -> RawMessage:
    return a_message("DESADV", f"BGM+351+D-1+9\nDTM+11:{day}:102\nNAD+DP+IPSW::92\n{LINE.format('20260701', 102)}\nQTY+12:1")


def day_of(reading: Reading) -> date | None:
    (fact,) = reading.facts
    assert isinstance(fact, DespatchFact)
    return fact.despatched_on


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def everywhere(day: str) -> list[tuple[Adapter, RawMessage]]:
    """The same day in every form that a despatch has; `day` has eight digits."""
    dashed = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return [
        (BOOKSELLER, a_despatch(day)),
        (BOOKSELLER, RawMessage("x12", X12.format(day).encode())),
        (BOOKSELLER, RawMessage("editx", EDITX.format(dashed).encode())),
        (HUB, a_shipment(dashed)),
        (HUB, a_canonical_despatch(dashed)),
    ]


@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize("day", ["20370101", "20360616", "28010103", "99991231"])
def test_a_day_more_than_ten_years_ahead_is_a_finding_and_no_date_in_every_form(form: int, day: str) -> None:  # case B1
    reading = read(*everywhere(day)[form], RECEIVED)

    assert day_of(reading) is None
    assert "absurd-date" in codes(reading)


@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize("day", ["18991231", "01080301"])
def test_a_day_before_1900_is_a_finding_and_no_date_in_every_form(form: int, day: str) -> None:
    adapter, raw = everywhere(day)[form]
    reading = read(adapter, raw, RECEIVED)

    assert not any(isinstance(fact, DespatchFact) and fact.despatched_on for fact in reading.facts)
    assert any("date" in code or code == "invalid-field" for code in codes(reading))


@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize("day", ["19000101", "20260615", "20360615"])
def test_a_day_up_to_ten_years_ahead_is_kept_in_every_form(form: int, day: str) -> None:
    reading = read(*everywhere(day)[form], RECEIVED)

    assert str(day_of(reading)).replace("-", "") == day
    assert "absurd-date" not in codes(reading)


def test_what_is_absurd_depends_on_the_day_of_receipt_and_not_on_the_day_of_reading() -> None:
    raw = a_despatch("20370101")

    assert day_of(read(BOOKSELLER, raw, date(2027, 1, 1))) == date(2037, 1, 1)
    assert day_of(read(BOOKSELLER, raw, date(2026, 12, 31))) is None
    assert day_of(read(BOOKSELLER, raw, date(2040, 2, 29))) == date(2037, 1, 1)


@pytest.mark.parametrize("day", [0, 20270115, 1790000000, "1790000000", "20270115120", "270115", "2027", True, ["2027-01-15"]])
def test_a_number_is_no_date_in_json(day: object) -> None:
    for raw in (a_shipment(day), a_canonical_despatch(day)):
        reading = read(HUB, raw, RECEIVED)

        assert not any(isinstance(fact, DespatchFact) and fact.despatched_on for fact in reading.facts)
        assert reading.findings


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("DTM+131:20260310:102\nDTM+137:202603110900:203", date(2026, 3, 11)),
        ("DTM+131:010831:102", date(2001, 8, 31)),
        ("DTM+137:20261399:102\nDTM+131:20260310:102", date(2026, 3, 10)),
        ("DTM+137:2603110900:203", date(2026, 3, 11)),
    ],
)
def test_an_invoice_is_of_the_day_of_its_message_before_that_of_its_tax_point(dates: str, day: date) -> None:
    raw = a_message("INVOIC", f"BGM+380+I-1+9\n{dates}\nNAD+BY+5012345678900::9\nLIN+1++9780141439518:EN\nQTY+47:1\nMOA+203:1")
    (fact,) = read(BOOKSELLER, raw, RECEIVED).facts

    assert isinstance(fact, InvoiceFact)
    assert fact.invoiced_on == day


@pytest.mark.parametrize("month", range(1, 13))
def test_a_back_order_is_available_on_the_same_day_however_it_is_written(month: int) -> None:
    for digits, code in (
        *((f"2027{month:02}05", "102"), (f"27{month:02}05", "101"), (f"2027{month:02}050000", "203"), (f"2027{month:02}", "610")),
        *((f"2027{month:02}05", "203"), (f"27{month:02}05", "102"), (f"27{month:02}050000", "203"), (f"27{month:02}05", "")),
    ):
        raw = a_message("ORDRSP", f"BGM+231+R-1+9\n{LINE.format(digits, code)}")
        (fact,) = read(BOOKSELLER, raw, RECEIVED).facts

        assert isinstance(fact, ResponseFact)
        assert fact.lines[0].available_on == date(2027, month, 1 if code == "610" else 5)


NUL_FORMS = [
    (BOOKSELLER, a_message("DESADV", "BGM+351+D\0-1+9\nNAD+DP+IPSW::92\nLIN+1++9780141439518:EN\nQTY+12:1")),
    (BOOKSELLER, RawMessage("x12", X12.format("20260615").replace("SN1001", "D\0-1").encode())),
    (HUB, RawMessage("push", a_shipment("2026-06-15").body.replace(b'"S1"', b'"D\\u0000-1"'))),
    (HUB, RawMessage("push", a_canonical_despatch(None).body.replace(b'"D1"', b'"D\\u0000-1"'), CANONICAL_DESPATCH)),
]


@pytest.mark.parametrize(("adapter", "raw"), NUL_FORMS)
def test_a_nul_is_read_the_same_way_in_every_form_and_in_the_kit(adapter: Adapter, raw: RawMessage) -> None:  # case B8
    reading = read(adapter, raw, RECEIVED)
    (report,) = check(Subject(adapter, "any", received=RECEIVED), [raw]).files

    (fact,) = reading.facts
    assert isinstance(fact, DespatchFact)
    assert fact.despatch_number == "D\N{REPLACEMENT CHARACTER}-1"
    assert "nul-character" in codes(reading)
    assert "nul-character" in [finding.code for finding in report.findings]


def test_a_refusal_with_a_nul_can_be_stored() -> None:
    refusal = SupplierRefused("no\0", "the account is\0 stopped")

    assert (refusal.code, str(refusal)) == ("no\N{REPLACEMENT CHARACTER}", "the account is\N{REPLACEMENT CHARACTER} stopped")
