"""X12 ship notices as American suppliers make them, and as nobody should."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.findings import Severity
from shared.formats import x12
from shared.formats.x12 import Code, Identifier, Interchange, Item, Level, Mark, Party, Reference, ShipNotice
from tests.fixtures.chance import Chance
from tests.unit.shared.formats.mutants import mutants
from tests.unit.shared.formats.x12.strategies import interchanges

ISA = "ISA*00*          *00*          *ZZ*BOOKHOUSE      *ZZ*SFK            *261124*0930*U*00401*000000042*0*P*>~\n"
HEAD = ISA + "GS*SH*BOOKHOUSE*SFK*20261124*0930*42*X*004010~\nST*856*0001~\nBSN*00*SN1001*20261124*093015*0001~\n"
SHIPMENT = "TD1*CTN25*1****G*12.5*LB~\nTD5**2*UPSN*M*GROUND~\nREF*CN*1Z999~\nDTM*011*20261124~\nDTM*017*20261127~\n"
SHIP_TO = "N1*ST*CENTRAL LIBRARY*15*1234567~\nN3*1 HIGH STREET~\nN4*STOCKTON*CA*95202*US~\n"
ORDER = "PRF*PO-77***20261101~\nREF*VN*S-5~\n"
CARTON = "MAN*GM*00350999990000000017~\n"
ITEM = "LIN*1*EN*9780141439518*PL*SFK-77-1~\nSN1*1*2*EA**3*EA~\nMAN*ZZ*B0001~\nREF*SE*B0002~\n"


def document(*levels: str) -> str:
    """A whole interchange of these levels with right counts."""
    body = HEAD + "".join(levels) + f"CTT*{len(levels)}*2~\n"
    return body + f"SE*{body.count('~') - 1}*0001~\nGE*1*42~\nIEA*1*000000042~\n"


SOPI = document("HL*1**S~\n" + SHIPMENT + SHIP_TO, "HL*2*1*O~\n" + ORDER, "HL*3*2*P~\n" + CARTON, "HL*4*3*I~\n" + ITEM)
SPOI = document("HL*1**S~\n" + SHIPMENT + SHIP_TO, "HL*2*1*P~\n" + CARTON, "HL*3*2*O~\n" + ORDER, "HL*4*3*I~\n" + ITEM)
SOIP = document("HL*1**S~\n" + SHIPMENT, "HL*2*1*O~\n" + ORDER + SHIP_TO, "HL*3*2*I~\n" + ITEM, "HL*4*3*P~\n" + CARTON)
SOI = document("HL*1**S~\n" + SHIPMENT + SHIP_TO, "HL*2*1*O~\n" + ORDER, "HL*3*2*I~\n" + ITEM + CARTON)


def codes_of(text: str) -> list[str]:
    return [finding.code for finding in x12.read(text.encode()).findings]


def notice_of(text: str) -> ShipNotice:
    return x12.read(text.encode()).interchanges[0].notices[0]


@pytest.mark.parametrize("text", [SOPI, SPOI, SOIP, SOI])
def test_whichever_way_levels_are_nested_an_item_says_the_same(text: str) -> None:
    (shipped,) = x12.items(notice_of(text))

    assert codes_of(text) == []
    assert (shipped.order_number, shipped.order_line, shipped.reference("VN")) == ("PO-77", "SFK-77-1", "S-5")
    assert (shipped.item.isbn, shipped.item.quantity, shipped.item.ordered) == ("9780141439518", 2, 3)
    assert shipped.packages == ("00350999990000000017",)
    assert shipped.barcodes == ("B0001", "B0002")
    assert shipped.ship_to == Party("ST", "CENTRAL LIBRARY", "15", "1234567", ("1 HIGH STREET",), "STOCKTON", "CA", "95202", "US")


def test_the_notice_and_its_envelope_are_read() -> None:
    (interchange,) = x12.read(SOPI.encode()).interchanges
    notice = interchange.notices[0]

    assert (interchange.sender, interchange.recipient, interchange.control_number) == ("BOOKHOUSE", "SFK", "000000042")
    assert (interchange.version, interchange.test) == ("004010", False)
    assert (notice.number, notice.issued) == ("SN1001", datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC))
    assert (notice.shipped, notice.expected) == (date(2026, 11, 24), date(2026, 11, 27))


@pytest.mark.parametrize("separators", ["|:\n", "\x1d\x1f\x1c", "*>\r", "+:'"])
def test_isa_gives_the_separators(separators: str) -> None:
    element, component, terminator = tuple(separators)
    text = SOPI.replace("\n", "").replace("*", element).replace(">", component).replace("~", terminator)

    assert x12.read(text.encode()).findings == ()
    assert notice_of(text) == notice_of(SOPI)


def test_a_short_isa_a_byte_order_mark_and_noise_are_read() -> None:
    short = SOPI.replace("BOOKHOUSE      *ZZ*SFK            ", "BOOKHOUSE*ZZ*SFK")

    assert (notice_of(short), codes_of(short)) == (notice_of(SOPI), [Code.ISA_LENGTH])
    assert codes_of("\ufeff\r\n" + SOPI) == []
    assert codes_of("From: me\n" + SOPI) == [Code.NOISE]


def test_dates_of_six_digits_and_gtins_of_fourteen_are_read() -> None:
    text = SOPI.replace("20261124", "261124").replace("EN*9780141439518", "UK*09780141439518")

    assert notice_of(text).shipped == date(2026, 11, 24)
    assert next(x12.items(notice_of(text))).item.isbn == "9780141439518"


def test_an_isbn_is_known_whatever_it_is_called() -> None:
    assert Item("1", (Identifier("VN", "88-1204"), Identifier("BK", "9780141439518")), 1).isbn == "9780141439518"
    assert Item("1", (Identifier("VN", "9780141439517"), Identifier("BK", "0141439513")), 1).isbn == ""


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        *[("GE*1*42", "GE*2*42", Severity.ERROR), ("GE*1*42", "GE*0*42", Severity.WARNING)],
        *[("IEA*1*", "IEA*2*", Severity.ERROR), ("IEA*1*", "IEA*0*", Severity.WARNING), ("IEA*1*", "IEA*x*", Severity.ERROR)],
        *[
            ("CTT*4*2", "CTT*9*2", Severity.ERROR),
            ("CTT*4*2", "CTT*2*2", Severity.ERROR),
            ("CTT*4*2", "CTT*0*2", Severity.WARNING),
        ],
        *[("CTT*4*2", "CTT*4*3", Severity.ERROR), ("CTT*4*2", "CTT*4*1", Severity.WARNING)],
        ("~\nSE*", "~\nSE*9", Severity.ERROR),
    ],
)
def test_what_may_be_missing_is_an_error_in_every_count(old: str, new: str, severity: Severity) -> None:
    findings = x12.read(SOPI.replace(old, new).encode()).findings

    assert [finding.severity for finding in findings if finding.code == Code.COUNT][:1] == [severity]


def test_notices_outside_an_interchange_are_not_dropped_silently() -> None:
    again = SOPI[SOPI.index("GS*") :]
    reading = x12.read((SOPI + again).encode())

    assert len(reading.interchanges) == 1
    assert Severity.ERROR in [finding.severity for finding in reading.findings if finding.code == Code.STRAY]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("GE*1*42", "GE*2*42", Code.COUNT),
        ("IEA*1*000000042", "IEA*1*000000043", Code.CONTROL_NUMBER),
        ("GE*1*42", "GE*1*43", Code.CONTROL_NUMBER),
        ("CTT*4*2", "CTT*9*2", Code.COUNT),
        ("CTT*4*2", "CTT*4*3", Code.COUNT),
        ("IEA*1*000000042~\n", "", Code.MISSING_TRAILER),
        ("HL*4*3*I", "HL*4*9*I", Code.HIERARCHY),
        ("SN1*1*2*EA", "SN1*1*x*EA", Code.INVALID_NUMBER),
        ("SN1*1*2*EA", "SN1*1**EA", Code.NO_QUANTITY),
        ("DTM*011*20261124", "DTM*011*20269924", Code.INVALID_DATE),
        ("EN*9780141439518", "VN*12", Code.NO_PRODUCT_ID),
        ("BSN*00*SN1001", "BSN*00*", Code.NO_NUMBER),
        ("GE*1*42~", "ZZZ*1~GE*1*42~", Code.STRAY),
    ],
)
def test_what_is_wrong_is_a_finding_and_the_rest_is_read(old: str, new: str, code: Code) -> None:
    text = SOPI.replace(old, new)

    assert code in codes_of(text)
    assert next(x12.items(notice_of(text))).order_number == "PO-77"


def test_a_truncated_file_keeps_what_arrived() -> None:
    text = SOPI[: SOPI.index("MAN*ZZ")]

    assert next(x12.items(notice_of(text))).item.quantity == 2
    assert codes_of(text) == [Code.MISSING_TRAILER] * 3


def test_a_second_item_under_one_level_is_not_lost() -> None:
    second = "LIN*2*EN*9780441172719~SN1*2*1*EA~"
    text = SOPI.replace("CTT*4*2~", second + "CTT*4*3~")

    first, other = x12.items(notice_of(text))

    assert (first.item.isbn, other.item.isbn) == ("9780141439518", "9780441172719")
    assert (other.order_number, other.packages) == (first.order_number, first.packages)
    assert Code.REPEATED_ITEM in codes_of(text)


def test_other_transaction_sets_are_named_and_several_interchanges_read() -> None:
    assert codes_of(SOPI.replace("ST*856", "ST*810")) == [Code.NOT_READ]
    assert len(x12.read((SOPI + SOPI.replace("*", "|")).encode()).interchanges) == 2


def test_levels_nested_too_deep_are_cut_off() -> None:
    levels = [f"HL*{number}*{number - 1 or ''}*P~" for number in range(1, 5_000)]
    text = document(*levels, f"HL*5000*4999*I~{ITEM}")

    assert Code.HIERARCHY in codes_of(text)
    assert next(x12.items(notice_of(text))).item.quantity == 2


@pytest.mark.parametrize("raw", [b"", b"UNB+UNOC:3'", b"ISA", b"ISA*00*short", b"ISA" + b"*" * 200, b"ISAA" * 50])
def test_what_is_no_x12_is_said_to_be_none(raw: bytes) -> None:
    reading = x12.read(raw)

    assert reading.interchanges == ()
    assert Code.NOT_X12 in [finding.code for finding in reading.findings]


def sent(**changes: object) -> Interchange:
    item = Item("1", (Identifier("EN", "9780141439518"),), 1)
    notice = ShipNotice("1", issued=datetime(2026, 11, 24, tzinfo=UTC), levels=(Level("S", children=(Level("I", item=item),)),))
    whole = Interchange("A", "B", "1", datetime(2026, 11, 24, tzinfo=UTC), (notice,))
    return replace(whole, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "a*b"},
        {"sender": "longer than fifteen"},
        {"control_number": "12345678901"},
        {"version": "009999"},
        {"prepared": None},
        {"sender_qualifier": "Z"},
        {"notices": (ShipNotice("a~b", issued=datetime(2026, 1, 1, tzinfo=UTC)),)},
        {"notices": (ShipNotice("1"),)},
        {"notices": (ShipNotice("1", issued=datetime(2026, 1, 1, tzinfo=UTC), levels=(Level("I"),)),)},
    ],
)
def test_what_x12_cannot_hold_is_not_written(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        x12.write(sent(**changes))


def test_what_is_written_has_no_findings() -> None:
    assert x12.read(x12.write(sent())).findings == ()


@given(interchanges())
def test_what_is_written_is_read_as_it_was(interchange: Interchange) -> None:
    assert x12.read(x12.write(interchange)).interchanges == (interchange,)


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda raw: ISA.encode() + raw))
def test_no_bytes_make_the_reader_raise(raw: bytes) -> None:
    assert x12.read(raw).findings


def test_no_mutant_makes_the_reader_raise(chance: Chance) -> None:
    words = [
        b"HL*9*1*I~",
        b"HL***~",
        b"LIN~",
        b"SE*1*1~",
        b"IEA~",
        b"GS~",
        b"ST*856~",
        ISA.encode(),
        b"SN1*1*1E999999~",
        b"9" * 40,
    ]
    for raw in mutants([SOPI.encode(), SOIP.encode(), SOI.encode()], chance.mutants, seed=chance.seed, words=words):
        reading = x12.read(raw)
        assert reading.interchanges or reading.findings
        assert all(finding.offset is None or 0 <= finding.offset < len(raw) for finding in reading.findings)


def test_marks_in_pairs_are_both_read() -> None:
    text = SOPI.replace("MAN*GM*00350999990000000017", "MAN*GM*00350999990000000017**CP*1Z1")

    (level,) = [level for top in notice_of(text).levels for level in top.walk() if level.kind == "P"]

    assert level.marks == (Mark("GM", "00350999990000000017"), Mark("CP", "1Z1"))
    assert level.references == ()
    assert Reference("CN", "1Z999") in notice_of(text).levels[0].references
