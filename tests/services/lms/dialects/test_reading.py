"""Orders of three library systems, as they really write them."""

import pytest

from services.lms.dialects import LmsProfile, read
from services.lms.dialects.facts import PartyName
from services.lms.dialects.profile import PlaceMeaning, Reading
from services.lms.dialects.profiles import EVERGREEN, FOLIO, KOHA
from services.lms.dialects.quirks import Quirk
from tests.services.lms.dialects.lms_files import LIBRARY, US, AskedCopy, AskedLine, changed, evergreen, folio, koha
from tests.services.lms.dialects.ordered import codes, known_lines, lines_of, order_of

TWO = AskedLine(copies=(AskedCopy(), AskedCopy("LOWE", "CHILD", "CF", "")), note="Jacket + label: both")


def test_kohas_order_is_read_with_a_copy_for_each_set() -> None:
    order = order_of(koha([TWO]), KOHA)

    assert order.document == {
        "order_number": "00000000123",
        "lines": [
            {
                "line_number": 1,
                "isbn": "9780141439518",
                "title": "Pride and prejudice",
                "author": "Austen, Jane",
                "unit_price": {"minor": 999, "currency": "GBP"},
                "copies": [
                    {
                        "branch": "IPSW",
                        "fund": "ADULT-FIC",
                        "sequence": "AF",
                        "shelfmark": "F AUS",
                        "quantity": 1,
                        "item": {"servicing_note": "Jacket + label: both"},
                    },
                    {
                        "branch": "LOWE",
                        "fund": "CHILD",
                        "sequence": "CF",
                        "quantity": 1,
                        "item": {"servicing_note": "Jacket + label: both"},
                    },
                ],
            }
        ],
    }


def test_everything_is_kept_as_koha_named_it() -> None:
    names = order_of(koha([TWO]), KOHA).names

    assert (names.order_number, names.control_reference) == ("00000000123", "00038201773301")
    assert names.sender == PartyName(code=LIBRARY, qualifier="14")
    assert names.supplier == PartyName(code=US, qualifier="9")
    (line,) = names.lines
    assert (line.place, line.reference, line.article, line.article_type) == ("1", "4711", "9780141439518", "EN")
    assert [copy.number for copy in line.copies] == ["001", "002"]
    assert [(mark.value, mark.code) for mark in line.copies[1].marks] == [("CHILD", "LFN"), ("LOWE", "LLO"), ("CF", "LSQ")]


def test_a_note_that_an_apostrophe_cut_is_kept_up_to_there_with_a_finding() -> None:
    file = read(koha([AskedLine(note="Don't cover it")]), KOHA)

    (order,) = file.orders
    assert order.faults == ()
    assert "lms-cut-value" in codes(file.findings)


def test_evergreens_groups_are_read_by_their_counts_and_its_ids_are_kept() -> None:
    line = AskedLine(copies=(AskedCopy(),) * 3 + (AskedCopy("LOWE"),), note="Please rush this one")

    order = order_of(evergreen([line]), EVERGREEN)

    (asked,) = lines_of(order)
    assert [(copy["branch"], copy["sequence"], copy["quantity"]) for copy in asked["copies"]] == [
        ("IPSW", "AF", 3),
        ("LOWE", "AF", 1),
    ]
    assert asked["line_number"] == 1
    assert asked["copies"][0]["item"] == {"servicing_note": "Please rush this one"}
    assert (order.names.lines[0].place, order.names.lines[0].reference) == ("90001", "218/90001")
    assert order.names.accounts == (PartyName(code="ACC-7", qualifier="91"),)


def test_a_single_set_without_a_count_is_about_all_copies_where_the_lms_writes_groups() -> None:
    raw = evergreen([AskedLine(copies=(AskedCopy(),) * 3)], counts=False)

    assert [copy.quantity for copy in order_of(raw, EVERGREEN).names.lines[0].copies] == [3]
    plain = EVERGREEN.model_copy(update={"reading": EVERGREEN.reading.model_copy(update={"quirks": frozenset()})})
    (order,) = read(raw, plain).orders
    assert [fault.code for fault in order.faults] == ["copies-disagree"]


def test_folios_file_of_two_orders_is_read_with_prices_funds_and_places_as_it_means_them() -> None:
    first = AskedLine(isbn="9780141439518", copies=(AskedCopy("IPSW"), AskedCopy("LOWE"), AskedCopy("IPSW")), note="To the hub")
    raw = folio([first], [AskedLine(title="Élan" * 40, author="Ōe, Kenzaburō")], rush=True)

    file = read(raw, FOLIO)

    assert not file.refusal
    one, two = file.orders
    assert one.document["rush"] is True
    (line,) = lines_of(one)
    assert line["unit_price"] == {"minor": 999, "currency": "GBP"}
    assert [(copy["branch"], copy["fund"], copy["quantity"]) for copy in line["copies"]] == [
        ("IPSW", "ADULT-FIC", 1),
        ("LOWE", "ADULT-FIC", 1),
        ("IPSW", "ADULT-FIC", 1),
    ]
    assert one.names.lines[0].copies[0].fund == "ADULT-FIC:Print"
    assert one.names.sender == PartyName(code=LIBRARY, qualifier="014")
    assert lines_of(two)[0]["title"] == "Élan" * 40
    assert lines_of(two)[0]["author"] == "Ōe, Kenzaburō"
    assert file.prepared_at is not None
    assert (file.prepared_at.month, file.prepared_at.day) == (11, 30)
    assert "edifact-invalid-date" not in codes(file.findings)


