"""EDItX library ship notices, written for the purpose."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact, Kind, RawMessage
from services.suppliers.national.dialect import Dialect
from services.suppliers.national.read import read
from services.suppliers.national.read.translation import Conventions
from shared.contracts.stated import StatedItem
from shared.contracts.suppliers import CopyReference
from shared.findings import Severity
from shared.formats import editx
from shared.formats.editx import BUYER_LINE, BUYER_ORDER, Copy, Identifier, Item, Party, Reference, ShipNotice
from shared.records import Contributor, Description, IdentifierKind, Offer, Price, Record, TitleStatement
from shared.records import Identifier as Identity
from shared.records.brief import brief_of
from tests.unit.services.suppliers.national.written import a_message

ISBN, OTHER = "9780141439518", "9780141439600"

DESADV = """
BGM+351+D-90417+9
DTM+137:202603041730:203
DTM+11:20260304:102
DTM+132:20260306:102
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
NAD+DP+IPSW::92
LIN+1++9780141439518:EN
QTY+12:2
GIR+001+30114000012345:LAC+IPSW:LLO
GIR+002+30114000012346:LAC+IPSW:LLO
RFF+ON:PO-2026-118
RFF+LI:SB-7K2M0000000000AA
LIN+2++9780141439600:EN
QTY+12:1
GIR+001+IPSW:LLO
RFF+ON:PO-2026-119
CNT+2:2
"""


def a_copy(place: str = "IPSW", **more: object) -> Copy:
    return Copy(**({"quantity": 1, "deliver_to": place, "destination": place} | more))  # type: ignore[arg-type]


def an_item(*copies: Copy, isbn: str = ISBN, **more: object) -> Item:
    references = (Reference(BUYER_ORDER, "PO-2026-118"), Reference(BUYER_LINE, "SB-7K2M0000000000AA"))
    given: dict[str, object] = {"line": "1", "ids": (Identifier("EAN13", isbn),), "quantity": len(copies) or None}
    return Item(**(given | {"references": references, "copies": copies} | more))  # type: ignore[arg-type]


def a_notice(*items: Item, **more: object) -> RawMessage:
    given: dict[str, object] = {
        "number": "D-90417",
        "issued": datetime(2026, 3, 4, 17, 30, tzinfo=UTC),
        "shipped": date(2026, 3, 4),
        "expected": date(2026, 3, 6),
        "seller": Party((Identifier("GLN", "5098765432100"),)),
        "items": items,
    }
    return RawMessage("x", editx.write(ShipNotice(**(given | more))))  # type: ignore[arg-type]


def despatches_of(raw: RawMessage, conventions: Conventions | None = None) -> list[DespatchFact]:
    facts = read(raw, conventions or Conventions()).facts
    return [fact for fact in facts if isinstance(fact, DespatchFact)]


def test_what_a_ship_notice_states_about_a_copy_is_kept() -> None:
    stated = a_copy(call_number="823.9 CLA", processing=("BB",), value=editx.Money(Decimal("7.19"), "GBP"))

    (despatch,) = despatches_of(a_notice(an_item(stated)))

    (copy,) = despatch.parcels[0].lines[0].copies
    assert copy.item == StatedItem(shelfmark="823.9 CLA", servicing=("BB",), value="7.19")


def test_a_ship_notice_is_the_same_fact_as_the_desadv_of_the_same_goods() -> None:
    barcodes = ("30114000012345", "30114000012346")
    first = an_item(*(a_copy(numbers=(str(number),), barcodes=(code,)) for number, code in enumerate(barcodes, start=1)))
    second = an_item(a_copy(numbers=("1",)), isbn=OTHER, references=(Reference(BUYER_ORDER, "PO-2026-119"),))

    notice = read(a_notice(first, second))

    assert (notice.kind, notice.control_reference, notice.sender) == (Kind.DESPATCH, "D-90417", "5098765432100")
    assert notice.findings == ()
    assert notice.facts == read(a_message("DESADV", DESADV)).facts


def test_goods_for_several_places_are_a_despatch_for_each() -> None:
    facts = despatches_of(a_notice(an_item(a_copy("IPSW"), a_copy("LOWE", quantity=2))))

    assert [(fact.despatch_number, fact.deliver_to) for fact in facts] == [("D-90417/IPSW", "IPSW"), ("D-90417/LOWE", "LOWE")]
    assert [line.quantity for fact in facts for parcel in fact.parcels for line in parcel.lines] == [1, 2]


def test_where_a_copy_is_shelved_need_not_be_where_it_is_unpacked() -> None:
    (fact,) = despatches_of(a_notice(an_item(a_copy("HUB", destination="LOWE", barcodes=("30114000012345",)))))

    copies = (CopyReference(branch="LOWE", barcode="30114000012345"),)
    line = AdvisedLine("SB-7K2M0000000000AA", "PO-2026-118", ISBN, 1, copies)
    assert (fact.deliver_to, fact.parcels) == ("HUB", (AdvisedParcel("D-90417", (line,)),))


def test_places_and_order_numbers_are_translated_as_in_any_message() -> None:
    own = Conventions(Dialect(order_prefix="STK/"), {"SFK01-014": "IPSW"})
    (fact,) = despatches_of(a_notice(an_item(a_copy("SFK01-014"), references=(Reference(BUYER_ORDER, "STK/PO-1"),))), own)

    (line,) = fact.parcels[0].lines
    assert (fact.deliver_to, line.order_number, line.copies) == ("IPSW", "PO-1", (CopyReference(branch="IPSW"),))


def test_an_order_number_of_the_whole_notice_is_that_of_its_lines() -> None:
    (fact,) = despatches_of(a_notice(an_item(a_copy(), references=()), references=(Reference(BUYER_ORDER, "PO-7"),)))

    assert fact.parcels[0].lines[0].order_number == "PO-7"


def test_a_record_in_a_ship_notice_is_one_record() -> None:
    record = Record(
        isbn=ISBN,
        description=Description(
            title=TitleStatement("Pride and prejudice"),
            contributors=(Contributor("Jane Austen", "Austen, Jane"),),
            publisher="Penguin",
            published="2003",
        ),
        offers=(Offer(prices=(Price(799, "GBP"),)),),
    )

    facts = read(a_notice(an_item(a_copy(records=(record,)), a_copy(records=(record,))))).facts

    (found,) = (fact for fact in facts if isinstance(fact, Record))
    assert (found.isbn, found.offers) == (ISBN, record.offers)
    assert brief_of(found.description) == brief_of(record.description)


def test_a_record_in_a_ship_notice_is_about_the_book_of_its_item_where_it_names_that_too() -> None:
    title = Description(title=TitleStatement("Emma"), identifiers=(Identity(IdentifierKind.ISBN13, ISBN),))
    notice = a_notice(an_item(a_copy(records=(Record(isbn=OTHER, description=title),))))
    another = a_notice(an_item(a_copy(records=(Record(isbn=OTHER, description=replace(title, identifiers=())),))))

    assert [fact.isbn for fact in read(notice).facts if isinstance(fact, Record)] == [ISBN]
    assert [fact.isbn for fact in read(another).facts if isinstance(fact, Record)] == [OTHER]


def test_a_line_key_says_enough_of_what_is_sent() -> None:
    (fact,) = read(a_notice(an_item(a_copy(), isbn=""))).facts

    assert isinstance(fact, DespatchFact)
    assert [(line.line_key, line.isbn) for line in fact.parcels[0].lines] == [("SB-7K2M0000000000AA", "")]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (an_item(quantity=3), "national-no-delivery-place"),
        (an_item(a_copy(), isbn="", references=()), "national-no-isbn"),
        (an_item(), "national-invalid-quantity"),
    ],
)
def test_goods_that_go_nowhere_or_are_not_counted_are_left_out_with_an_error(item: Item, code: str) -> None:
    reading = read(a_notice(item))

    assert reading.facts == ()
    assert (code, Severity.ERROR) in {(finding.code, finding.severity) for finding in reading.findings}


def test_a_notice_in_utf_16_is_known_for_one() -> None:
    raw = a_notice(an_item(a_copy()))
    utf_16 = raw.body.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    assert len(despatches_of(RawMessage("x", utf_16))) == 1
