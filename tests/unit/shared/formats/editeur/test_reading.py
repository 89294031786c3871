"""Messages as senders really write them: out of order, incomplete, contradicting themselves."""

from decimal import Decimal

import pytest

from shared.findings import Severity
from shared.formats.editeur import Despatch, Invoice, Orders, Quotes, Report, Response, ResponseLine
from tests.unit.shared.formats.editeur.reads import HEADING, codes, read


def answer(body: str) -> tuple[ResponseLine, list[str]]:
    value, findings = read("ORDRSP", HEADING + body)
    assert isinstance(value, Response)
    return value.lines[0], codes(findings)


def test_every_quantity_of_a_line_is_kept() -> None:
    line, found = answer("LIN+1+24+9780141439518:EN'\nQTY+21:5'\nQTY+12:2'\nQTY+83:2'\nQTY+85:1'\nRFF+LI:A/1'")

    assert [line.quantity(kind) for kind in ("21", "12", "83", "85")] == [5, 2, 2, 1]
    assert found == []


def test_quantities_that_do_not_add_up_are_reported_at_their_line() -> None:
    _, findings = read("ORDRSP", HEADING + "LIN+1+24+9780141439518:EN'\nQTY+21:5'\nQTY+12:2'\nRFF+LI:A'")

    (finding,) = findings
    assert (finding.code, finding.severity, finding.segment) == ("library-quantities-disagree", Severity.WARNING, 8)
    assert finding.offset is not None


def test_a_second_other_quantity_is_kept_and_reported() -> None:
    line, found = answer("LIN+1++9780141439518:EN'\nQTY+85:1'\nQTY+85:2'\nRFF+LI:A'")

    assert [quantity.value for quantity in line.quantities] == [1, 2]
    assert found == ["library-repeated-quantity"]


def test_the_substitute_is_never_the_article_itself() -> None:
    line, _ = answer("LIN+1+24'\nPIA+5+0141439513:IB'\nPIA+3+9780199535569:EN'\nPIA+1+9780141439518:EN'\nQTY+21:1'\nRFF+LI:A'")

    assert [number.value for number in line.articles] == ["0141439513", "9780141439518"]
    assert [number.value for number in line.substitutes] == ["9780199535569"]


def test_an_ean_goes_before_an_isbn10_and_suppliers_numbers_are_no_article() -> None:
    line, _ = answer("LIN+1+5'\nPIA+5+0141439513:IB+9780141439518:EN'\nPIA+1+har2003:SA'\nRFF+LI:A'")

    assert [number.value for number in line.articles] == ["9780141439518", "0141439513"]


def test_a_gtin_is_a_number_of_the_article_and_zeros_before_a_function_say_nothing() -> None:
    line, _ = answer("LIN+1+5'\nPIA+005+9780141439518:SRV'\nRFF+LI:A'")

    assert [number.value for number in line.articles] == ["9780141439518"]


def test_repeated_gir_of_one_copy_is_one_copy() -> None:
    line, _ = answer("LIN+1+5+9780141439518:EN'\nGIR+001+RS:LST+BOO:LLO'\nGIR+002+CRO:LLO'\nGIR+001+16.99:LCV'\nRFF+LI:A'")

    assert [(copy.label, copy.first("LLO"), copy.first("LCV")) for copy in line.copies] == [
        ("001", "BOO", "16.99"),
        ("002", "CRO", ""),
    ]


def test_a_set_counts_its_copies_by_part_quantity_barcodes_or_range() -> None:
    line, _ = answer(
        "LIN+1+5+9780141439518:EN'\nGIR+L01+BOO:LLO+3:LQT'\nGIR+L02+300:LAC+301:LAC'\nGIR+L03+0998:LAF+1001:LAL'\n"
        "GIR+L04+CRO:LLO'\nGIR+007+CRO:LLO'\nRFF+LI:A'"
    )

    assert [copy.count for copy in line.copies] == [3, 2, 4, None, 1]
    assert line.copies[2].barcodes == ("0998", "0999", "1000", "1001")
    assert [copy.number for copy in line.copies] == [None, None, None, None, 7]


