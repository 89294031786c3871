"""What suppliers answer, as each LMS acts on it: in the LMS's own names, and never more copies cancelled than are."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

from services.lms.dialects import PROFILES, LmsProfile, write
from services.lms.dialects.facts import FileOut, KnownLine, LinesAnswered, ReadOrder
from services.lms.dialects.profiles import EVERGREEN, FOLIO, KOHA
from shared.contracts.stated import StatedPrice
from shared.contracts.suppliers import CopyReference, LineAction, OrderResponded, Quantities, RespondedLine
from shared.formats.editeur import Response
from tests.services.lms.dialects.lms_files import AskedCopy, AskedLine, changed, evergreen, koha
from tests.services.lms.dialects.ordered import NOW, SENDING, known_lines, order_of, segments, written

THREE = AskedLine(copies=(AskedCopy(), AskedCopy("LOWE"), AskedCopy("LOWE")))


def answered(
    order: ReadOrder,
    *lines: RespondedLine,
    profile: LmsProfile = KOHA,
    known: dict[str, KnownLine] | None = None,
    stopped: bool = False,
) -> FileOut | None:
    """Writes a supplier's answer to lines of an order."""
    answer = OrderResponded(
        supplier_id="albion", order_id=uuid4(), message_id=uuid4(), responded_at=NOW, account_stopped=stopped, lines=lines
    )
    return write(LinesAnswered(order.names, answer, known or known_lines(order)), profile, SENDING)


def test_an_accepted_line_has_the_lmss_own_reference_number_and_article() -> None:
    order = order_of(koha([THREE]), KOHA)

    file = answered(
        order,
        RespondedLine(line_key="SB-0001", action=LineAction.ACCEPTED, status_code="100", available_on=date(2026, 12, 5)),
    )

    assert file is not None
    assert (file.folder, file.name, file.kind) == ("answers", "sb0000000042.CEA", "ORDRSP")
    assert segments(file) == [
        "UNB+UNOC:3+5012345678900:14+5098765000019:14+261130:1405+42++ORDRSP'",
        "UNH+1+ORDRSP:D:96A:UN:EAN005'",
        "BGM+231+42+4'",
        "DTM+137:20261130:102'",
        "RFF+ON:00000000123'",
        "NAD+BY+5098765000019::9'",
        "NAD+SU+5012345678900::9'",
        "LIN+1+5+9780141439518:EN'",
        "QTY+21:3'",
        "QTY+12:3'",
        "DTM+44:20261205:102'",
        "FTX+LIN++100:12B:28'",
        "RFF+LI:4711'",
        "UNS+S'",
        "CNT+2:1'",
        "UNT+15+1'",
        "UNZ+1+42'",
    ]


def response(file: FileOut | None) -> Response:
    """Reads what was written."""
    message = written(file)
    assert isinstance(message, Response)
    return message


def test_a_line_is_cancelled_only_where_no_copy_of_it_is_left() -> None:
    order = order_of(koha([THREE]), KOHA)

    whole = response(answered(order, RespondedLine(line_key="SB-0001", status_code="223", availability_code="OP")))
    part = response(
        answered(order, RespondedLine(line_key="SB-0001", quantities=Quantities(accepted=2, cancelled=1), status_code="223"))
    )

    assert (whole.lines[0].action, whole.lines[0].status, whole.lines[0].availability) == ("2", "223", "OP")
    assert [(each.qualifier, str(each.value)) for each in whole.lines[0].quantities] == [("21", "3"), ("85", "3")]
    assert part.lines[0].action == "24"
    assert [(each.qualifier, str(each.value)) for each in part.lines[0].quantities] == [("21", "3"), ("12", "2"), ("85", "1")]


def test_a_line_that_two_suppliers_share_is_not_cancelled_by_one_of_them() -> None:
    order = order_of(koha([THREE]), KOHA)
    (line,) = known_lines(order).values()
    half = line.ordered.model_copy(update={"copies": line.ordered.copies[:2]})
    other = line.ordered.model_copy(update={"copies": line.ordered.copies[2:], "line_key": "SB-0002"})
    known = {each.line_key: KnownLine(line.order_id, each, line.order_names, line.names) for each in (half, other)}
    refusing = [RespondedLine(line_key=key, status_code="200") for key in known]

    one = response(answered(order, refusing[0], known=known))
    both = response(answered(order, *refusing, known=known))

    assert [each.action for each in one.lines] == ["24"]
    assert [each.action for each in both.lines] == ["2", "2"]
    assert [each.reference("LI") for each in both.lines] == ["4711", "4711"]


def test_copies_that_come_from_another_supplier_are_not_cancelled() -> None:
    order = order_of(koha([THREE]), KOHA)
    (line,) = known_lines(order).values()
    copies = [copy.copy_id for copy in line.ordered.copies]
    cancelled = RespondedLine(line_key="SB-0001", status_code="223", quantities=Quantities(cancelled=3))

    whole = response(answered(order, cancelled, known={"SB-0001": replace(line, elsewhere=copies)}))
    part = response(answered(order, cancelled, known={"SB-0001": replace(line, elsewhere=copies[:2])}))

    assert (whole.lines[0].action, whole.lines[0].status) == ("4", "")
    assert [(each.qualifier, str(each.value)) for each in whole.lines[0].quantities] == [("21", "3")]
    assert [each.text for each in whole.lines[0].remarks] == ["Now ordered from another supplier"]
    assert part.lines[0].action == "24"
    assert [(each.qualifier, str(each.value)) for each in part.lines[0].quantities] == [("85", "1")]


