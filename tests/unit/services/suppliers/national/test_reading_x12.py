"""X12 856 ship notices, written for the purpose; and one despatch in all three formats."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact, Kind, RawMessage, Reading
from services.suppliers.national.dialect import Dialect
from services.suppliers.national.read import read
from services.suppliers.national.read.translation import Conventions
from shared.contracts.suppliers import CopyReference
from shared.findings import Severity
from shared.formats import editx, x12
from shared.formats.x12 import Identifier, Interchange, Item, Level, Mark, Order, Party, Reference, ShipNotice
from tests.unit.services.suppliers.national.written import a_message

ISBN, OTHER = "9780141439518", "9780141439600"
KEY, ORDER = "SB-7K2M0000000000AA", "PO-2026-118"
BARCODES = ("30114000012345", "30114000012346")
IPSWICH = Party("ST", "Ipswich Library", "UL", "5012345678917")

HEAD = """
BGM+351+D-90417+9
DTM+137:202603041730:203
DTM+11:20260304:102
DTM+132:20260306:102
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
NAD+DP+5012345678917::9
"""
FIRST = f"""
LIN+1++{ISBN}:EN
QTY+12:2
GIR+L01+{BARCODES[0]}:LAC+{BARCODES[1]}:LAC
RFF+ON:{ORDER}
RFF+LI:{KEY}
"""
SECOND = f"""
LIN+2++{OTHER}:EN
QTY+12:1
RFF+ON:PO-2026-119
"""


def an_item(
    isbn: str = ISBN, quantity: int | None = 2, *, order: str = ORDER, key: str = KEY, barcodes: tuple[str, ...] = BARCODES
) -> Level:
    references = (*((Reference("LI", key),) if key else ()), *(Reference("SE", barcode) for barcode in barcodes))
    item = Item("1", (Identifier("EN", isbn), Identifier("PO", order)), quantity)
    return Level("I", references=references, item=item)


OTHER_ITEM = an_item(OTHER, 1, order="PO-2026-119", key="", barcodes=())


def a_carton(sscc: str, *items: Level) -> Level:
    return Level("P", marks=(Mark("GM", sscc),), children=items)


def a_notice(*levels: Level, party: Party = IPSWICH, number: str = "D-90417", test: bool = False) -> RawMessage:
    dates = (x12.Date("011", date(2026, 3, 4)), x12.Date("017", date(2026, 3, 6)))
    shipment = Level("S", dates=dates, parties=(party,), children=levels)
    issued = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    notice = ShipNotice(number, issued=issued, structure="0001", levels=(shipment,))
    return RawMessage("x", x12.write(Interchange("1741209", "STOCKBRIDGE", "88", issued, (notice,), test=test)))


def in_editx() -> RawMessage:
    def item(isbn: str, copy: editx.Copy, *references: editx.Reference) -> editx.Item:
        return editx.Item("1", (editx.Identifier("EAN13", isbn),), quantity=copy.quantity, references=references, copies=(copy,))

    first = item(
        ISBN,
        editx.Copy(quantity=2, deliver_to=IPSWICH.id, barcodes=BARCODES),
        editx.Reference(editx.BUYER_ORDER, ORDER),
        editx.Reference(editx.BUYER_LINE, KEY),
    )
    second = item(OTHER, editx.Copy(quantity=1, deliver_to=IPSWICH.id), editx.Reference(editx.BUYER_ORDER, "PO-2026-119"))
    notice = editx.ShipNotice("D-90417", shipped=date(2026, 3, 4), expected=date(2026, 3, 6), items=(first, second))
    return RawMessage("x", editx.write(notice))


def despatches_of(raw: RawMessage, conventions: Conventions | None = None) -> list[DespatchFact]:
    facts = read(raw, conventions or Conventions()).facts
    return [fact for fact in facts if isinstance(fact, DespatchFact)]


def test_one_despatch_is_the_same_fact_in_three_formats() -> None:
    desadv = read(a_message("DESADV", f"{HEAD}{FIRST}{SECOND}CNT+2:2"))
    notice = read(a_notice(an_item(), OTHER_ITEM))
    editx_notice = read(in_editx())

    assert desadv.facts == notice.facts == editx_notice.facts
    assert desadv.kind == notice.kind == editx_notice.kind == Kind.DESPATCH
    (fact,) = notice.facts
    copies = tuple(CopyReference(barcode=barcode) for barcode in BARCODES)
    lines = (AdvisedLine(KEY, ORDER, ISBN, 2, copies), AdvisedLine(None, "PO-2026-119", OTHER, 1))
    assert fact == DespatchFact(
        "D-90417", date(2026, 3, 4), date(2026, 3, 6), IPSWICH.id, None, (AdvisedParcel("D-90417", lines),)
    )


def test_cartons_are_those_of_the_desadv() -> None:
    first, second = "00350123450000000014", "00350123450000000021"
    cartons = f"CPS+1\nPAC+1++CT\nGIN+BJ+{first}\n{FIRST}CPS+2\nPAC+1++CT\nGIN+BJ+{second}\n{SECOND}"

    notice = read(a_notice(a_carton(first, an_item()), a_carton(second, OTHER_ITEM)))

    assert notice.facts == read(a_message("DESADV", f"{HEAD}{cartons}CNT+2:2")).facts
    assert (notice.findings, notice.control_reference.lstrip("0"), notice.sender) == ((), "88", "1741209")


def test_lines_in_no_carton_come_before_those_that_are_in_one() -> None:
    (fact,) = despatches_of(a_notice(a_carton("350123450000000014", an_item()), OTHER_ITEM))

    assert [parcel.parcel_id for parcel in fact.parcels] == ["D-90417", "350123450000000014"]


def test_each_place_has_a_despatch_of_its_own() -> None:
    lowestoft = Level("O", order=Order("PO-3"), parties=(Party("ST", id_type="92", id="LOWE"),), children=(an_item(order=""),))

    facts = despatches_of(a_notice(OTHER_ITEM, lowestoft))

    assert [(fact.despatch_number, fact.deliver_to) for fact in facts] == [
        (f"D-90417/{IPSWICH.id}", IPSWICH.id),
        ("D-90417/LOWE", "LOWE"),
    ]
    assert facts[1].parcels[0].lines[0].order_number == "PO-3"


def test_places_and_order_numbers_are_translated_as_in_any_message() -> None:
    own = Conventions(Dialect(order_prefix="STK/"), {"SFK01-014": "IPSW"})
    raw = a_notice(an_item(order="STK/PO-1"), party=Party("ST", id_type="91", id="SFK01-014"))

    (fact,) = despatches_of(raw, own)

    assert (fact.deliver_to, fact.parcels[0].lines[0].order_number) == ("IPSW", "PO-1")


def test_a_line_that_does_not_count_has_as_many_copies_as_barcodes() -> None:
    (fact,) = despatches_of(a_notice(an_item(quantity=None)))

    assert fact.parcels[0].lines[0].quantity == 2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (a_notice(an_item(quantity=None, barcodes=())), "national-invalid-quantity"),
        (a_notice(an_item("", key="")), "national-no-isbn"),
        (a_notice(an_item(), party=Party("SF", id="X")), "national-no-delivery-place"),
        (a_notice(an_item(), number=""), "national-no-despatch-number"),
    ],
)
def test_what_cannot_be_followed_up_is_an_error_and_no_fact(raw: RawMessage, code: str) -> None:
    reading = read(raw)

    assert reading.facts == ()
    assert (code, Severity.ERROR) in {(finding.code, finding.severity) for finding in reading.findings}


def test_a_test_interchange_is_marked() -> None:
    assert read(a_notice(an_item(), test=True)).test


@pytest.mark.parametrize("raw", [a_notice(a_carton("350123450000000014", an_item()), OTHER_ITEM), in_editx()])
@given(data=st.data())
def test_no_damage_to_a_notice_makes_the_reader_raise(raw: RawMessage, data: st.DataObject) -> None:
    body = bytearray(raw.body)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 8))] = data.draw(
            st.sampled_from([b"", b"*", b"~", b"<", b">", b"\xff", b"9", b"-", b"\x00", b"9999999999999999"])
        )

    assert isinstance(read(RawMessage("x", bytes(body))), Reading)