@pytest.mark.parametrize(("first", "last"), [("A1", "A3"), ("9", "10"), ("20", "10"), ("0000001", "9999999")])
def test_a_range_that_cannot_be_counted_names_no_barcode(first: str, last: str) -> None:
    line, _ = answer(f"LIN+1+5+9780141439518:EN'\nGIR+L01+{first}:LAF+{last}:LAL'\nRFF+LI:A'")

    assert line.copies[0].barcodes == ()
    assert line.copies[0].first("LAF") == first


def test_more_copies_than_counted_are_reported() -> None:
    _, found = answer("LIN+1+5+9780141439518:EN'\nQTY+12:1'\nGIR+001+A:LLO'\nGIR+002+B:LLO'\nRFF+LI:A'")

    assert found == ["library-copies-disagree"]


def test_unknown_copy_marks_are_kept_and_flagged() -> None:
    line, found = answer("LIN+1+5+9780141439518:EN'\nQTY+12:1'\nGIR+001+X9:LET'\nRFF+LI:A'")

    assert line.copies[0].first("LET") == "X9"
    assert found == ["library-unknown-code"]


@pytest.mark.parametrize(
    ("remark", "found"),
    [
        ("400:12B:28", []),
        ("IB:8B:28", []),
        ("777:12B:28", ["library-unknown-code"]),
        ("01:8B:28", ["library-old-code"]),
        ("400:1B:28", ["library-old-code"]),
        ("99:7B:28", ["library-old-code"]),
        ("3:10B:28", ["library-old-code"]),
        ("BBN:10B:28", []),
        ("X:99Z:28", ["library-unknown-list"]),
    ],
)
def test_codes_are_judged_by_their_lists(remark: str, found: list[str]) -> None:
    line, findings = answer(f"LIN+1+5+9780141439518:EN'\nFTX+LIN++{remark}'\nRFF+LI:A'")

    assert findings == found
    assert line.remarks[0].code == remark.partition(":")[0]


def test_status_and_availability_are_distinguished() -> None:
    line, _ = answer("LIN+1+24+9780141439518:EN'\nFTX+LIN++RP:8B:28'\nFTX+LIN++401:12B:28'\nRFF+LI:A'")

    assert (line.status, line.availability) == ("401", "RP")


def test_an_account_that_is_stopped_says_so_at_message_level() -> None:
    value, findings = read("ORDRSP", "BGM+231+R-1+27'\nFTX+GEN++ACS:9B:28'\nNAD+BY+1::9'\nNAD+SU+2::9'")

    assert isinstance(value, Response)
    assert (value.document.function, value.coded("9B"), value.lines) == ("27", ("ACS",), ())
    assert findings == []


def test_titles_cut_in_mid_word_over_repeated_segments_are_whole_again() -> None:
    value, _ = read(
        "QUOTES",
        """BGM+31C::28+S-1+9'
        NAD+BY+1::9'
        NAD+SU+2::9'
        LIN+1++9780141439518:EN'
        IMD+L+050+:::A grammar of the languages of the i'
        IMD+L+050+:::sles, with words'
        IMD+L+060+:::from birth to burial in the village:s of the coast'
        IMD+L+060+::: and of the hills'
        IMD+L+270+:::Grammar'
        IMD+L+270+:::Villages'
        RFF+QLI:S-1/1'""",
    )

    assert isinstance(value, Quotes)
    line = value.lines[0]
    assert line.described("050") == "A grammar of the languages of the isles, with words"
    assert line.described("060") == "from birth to burial in the villages of the coast and of the hills"
    assert [each.text for each in line.descriptions if each.code == "270"] == ["Grammar", "Villages"]


def test_a_space_that_was_stripped_at_a_cut_is_put_back() -> None:
    value, _ = read("QUOTES", "BGM+31C+S+9'\nLIN+1'\nIMD+L+050+:::Three thousand letters written for:the future'\nRFF+QLI:1'")

    assert isinstance(value, Quotes)
    assert value.lines[0].described("050") == "Three thousand letters written for the future"