def test_the_copies_concerned_are_named_as_the_lms_named_them_with_their_barcodes() -> None:
    order = order_of(koha([THREE]), KOHA)

    message = response(
        answered(
            order,
            RespondedLine(
                line_key="SB-0001", status_code="100", copies=(CopyReference(branch="LOWE", barcode="30123004567890"),)
            ),
        )
    )

    assert message.document.code == "23C"
    (copy,) = message.lines[0].copies
    assert (copy.label, copy.first("LLO"), copy.first("LFN"), copy.barcodes) == (
        "002",
        "LOWE",
        "ADULT-FIC",
        ("30123004567890",),
    )


def test_evergreen_is_told_in_quantities_it_acts_on_and_never_of_a_despatch() -> None:
    order = order_of(evergreen([THREE]), EVERGREEN)

    file = answered(
        order,
        RespondedLine(
            line_key="SB-0001", status_code="400", quantities=Quantities(accepted=1, back_ordered=2), note="Our shop's: 1+1?"
        ),
        profile=EVERGREEN,
    )

    lines = segments(file)
    assert "LIN+90001+4+9780141439518:EN'" in lines
    assert [line for line in lines if line.startswith("QTY")] == ["QTY+21:3'", "QTY+83:2'"]
    assert [line for line in lines if line.startswith("FTX")] == ["FTX+LIN++400:12B:28'", "FTX+LIN+++Our shop-s; 1&1.'"]
    assert "RFF+LI:218/90001'" in lines
    assert [line for line in lines if line.startswith("NAD")] == [
        "NAD+BY+5550017::31B'",
        "NAD+BY+ACC-7::91'",
        "NAD+SU+5550025::31B'",
    ]


def test_a_substitute_and_a_new_price_are_told() -> None:
    line = RespondedLine(
        line_key="SB-0001",
        status_code="210",
        substitute_isbn="9780141036137",
        prices=(StatedPrice(minor=1299, currency="GBP"),),
    )

    message = response(answered(order_of(koha(), KOHA), line))

    assert [number.value for number in message.lines[0].substitutes] == ["9780141036137"]
    assert [(price.qualifier, str(price.value)) for price in message.lines[0].prices] == [("AAE", "12.99")]


def test_a_stopped_account_refuses_every_line() -> None:
    order = order_of(koha([AskedLine(), AskedLine(reference="4712")]), KOHA)
    lines = [RespondedLine(line_key=key) for key in ("SB-0001", "SB-0002")]

    message = response(answered(order, *lines, stopped=True))

    assert message.document.function == "27"
    assert message.coded("9B") == ("ACS",)
    assert [(line.action, line.status) for line in message.lines] == [("2", "200"), ("2", "200")]


def test_a_line_that_cannot_be_traced_or_waits_is_not_cancelled() -> None:
    order = order_of(koha(), KOHA)

    lost = response(answered(order, RespondedLine(line_key="SB-0001", status_code="900")))
    held = response(answered(order, RespondedLine(line_key="SB-0001", status_code="101")))
    silent = response(answered(order, RespondedLine(line_key="SB-0001")))

    assert [message.lines[0].action for message in (lost, held, silent)] == ["10", "4", "4"]


def test_an_article_that_the_lms_has_in_pia_is_given_back_there() -> None:
    order = order_of(changed(koha(), ("LIN+1++9780141439518:EN", "LIN+1")), KOHA)

    lines = segments(answered(order, RespondedLine(line_key="SB-0001", status_code="100")))

    assert "LIN+1+5'" in lines
    assert "PIA+5+9780141439518:EN'" in lines


def test_a_reference_is_given_back_byte_for_byte_though_texts_avoid_its_characters() -> None:
    order = order_of(koha([AskedLine(reference="47/11??-x")]), KOHA)

    lines = segments(answered(order, RespondedLine(line_key="SB-0001", status_code="100", note="Really?")))

    assert "RFF+LI:47/11??-x'" in lines
    assert "FTX+LIN+++Really.'" in lines


def test_nothing_is_written_to_an_lms_that_takes_no_answers_or_has_none_of_the_lines() -> None:
    order = order_of(koha(), KOHA)

    assert answered(order, RespondedLine(line_key="SB-0001"), profile=FOLIO) is None
    assert answered(order, RespondedLine(line_key="SB-0002")) is None


def test_letters_that_an_lms_cannot_hold_are_spelt_in_others() -> None:
    order = order_of(koha(), KOHA)

    lines = segments(answered(order, RespondedLine(line_key="SB-0001", status_code="100", note="Łódź: café")))

    assert "FTX+LIN+++Lódz?: café'" in lines


def test_what_was_ordered_elsewhere_has_our_line_key_and_codes() -> None:
    order = order_of(koha(), KOHA)
    (line,) = known_lines(order).values()
    known = {"SB-0001": KnownLine(line.order_id, line.ordered, None, None)}

    message = response(answered(order, RespondedLine(line_key="SB-0001", status_code="200"), known=known))

    assert (message.lines[0].reference("LI"), message.lines[0].item, message.lines[0].action) == ("SB-0001", "9780141439518", "2")


def test_three_profiles_ship_under_their_names() -> None:
    assert set(PROFILES) == {"koha", "evergreen", "folio"}
