"""ORDRSP as booksellers send it, and worse."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import Kind, LineAnswer, RawMessage, Reading, ResponseFact
from services.suppliers.national.read import read
from shared.contracts.stated import PriceBasis, StatedItem, StatedPrice
from shared.contracts.suppliers import CopyReference, LineAction, Quantities
from shared.findings import Severity
from tests.unit.services.suppliers.national.written import a_message

FILES = Path(__file__).parent / "files"
SITUATIONS = sorted(path.name for path in FILES.glob("*.edi"))


def reading_of(name: str) -> Reading:
    return read(RawMessage(f"responses/{name}", (FILES / name).read_bytes()))


def response_of(name: str) -> ResponseFact:
    (fact,) = reading_of(name).facts
    assert isinstance(fact, ResponseFact)
    return fact


def answer_of(name: str) -> LineAnswer:
    (answer,) = response_of(name).lines
    return answer


def codes_of(reading: Reading) -> set[str]:
    return {finding.code for finding in reading.findings}


def test_an_accepted_line_is_read_whole() -> None:
    reading = reading_of("accepted.edi")

    assert reading == Reading(
        kind=Kind.RESPONSE,
        facts=(
            ResponseFact(
                order_number="PO-2026-118",
                supplier_reference="R-55012",
                responded_at=datetime(2026, 3, 3, 9, 15, tzinfo=UTC),
                lines=(
                    LineAnswer(
                        line_key="SB-7K2M0000000000AA",
                        order_number="PO-2026-118",
                        isbn="9780141439518",
                        action=LineAction.ACCEPTED,
                        status_code="100",
                        availability_code="IB",
                        quantities=Quantities(ordered=2, accepted=2),
                        prices=(StatedPrice(minor=899, currency="GBP", basis=PriceBasis.RETAIL, code="AAE"),),
                    ),
                ),
            ),
        ),
        control_reference="71",
        sender="5098765432100",
    )


def test_a_back_order_keeps_the_day_it_is_expected() -> None:
    answer = answer_of("back_ordered_until.edi")

    assert (answer.action, answer.status_code, answer.availability_code) == (LineAction.CHANGED, "401", "RP")
    assert answer.available_on == date(2026, 4, 17)
    assert answer.quantities == Quantities(ordered=1, back_ordered=1)


def test_a_part_refusal_names_the_copies_and_a_split_is_no_quantity() -> None:
    answer = answer_of("part_refused_named_copies.edi")

    assert answer.copies == (
        CopyReference(copy_number=2, branch="LOWE", fund="ADULT"),
        CopyReference(copy_number=3, branch="BURY"),
    )
    assert answer.quantities == Quantities(ordered=3, accepted=1, cancelled=2)
    assert answer.note == "Only one copy left in the warehouse"


def test_an_offered_substitute_is_never_taken_for_the_ordered_book() -> None:
    answer = answer_of("substitute_offered.edi")

    assert (answer.isbn, answer.substitute_isbn) == ("9780141439518", "9780141439600")
    assert answer.status_code == "210"


def test_a_stopped_account_refuses_the_whole_order() -> None:
    response = response_of("account_stopped.edi")

    assert response.account_stopped
    assert (response.order_number, response.lines) == ("PO-2026-118", ())


def test_a_refused_message_without_known_reason_is_an_error_finding() -> None:
    body = (FILES / "account_stopped.edi").read_bytes().replace(b"ACS:9B", b"ZZZ:9B")

    reading = read(RawMessage("x", body))

    assert [finding.severity for finding in reading.findings if finding.code == "national-not-accepted"] == [Severity.ERROR]


def test_unknown_codes_are_kept_and_flagged() -> None:
    reading, answer = reading_of("unknown_code.edi"), answer_of("unknown_code.edi")

    assert (answer.action, answer.status_code, answer.availability_code) == (None, "612", "ZZ")
    assert answer.note == "Ask the depot; X1 (99Q)"
    assert codes_of(reading) == {
        "national-unknown-action",
        "library-unknown-code",
        "library-unknown-list",
        "national-copy-data",
    }
    unknown = " ".join(finding.text for finding in reading.findings if finding.code == "library-unknown-code")
    assert all(code in unknown for code in ("'77'", "'612'", "'ZZ'", "'LZZ'"))


def test_a_lines_own_order_number_goes_before_the_headers() -> None:
    response = response_of("no_line_key.edi")

    assert [(line.line_key, line.order_number) for line in response.lines] == [(None, "PO-2026-119"), (None, "PO-2026-118")]


def test_a_line_without_any_reference_is_flagged() -> None:
    assert codes_of(reading_of("no_reference_at_all.edi")) == {"library-no-reference"}


def test_copy_data_over_several_segments_is_one_copy_and_a_set_of_barcodes_is_several() -> None:
    assert answer_of("copies_with_barcodes.edi").copies == (
        CopyReference(
            place=1,
            branch="IPSW",
            barcode="30114000012345",
            fund="ADULT",
            sequence="ANF",
            item=StatedItem(classification="823.7", servicing=("BB",)),
        ),
        CopyReference(branch="BURY", barcode="30114000012346"),
        CopyReference(branch="BURY", barcode="30114000012347"),
    )


def test_the_book_comes_from_lin_then_from_the_main_number_and_a_bad_number_is_kept() -> None:
    reading, response = reading_of("item_number_in_pia.edi"), response_of("item_number_in_pia.edi")

    assert [line.isbn for line in response.lines] == ["9780141439518", "9780141439519", ""]
    assert codes_of(reading) == {"national-invalid-isbn", "national-no-isbn", "library-no-item"}


def test_numbers_and_dates_that_make_no_sense_are_flagged() -> None:
    reading, answer = reading_of("quantities_disagree.edi"), answer_of("quantities_disagree.edi")

    assert answer.quantities == Quantities(ordered=4, accepted=2, back_ordered=1)
    assert answer.available_on is None
    assert codes_of(reading) == {
        "library-invalid-date",
        "library-invalid-number",
        "library-quantities-disagree",
    }


def test_a_test_interchange_is_marked() -> None:
    assert reading_of("test_interchange.edi").test


def test_latin_1_declared_as_unoa_is_read_with_a_finding() -> None:
    assert answer_of("latin1_in_unoa.edi").note == "Edition épuisée chez l'éditeur"
    assert codes_of(reading_of("latin1_in_unoa.edi")) == {"edifact-charset-mismatch"}


def test_a_message_of_another_type_is_an_error_finding() -> None:
    body = (FILES / "accepted.edi").read_bytes().replace(b"ORDRSP:D", b"SLSRPT:D")

    reading = read(RawMessage("x", body))

    assert (reading.kind, reading.facts) == (Kind.UNKNOWN, ())
    assert [finding.severity for finding in reading.findings] == [Severity.ERROR]


@pytest.mark.parametrize("name", SITUATIONS)
@given(data=st.data())
def test_no_damage_to_a_message_makes_the_reader_raise(name: str, data: st.DataObject) -> None:
    body = bytearray((FILES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 8))] = data.draw(
            st.sampled_from([b"", b"+", b":", b"'", b"?", b"\xff", b"9"])
        )

    reading = read(RawMessage("x", bytes(body)))

    assert isinstance(reading, Reading)


@given(st.binary(max_size=300))
def test_garbage_is_no_fact_and_an_error(body: bytes) -> None:
    reading = read(RawMessage("x", body))

    assert reading.facts == ()
    assert any(finding.severity is Severity.ERROR for finding in reading.findings)


REFUSED = """
BGM+231+R-1+4
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
LIN+1+{action}
QTY+21:3
QTY+12:{sent}
FTX+LIN++OP:8B:28
RFF+LI:SB-2
UNS+S
CNT+2:1
"""


@pytest.mark.parametrize(("action", "sent", "reported"), [("2", 0, False), ("7", 0, False), ("2", 1, True), ("24", 0, True)])
def test_a_refusal_need_not_count_what_is_refused(action: str, sent: int, reported: bool) -> None:
    reading = read(a_message("ORDRSP", REFUSED.format(action=action, sent=sent)))

    assert ("library-quantities-disagree" in codes_of(reading)) == reported


def test_a_line_with_our_key_need_not_name_the_book_again() -> None:
    reading = read(a_message("ORDRSP", REFUSED.format(action="2", sent=0)))

    assert codes_of(reading) == {"library-no-item"}


@pytest.mark.parametrize(
    ("remark", "expected"),
    [
        ("FTX+LIN+++OP:8B:28", (None, "OP", "")),
        ("FTX+LIN+++200:12B:28", ("200", None, "")),
        ("FTX+LIN+++Reprinting:8B", (None, None, "Reprinting 8B")),
        ("FTX+LIN+++OP:Out of print", (None, None, "OP Out of print")),
    ],
)
def test_a_code_in_the_place_of_text_is_read(remark: str, expected: tuple[str | None, str | None, str]) -> None:
    reading = read(a_message("ORDRSP", REFUSED.format(action="2", sent=0).replace("FTX+LIN++OP:8B:28", remark)))

    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    (line,) = fact.lines
    assert (line.status_code, line.availability_code, line.note) == expected
    assert ("national-misplaced-code" in codes_of(reading)) == (not expected[2])


def test_what_is_to_be_delivered_is_accepted() -> None:
    reading = read(a_message("ORDRSP", REFUSED.format(action="6", sent=3).replace("QTY+12", "QTY+113")))

    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    assert fact.lines[0].quantities == Quantities(ordered=3, accepted=3)
    assert codes_of(reading) == {"library-no-item"}


@pytest.mark.parametrize(
    ("numbers", "isbn"),
    [
        ("LIN+1+5+9780141439518:SA", "9780141439518"),
        ("LIN+1+5\nPIA+1+88-1204:SA+9780141439518:IN", "9780141439518"),
        ("LIN+1+5+9780141439517:SA", ""),  # a wrong check digit: no ISBN after all
        ("LIN+1+5+0141439513:SA", ""),
        ("LIN+1+5\nPIA+3+9780141439518:SA", ""),
    ],
)
def test_an_isbn_is_known_whatever_it_is_called(numbers: str, isbn: str) -> None:
    reading = read(a_message("ORDRSP", f"BGM+231+R-1+4\nRFF+ON:PO-1\nNAD+BY+SFK01::91\n{numbers}\nQTY+21:1\nUNS+S"))

    assert [line.isbn for fact in reading.facts if isinstance(fact, ResponseFact) for line in fact.lines] == [isbn]
    assert ("national-no-isbn" in codes_of(reading)) == (not isbn)


def test_a_counted_set_of_copies_is_as_many() -> None:
    copies = "GIR+L01+IPSW:LLO+2:LQT\nGIR+L02+BURY:LLO\nGIR+001+LOWE:LLO+1:LQT"
    reading = read(a_message("ORDRSP", REFUSED.format(action="2", sent=0).replace("RFF+LI", f"{copies}\nRFF+LI")))

    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    assert [copy.branch for copy in fact.lines[0].copies] == ["IPSW", "IPSW", "BURY", "LOWE"]
