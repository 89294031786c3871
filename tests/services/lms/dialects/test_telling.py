"""What an LMS is told beside suppliers' answers: files taken or refused, orders not placed, goods on the way, titles selected."""

from datetime import date
from uuid import uuid4

import pytest

from services.lms.dialects import LmsProfile, read, write
from services.lms.dialects.facts import FileTaken, GoodsExpected, KnownLine, OrderNotPlaced, TitlesSelected
from services.lms.dialects.profile import FilesOut, OutKind
from services.lms.dialects.profiles import EVERGREEN, FOLIO, KOHA
from shared.contracts.base import Money, Place, PlaceKind
from shared.contracts.delivery import ConsignedCopy, ConsignmentExpected, Leg
from shared.contracts.selections import SelectedCopy, SelectedLine, SelectionReceived
from shared.contracts.stated import ItemData
from shared.errors import Fault
from shared.formats.editeur import Acknowledgement, Despatch, Objections, Quotes, Response
from tests.services.lms.dialects.lms_files import AskedCopy, AskedLine, evergreen, folio, koha
from tests.services.lms.dialects.ordered import NOW, SENDING, known_lines, order_of, segments, written

TWO = AskedLine(copies=(AskedCopy(), AskedCopy("LOWE")))
FAULTS = (
    Fault("/lines/1/copies/0/branch", "unknown-branch", "Branch 'LOWE' is not registered: it's another one."),
    Fault("", "lines-missing", "A part of the order may be missing."),
)


def refused(raw: bytes, profile: LmsProfile, faults: tuple[Fault, ...] = FAULTS) -> OrderNotPlaced:
    """Returns what is to be told of an order that was not placed."""
    order = order_of(raw, profile)
    return OrderNotPlaced(order.names, faults, order.segments, date(2026, 11, 30))


def test_koha_is_told_of_a_refused_order_by_lines_that_are_not_accepted() -> None:
    answer = refused(koha([AskedLine(), AskedLine(reference="4712")]), KOHA)

    message = written(write(answer, KOHA, SENDING))

    assert isinstance(message, Response)
    assert message.document.function == "27"
    assert [(line.action, line.reference("LI"), line.status) for line in message.lines] == [
        ("2", "4711", "200"),
        ("2", "4712", "200"),
    ]
    assert [remark.text for remark in message.lines[1].remarks if remark.text] == [
        "Branch 'LOWE' is not registered: it's another one. (segment 19, unknown-branch)"
    ]


def test_an_order_whose_number_was_used_cancels_nothing_because_its_lines_may_be_on_order() -> None:
    fault = Fault("/order_number", "duplicate-order-number", "The number was used for another order.")

    message = written(write(refused(koha(), KOHA, (fault,)), KOHA, SENDING))

    assert isinstance(message, Response)
    (line,) = message.lines
    assert (line.action, line.status, line.quantities) == ("4", "208", ())
    assert line.remarks[0].text.startswith("The number was used for another order.")


def test_a_line_without_a_fault_says_that_others_have_some() -> None:
    message = written(write(refused(koha([AskedLine(), AskedLine()]), KOHA, FAULTS[:1]), KOHA, SENDING))

    assert isinstance(message, Response)
    assert message.lines[0].remarks[0].text.startswith("Not ordered, because other parts of the order have faults")


def test_aperak_has_each_fault_beside_its_line_and_segment() -> None:
    file = write(refused(folio([AskedLine(), TWO]), FOLIO), FOLIO, SENDING)

    message = written(file)

    assert file is not None
    assert (file.folder, file.name, file.kind) == ("notices", "0000000042-aperak.edi", "APERAK")
    assert isinstance(message, Objections)
    assert (message.document.code, message.document.function) == ("313", "27")
    one, two = message.objections
    assert (one.code, one.references[0].number, one.references[0].line) == ("COPY", "10000-2", "2")
    assert one.remarks[0].text.endswith("(segment 31, unknown-branch)")
    assert (two.code, two.references) == ("ORDER", ())
    assert [line for line in segments(file) if "?'" in line] == []


def test_contrl_says_for_each_interchange_that_its_orders_were_read() -> None:
    file = read(folio([AskedLine()], [TWO]), FOLIO)

    message = written(write(FileTaken(file), FOLIO, SENDING))

    assert isinstance(message, Acknowledgement)
    verdict = message.interchange
    assert (verdict.reference, verdict.action, verdict.sender_qualifier) == ("7f0c0e8e4a574d", "7", "014")
    assert [(each.reference, each.action) for each in verdict.messages] == [("10000", "7"), ("10001", "7")]


def test_contrl_refuses_half_a_file_under_its_reference() -> None:
    file = read(folio([AskedLine()])[:-30], FOLIO)

    message = written(write(FileTaken(file), FOLIO, SENDING))

    assert isinstance(message, Acknowledgement)
    assert (message.interchange.action, message.interchange.error) == ("4", "13")


def test_nothing_is_told_where_the_lms_takes_it_not_or_cannot_be_named() -> None:
    assert write(FileTaken(read(koha(), KOHA)), KOHA, SENDING) is None
    assert write(FileTaken(read(b"garbage", FOLIO)), FOLIO, SENDING) is None