def test_parts_of_a_line_are_found_whatever_their_order() -> None:
    value, findings = read(
        "INVOIC",
        """BGM+380+I-1+9'
        NAD+SU+2::9'
        RFF+IA:376'
        RFF+ON:PO-1'
        NAD+BY+1::9'
        LIN+1++9780141439518:EN'
        ALC+C++++BB::28'
        MOA+8:0.5'
        MOA+203:9.49'
        QTY+47:1'
        PRI+AAB:8.99'
        RFF+LI:A'
        CNT+2:1'
        MOA+9:9.49'""",
    )

    assert isinstance(value, Invoice)
    line = value.lines[0]
    assert value.reference("ON") == "PO-1"
    assert [each.number for each in value.parties[0].references] == ["376"]
    assert line.amount("203") == Decimal("9.49")
    assert line.charges[0].amounts[0].value == Decimal("0.5")
    assert [each.qualifier for each in value.summary.amounts] == ["9"]
    assert findings == []


def test_totals_without_uns_or_cnt_end_the_lines() -> None:
    value, _ = read("INVOIC", "BGM+380+I-1+9'\nLIN+1++9780141439518:EN'\nMOA+203:5'\nMOA+86:5'\nTAX+7+VAT'\nMOA+124:0'")

    assert isinstance(value, Invoice)
    assert [each.qualifier for each in value.lines[0].amounts] == ["203"]
    assert [each.qualifier for each in value.summary.amounts] == ["86"]
    assert [each.amounts[0].qualifier for each in value.summary.taxes] == ["124"]


def test_empty_segments_are_kept_as_empty() -> None:
    value, findings = read("INVOIC", "BGM+380+I-1+9'\nTAX+7'\nMOA+124'\nLIN+1'\nIMD+F+JTI'\nRFF+LI'\nALC+A++++C26::28'\nMOA+8'")

    assert isinstance(value, Invoice)
    assert value.taxes[0].amounts[0].value is None
    assert value.lines[0].charges[0].amounts[0].value is None
    assert set(codes(findings)) == {"library-no-party", "library-no-item", "library-no-reference"}


def test_two_suppliers_are_both_kept() -> None:
    value, findings = read("ORDERS", "BGM+220+P+9'\nNAD+BY+1::9'\nNAD+SU+2::9'\nNAD+SU+3::9'\nNAD+SU+S7::91'")

    assert isinstance(value, Orders)
    assert [party.id for party in value.parties if party.qualifier == "SU"] == ["2", "3", "S7"]
    assert codes(findings) == ["library-repeated-party"]


def test_what_has_no_place_is_reported_with_its_text() -> None:
    value, findings = read(
        "ORDERS", "BGM+220+P+9'\nNAD+BY+1::9'\nNAD+SU+2::9'\nDOC+705+B1'\nLIN+1++A:EN:::extra'\nQTY+21:two'\nRFF+LI:K'"
    )

    assert isinstance(value, Orders)
    assert [(finding.code, finding.segment) for finding in findings] == [
        ("library-unexpected-segment", 6),
        ("library-extra-data", 7),
        ("library-invalid-number", 8),
    ]
    assert ["B1" in findings[0].text, "extra" in findings[1].text, "two" in findings[2].text] == [True, True, True]
    assert value.lines[0].quantity("21") is None


def test_a_date_that_makes_no_sense_is_kept_unchanged() -> None:
    value, findings = read("ORDERS", "BGM+220+P+9'\nDTM+137:20261399:102'\nDTM+44:2026W10:718'\nNAD+BY+1::9'\nNAD+SU+2::9'")

    assert isinstance(value, Orders)
    assert [date.value for date in value.dates] == ["20261399", "2026W10"]
    assert codes(findings) == ["library-invalid-date"] * 2


