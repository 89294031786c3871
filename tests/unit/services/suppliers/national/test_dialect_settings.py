"""Every setting of a dialect, by what it changes on the wire."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import CancellationToSend, OrderToSend
from services.suppliers.national import NationalAdapter, NationalProfile
from services.suppliers.national.dialect import CopyCodes, Dialect
from shared.clock import ManualClock
from shared.findings import Finding
from shared.formats import edifact, editeur
from shared.formats.editeur import Orders
from tests.unit.services.suppliers.national.conftest import (
    LOWESTOFT,
    SUFFOLK,
    a_copy,
    a_line,
    a_profile,
    an_adapter,
    an_order,
)

COPY: Mapping[str, object] = {"sequence": "ANF", "shelfmark": "823.7", "servicing": ("BB",)}
ORDER = an_order(a_line(copies=(a_copy(1, more=COPY), a_copy(2, LOWESTOFT)), title="Misérables, les"))


def written(clock: ManualClock, order: OrderToSend = ORDER, **dialect: object) -> str:
    """The order on the wire; every dialect has the codes that any setting could need."""
    return an_adapter(clock, **dialect).write_order(order, 42).body.decode("latin-1")


SETTINGS = [
    ("charset", "UNOB", "IMD+L+050+:::Miserables, les'", "IMD+L+050+:::Misérables, les'"),
    ("advice", False, "", "UNA:+.? '"),
    ("line_breaks", True, "BGM+220+PO-2026-118+9'\r\nDTM+", "BGM+220+PO-2026-118+9'DTM+"),
    ("our_qualifier", "ZZ", "UNB+UNOC:3+STOCKBRIDGE:ZZ+", "UNB+UNOC:3+5012345678900:14+"),
    ("supplier_qualifier", "31B", "+1741209:31B+260302:1234+", "+5098765432100:14+260302:1234+"),
    ("reference_digits", 8, "+00000042++ORDERS'", "+42++ORDERS'"),
    ("application_reference", False, "+42'UNH+", "+42++ORDERS'UNH+"),
    ("agreement", "LIBRARY", "+42++ORDERS+++LIBRARY'", "+42++ORDERS'"),
    ("acknowledgement", True, "+42++ORDERS++1'", "+42++ORDERS'"),
    ("association", "EAN005", "UNH+1+ORDERS:D:96A:UN:EAN005'", "UNH+1+ORDERS:D:96A:UN:EAN008'"),
    ("test", True, "+42++ORDERS++++1'", "+42++ORDERS'"),
    ("dates", "203", "DTM+137:202603021234:203'", "DTM+137:20260302:102'"),
    ("time_zone", "Asia/Tokyo", "+260302:2134+42+", "+260302:1234+42+"),
    ("order_prefix", "STK/", "BGM+220+STK/PO-2026-118+9'", "BGM+220+PO-2026-118+9'"),
    ("buyer_agency", "91", "NAD+BY+SFK01::91'", "NAD+BY+5012345678900::9'"),
    ("account_reference", False, "NAD+BY+5012345678900::9'NAD+SU", "NAD+BY+5012345678900::9'RFF+API:SFK01'"),
    ("places", "ours", "NAD+DP+IPSW::92'NAD+DP", "NAD+DP+5012345678917::9'RFF+API:IPSW'"),
    ("places", "theirs", "NAD+DP+SFK01-014::91'RFF+API:IPSW'", "NAD+DP+5012345678917::9'RFF+API:IPSW'"),
    ("item", "PIA", "LIN+1'PIA+5+9780141439518:EN+0141439513:IB'", "LIN+1++9780141439518:EN'PIA+5+0141439513:IB'"),
    ("isbn10", False, "LIN+1++9780141439518:EN'IMD", "PIA+5+0141439513:IB'"),
    ("authors", "string", "IMD+L+009+:::Austen, Jane'", "IMD+L+010+:::Austen'IMD+L+011+:::Jane'"),
    ("line_reference", "ON", "RFF+ON:SB-7K2M0000000000AA'", "RFF+LI:SB-7K2M0000000000AA'"),
    ("price", "AAB", "PRI+AAB:8.99'", "PRI+AAE:8.99'"),
    ("price", None, "", "PRI+AAE:8.99'"),
    ("splits", False, "", "LOC+7+IPSW::92'QTY+11:1'"),
    ("copies", {"branch": "LSL"}, "GIR+001+IPSW:LSL+", "GIR+001+IPSW:LLO+"),
    ("copies", {"fund": None}, "+IPSW:LLO+ANF:LSQ+", "+ADULT26:LFN+"),
    ("copies", {"sequence": "LST"}, "+ANF:LST+", "+ANF:LSQ+"),
    ("copies", {"sequence": None}, "+ADULT26:LFN+823.7:LSM+", "+ANF:LSQ+"),
    ("copies", {"shelfmark": "LCL"}, "+823.7:LCL+", "+823.7:LSM+"),
    ("copies", {"shelfmark": None}, "+ANF:LSQ+BB:LVC'", "+823.7:LSM+"),
    ("copies", {"servicing": None}, "+823.7:LSM'", "+BB:LVC'"),
]


@pytest.mark.parametrize(("name", "value", "there", "gone"), SETTINGS)
def test_a_setting_changes_the_wire_as_it_says(clock: ManualClock, name: str, value: object, there: str, gone: str) -> None:
    plain, changed = written(clock), written(clock, ORDER, **{name: value})

    assert gone in plain
    assert there not in plain or not there
    assert there in changed
    assert gone not in changed


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value, _, _ in SETTINGS])
def test_what_is_written_is_read_back_without_a_finding(clock: ManualClock, name: str, value: object) -> None:
    reading = edifact.read(an_adapter(clock, **{name: value}).write_order(ORDER, 42).body)

    assert reading.findings == ()


def test_a_line_break_never_falls_into_a_text(clock: ManualClock) -> None:
    body = written(clock, an_order(a_line(title="What's this? 'Tis a '?' - isn't it?")), line_breaks=True)

    lines = body.split("\r\n")
    assert lines[-1] == ""
    assert all(line.endswith("'") for line in lines[:-1])
    assert "IMD+L+050+:::What?'s this?? ?'Tis a ?'???' - isn?'t it??'" in lines
    assert edifact.read(body.encode("latin-1")).findings == ()


@pytest.mark.parametrize(("notes", "remark"), [("LIN", "FTX+LIN+++Title"), ("LNO", "FTX+LNO+++Title"), (None, None)])
def test_free_text_goes_under_the_suppliers_subject_or_not_at_all(
    clock: ManualClock, notes: str | None, remark: str | None
) -> None:
    body = written(clock, charset="UNOB", notes=notes)

    assert remark in body if remark else "FTX" not in body


def test_an_order_number_that_the_supplier_would_cut_is_refused(clock: ManualClock) -> None:
    assert "BGM+220+STK/PO-2026-118+9" in written(clock, order_prefix="STK/", longest_order_number=15)

    with pytest.raises(ValueError, match="order number 'STK/PO-2026-118' is longer than the 14"):
        written(clock, order_prefix="STK/", longest_order_number=14)


def test_a_branch_without_delivery_account_goes_by_our_code(clock: ManualClock) -> None:
    assert "NAD+DP+LOWE::92'" in written(clock, places="theirs")


def test_a_cancellation_is_in_the_same_dialect(clock: ManualClock) -> None:
    ours = an_adapter(clock, item="PIA", line_reference="ON", order_prefix="STK/", copies=CopyCodes(shelfmark="LCL"))
    (line,) = ORDER.lines

    message = ours.write_cancellation(CancellationToSend(SUFFOLK, "x", "PO-2026-118", "", ((line, (1,)),)), 43)

    body = message.body.decode()
    assert "RFF+ON:STK/PO-2026-118'" in body
    assert "LIN+1+3'PIA+5+9780141439518:EN+0141439513:IB'" in body
    assert "GIR+001+IPSW:LLO+ADULT26:LFN+ANF:LSQ+823.7:LCL+BB:LVC'RFF+ON:SB-7K2M0000000000AA'" in body


def test_every_setting_is_tried_here_or_where_it_is_read() -> None:
    tried = {name for name, _, _, _ in SETTINGS} | {"notes", "longest_order_number", "enquiries"}
    read_only = {"statuses", "availabilities", "claims"}
    codes = {name for setting, value, _, _ in SETTINGS if setting == "copies" and isinstance(value, dict) for name in value}

    assert tried | read_only == set(Dialect.model_fields)
    assert codes | {"barcode"} == set(CopyCodes.model_fields)


@pytest.mark.parametrize(
    ("dialect", "reason"),
    [
        ({"our_qualifier": "ZZ"}, "our_qualifier ZZ needs our_code"),
        ({"supplier_qualifier": "31B"}, "supplier_qualifier 31B needs supplier_code"),
        ({"buyer_agency": "91"}, "buyer_agency 91 needs an account_number for GB-SFK"),
        ({"statuses": {"Z1": "999999"}}, "list 12B has no 999999"),
        ({"availabilities": {"7": "??"}}, r"list 8B has no \?\?"),
    ],
)
def test_a_dialect_that_lacks_what_it_needs_is_refused(dialect: dict[str, object], reason: str) -> None:
    bare = a_profile().model_dump(mode="json") | {"our_code": "", "supplier_code": ""}
    bare["accounts"][SUFFOLK]["account_number"] = ""

    with pytest.raises(ValueError, match=reason):
        NationalProfile.model_validate(bare | {"dialect": dialect})


DIALECTS = st.builds(
    Dialect,
    charset=st.sampled_from(["UNOA", "UNOB", "UNOC", "UNOY"]),
    advice=st.booleans(),
    line_breaks=st.booleans(),
    our_qualifier=st.sampled_from(["14", "31B", "ZZ"]),
    supplier_qualifier=st.sampled_from(["14", "31B", "ZZ"]),
    reference_digits=st.integers(0, 14),
    application_reference=st.booleans(),
    agreement=st.sampled_from(["", "LIBRARY"]),
    acknowledgement=st.booleans(),
    dates=st.sampled_from(["102", "203"]),
    order_prefix=st.sampled_from(["", "STK/"]),
    buyer_agency=st.sampled_from(["9", "31B", "91", "92"]),
    account_reference=st.booleans(),
    places=st.sampled_from(["gln", "ours", "theirs"]),
    item=st.sampled_from(["LIN", "PIA"]),
    isbn10=st.booleans(),
    authors=st.sampled_from(["parts", "string"]),
    line_reference=st.sampled_from(["LI", "ON"]),
    price=st.sampled_from(["AAE", "AAB", None]),
    notes=st.sampled_from(["LIN", "LNO", None]),
    splits=st.booleans(),
)


@given(DIALECTS)
def test_however_settings_are_combined_the_order_is_read_back_whole(dialect: Dialect) -> None:
    ours = NationalAdapter(a_profile(**dialect.model_dump()), None, ManualClock(ORDER.placed_at))
    findings: list[Finding] = []

    reading = edifact.read(ours.write_order(ORDER, 42).body)
    message = editeur.read_message(reading.interchanges[0].messages[0], findings)

    assert isinstance(message, Orders)
    assert (reading.findings, findings) == ((), [])
    (line,) = message.lines
    assert int(reading.interchanges[0].control_reference) == 42
    assert message.document.number == f"{dialect.order_prefix}PO-2026-118"
    assert (line.articles[0].value, line.quantity("21")) == ("9780141439518", Decimal(2))
    assert line.reference(dialect.line_reference) == "SB-7K2M0000000000AA"
    assert [copy.first("LLO") for copy in line.copies] == ["IPSW", "LOWE"]