def test_an_expense_class_behind_an_unreleased_colon_is_no_part_of_the_fund_either() -> None:
    order = order_of(folio([AskedLine()], quote=":"), FOLIO)

    assert order.names.lines[0].copies[0].fund == "ADULT-FIC:Print"
    assert order.names.lines[0].copies[0].asked.fund == "ADULT-FIC"


def test_one_place_without_a_count_is_for_all_copies() -> None:
    raw = changed(folio([AskedLine(copies=(AskedCopy(),) * 2)]), ("LOC+7+IPSW::92'\n" * 2, "LOC+7+IPSW::92'"))

    assert [copy.quantity for copy in order_of(raw, FOLIO).names.lines[0].copies] == [2]


def test_places_with_counts_share_out_the_copies() -> None:
    sets = "".join(f"GIR+{number:03d}+ADULT-FIC:LFN+IPSW:LLO+AF:LSQ+F AUS:LSM'" for number in (1, 2, 3))
    places = "RFF+BFN:ADULT-FIC'LOC+7+IPSW::92'QTY+11:2'LOC+7+LOWE::92'QTY+11:1'"
    raw = changed(koha([AskedLine(copies=(AskedCopy(),) * 3)]), (sets, ""), ("RFF+LI:4711'", f"RFF+LI:4711'{places}"))

    order = order_of(raw, KOHA)

    assert [(copy.branch, copy.quantity) for copy in order.names.lines[0].copies] == [("IPSW", 2), ("LOWE", 1)]


def with_reading(profile: LmsProfile, **changes: object) -> LmsProfile:
    """Returns a profile that reads otherwise."""
    return profile.model_copy(update={"reading": Reading.model_validate(profile.reading.model_dump() | changes)})


def test_codes_of_places_and_accounts_become_branches_and_sequences_by_the_profile() -> None:
    profile = with_reading(
        FOLIO,
        places={"KU/CC/DI/M": {"branch": "IPSW", "sequence": "LOCAL"}},
        accounts={LIBRARY: {"branch": "LOWE"}},
        default_fund="GENERAL",
    )
    raw = folio([AskedLine(copies=(AskedCopy("KU/CC/DI/M"),))], [AskedLine()])
    raw = changed(raw, ("LOC+7+IPSW::92'\n", ""), ("RFF+BFN:ADULT-FIC?:Print'\n", ""))

    one, two = read(raw, profile).orders

    assert (one.faults, two.faults) == ((), ())
    assert one.names.lines[0].copies[0].asked.model_dump() == {"branch": "IPSW", "fund": "GENERAL", "sequence": "LOCAL"}
    assert one.names.lines[0].copies[0].branch == "KU/CC/DI/M"
    assert two.names.lines[0].copies[0].asked.branch == "LOWE"


def test_the_delivery_party_is_where_copies_are_unpacked() -> None:
    raw = changed(koha(), ("NAD+SU+", "NAD+DP+CSU::92'NAD+SU+"))

    (line,) = lines_of(order_of(raw, KOHA))

    assert line["copies"][0]["deliver_to"] == "CSU"


def test_a_kind_of_article_is_known_by_what_the_lms_calls_it() -> None:
    profile = with_reading(KOHA, materials={"dvd": "dvd"})
    raw = koha([AskedLine(isbn="5012345678900")]).replace(b"+F AUS:LSM", b"+DVD:LST")

    (line,) = lines_of(order_of(raw, profile))

    assert (line["material"], line["isbn"]) == ("dvd", "5012345678900")


@pytest.mark.parametrize(
    ("raw", "profile"),
    [(koha([TWO]), KOHA), (evergreen([TWO]), EVERGREEN), (folio([AskedLine(copies=(AskedCopy(),) * 2)]), FOLIO)],
    ids=["koha", "evergreen", "folio"],
)
def test_the_order_book_takes_what_is_read(raw: bytes, profile: LmsProfile) -> None:
    lines = known_lines(order_of(raw, profile))

    assert sum(len(line.ordered.copies) for line in lines.values()) == 2


def test_every_quirk_and_meaning_of_a_place_is_data() -> None:
    profile = with_reading(KOHA, quirks=[each.value for each in Quirk], places={"X": PlaceMeaning(branch="IPSW").model_dump()})

    assert LmsProfile.model_validate_json(profile.model_dump_json()) == profile