def despatch(line: KnownLine, parcels: tuple[str, ...]) -> GoodsExpected:
    """Returns goods on the way: a copy of a line in each of these cartons."""
    copies = tuple(
        ConsignedCopy(
            copy_id=copy.copy_id,
            order_id=line.order_id,
            line_key=line.ordered.line_key,
            isbn=line.ordered.isbn,
            branch=copy.branch.code,
            barcode=f"3012300456789{copy.copy_number}",
            parcel_id=parcel,
        )
        for copy, parcel in zip(line.ordered.copies, parcels, strict=False)
    )
    expected = ConsignmentExpected(
        consignment_id=uuid4(),
        supplier_id="albion",
        despatch_number="DN-204417",
        place=Place(code="CSU", kind=PlaceKind.HUB),
        leg=Leg.TO_HUB,
        expected_on=date(2026, 12, 2),
        copies=copies,
    )
    return GoodsExpected(expected, {line.ordered.line_key: line})


def test_goods_are_announced_by_carton_with_their_barcodes_in_the_lmss_names() -> None:
    (line,) = known_lines(order_of(evergreen([TWO]), EVERGREEN)).values()

    file = write(despatch(line, ("350123456789012345", "")), EVERGREEN, SENDING)

    assert [each for each in segments(file) if each[:3] in ("BGM", "DTM", "CPS", "GIN", "LIN", "QTY", "GIR", "RFF")] == [
        "BGM+351+DN-204417+9'",
        "DTM+137:20261130:102'",
        "DTM+132:20261202:102'",
        "RFF+BM:DN-204417'",
        "CPS+1'",
        "LIN+1++9780141439518:EN'",
        "QTY+12:1'",
        "GIR+002+LOWE:LLO+ADULT-FIC:LFN+AF:LFH+30123004567892:LAC'",
        "RFF+LI:218/90001'",
        "RFF+ON:218'",
        "CPS+2'",
        "GIN+BJ+00350123456789012345'",
        "LIN+2++9780141439518:EN'",
        "QTY+12:1'",
        "GIR+001+IPSW:LLO+ADULT-FIC:LFN+AF:LFH+30123004567891:LAC'",
        "RFF+LI:218/90001'",
        "RFF+ON:218'",
    ]
    message = written(file)
    assert isinstance(message, Despatch)
    assert message.cartons[1].carton_numbers == ("00350123456789012345",)


def test_goods_of_unknown_lines_are_not_announced() -> None:
    (line,) = known_lines(order_of(evergreen([TWO]), EVERGREEN)).values()
    goods = despatch(line, ("", ""))

    assert write(GoodsExpected(goods.expected, {}), EVERGREEN, SENDING) is None
    assert write(goods, KOHA, SENDING) is None


@pytest.mark.parametrize(("firm", "code"), [(False, "31C"), (True, "31F")])
def test_selected_titles_become_a_quotation_with_a_set_for_each_copy(firm: bool, code: str) -> None:
    copy = SelectedCopy(
        branch="IPSW",
        fund="ADULT-FIC",
        sequence="AF",
        servicing=("BJ",),
        item=ItemData(stock_category="BK", servicing_note="Plastic jacket; label on the spine, please"),
    )
    line = SelectedLine(
        reference="SEL-114/3",
        isbn="9780141439518",
        title="Emma",
        author="Austen, Jane",
        quantity=1,
        unit_price=Money(minor=899),
        copies=(copy,),
        note="Local interest",
    )
    selection = SelectionReceived(
        supplier_id="albion", message_id=uuid4(), selection_number="SEL-114", firm=firm, received_at=NOW, lines=(line,)
    )

    message = written(write(TitlesSelected(selection), KOHA, SENDING))

    assert isinstance(message, Quotes)
    assert (message.document.code, message.document.number) == (code, "SEL-114")
    assert (message.lines[0].reference("QLI"), message.lines[0].described("050")) == ("SEL-114/3", "Emma")
    (written_copy,) = message.lines[0].copies
    assert (written_copy.first("LLO"), written_copy.first("LVC"), written_copy.first("LST")) == ("IPSW", "BJ", "BK")
    assert "".join(written_copy.all("LVT")) == "Plastic jacket; label on the spine, please"
    assert write(TitlesSelected(selection), EVERGREEN, SENDING) is None


def test_a_fourth_lms_needs_a_profile_only() -> None:
    out = {OutKind.APERAK: FilesOut(folder="out", name="{reference:06d}.err")}
    other = LmsProfile.model_validate(
        KOHA.model_dump() | {"name": "other", "files": {"out": out}, "writing": {"refused_orders": "APERAK", "charset": "UNOA"}}
    )

    file = write(refused(koha(), other), other, SENDING)

    assert file is not None
    assert (file.name, file.kind) == ("000042.err", "APERAK")
    assert b"BRANCH 'LOWE' IS NOT REGISTERED" in file.content.replace(b"?'", b"'")