@pytest.mark.parametrize("segments", ["{0}:{1}'", "{0}'\nIMD+L+050+:::{1}'"])
def test_a_title_cut_with_its_release_characters_gets_no_space_in_a_word(segments: str) -> None:
    cut = segments.format("The shepherd?'s life and other stori", "es?: of the lakes")
    value, _ = read("QUOTES", f"BGM+31C+S+9'\nLIN+1'\nIMD+L+050+:::{cut}\nRFF+QLI:1'")

    assert isinstance(value, Quotes)
    assert value.lines[0].described("050") == "The shepherd's life and other stories: of the lakes"


@pytest.mark.parametrize("line", ["LIN+1++141439513:EN'", "LIN+1'\nPIA+5+141439513:EN'", "LIN+1'\nPIA+3+1-4143951-3:EN'"])
def test_nine_digits_under_en_are_a_finding(line: str) -> None:
    _, findings = read("INVOIC", f"BGM+380+I-1+9'\n{line}\nRFF+LI:A'")

    assert "library-short-number" in codes(findings)


def test_a_split_takes_its_own_quantity_and_no_other() -> None:
    value, _ = read("ORDERS", "BGM+220+P+9'\nLIN+1'\nLOC+7+BR1::92'\nQTY+11:1'\nLOC+7+BR2::92'\nQTY+11:2'\nQTY+21:3'\nRFF+LI:A'")

    assert isinstance(value, Orders)
    assert [(split.place, split.quantities[0].value) for split in value.lines[0].splits] == [
        ("BR1", Decimal(1)),
        ("BR2", Decimal(2)),
    ]
    assert value.lines[0].quantity("21") == 3


def test_lines_before_any_carton_are_kept_apart() -> None:
    value, _ = read(
        "DESADV", "BGM+351+D+9'\nRFF+ON:P'\nLIN+1++A:EN'\nCPS+1'\nPAC+1'\nGIN+BJ+001:+002'\nLIN+2++B:EN'\nQTY+12:1'\nCNT+2:2'"
    )

    assert isinstance(value, Despatch)
    assert [line.item for line in value.lines] == ["A"]
    assert [(carton.carton_numbers, [line.item for line in carton.lines]) for carton in value.cartons] == [
        (("001", "002"), ["B"])
    ]
    assert [line.item for line in value.all_lines] == ["A", "B"]


def test_a_status_report_speaks_as_an_answer_does() -> None:
    value, findings = read(
        "OSTRPT", HEADING + "LIN+1++9780141439518:EN'\nQTY+21:2'\nQTY+83:1'\nFTX+LIN++400:12B:28'\nSTS+1+2+3'\nRFF+LI:A'"
    )

    assert isinstance(value, Report)
    assert value.lines[0].status == "400"
    assert (value.lines[0].statuses[0].event, value.lines[0].statuses[0].reason) == ("2", "3")
    assert codes(findings) == ["library-quantities-disagree"]


def test_a_message_without_number_and_lines_without_reference_are_reported() -> None:
    _, findings = read("ORDERS", "NAD+BY+1::9'\nNAD+SU+2::9'\nLIN+1++9780141439518:EN'\nQTY+21:1'")

    assert codes(findings) == ["library-no-document", "library-no-reference"]
    assert {finding.severity for finding in findings} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20260401:102", "2026-04-01"),
        ("2026-04-01:102", "2026-04-01"),
        ("202604010930:102", "2026-04-01"),
        ("260401:101", "2026-04-01"),
        ("20260401", "2026-04-01"),
        ("01042026:5", ""),  # another order of day and month
        ("20260431:102", ""),
        ("202604:610", "2026-04-01"),
    ],
)
def test_a_date_is_read_by_its_digits_where_its_format_allows(written: str, day: str) -> None:
    line, found = answer(f"LIN+1+5+9780141439518:EN'\nDTM+44:{written}'\nRFF+LI:A'")

    (date,) = line.dates
    assert (date.moment.date().isoformat() if date.moment else "") == day
    assert ("library-invalid-date" in found) == (not day)
