"""DESADV as booksellers send it."""

from datetime import date
from pathlib import Path

import pytest

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact, Kind, RawMessage
from services.suppliers.national.read import read
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import CopyReference
from shared.findings import Severity
from tests.unit.services.suppliers.national.written import a_message

FILES = Path(__file__).parent / "files"


def test_a_despatch_of_two_parcels_is_read_whole() -> None:
    reading = read(RawMessage("x", (FILES / "despatch_two_parcels.edi").read_bytes()))

    assert (reading.kind, reading.findings, reading.control_reference) == (Kind.DESPATCH, (), "88")
    numbers = ({"place": 1}, {"place": 2}, {"copy_number": 3})
    barcodes = (f"3011400001234{last}" for last in (5, 6, 7))
    ipswich = [CopyReference(**number, branch="IPSW", barcode=barcode) for number, barcode in zip(numbers, barcodes, strict=True)]
    assert reading.facts == (
        DespatchFact(
            despatch_number="D-90417",
            despatched_on=date(2026, 3, 4),
            expected_on=date(2026, 3, 6),
            deliver_to="5012345678917",
            deliver_to_kind=None,
            parcels=(
                AdvisedParcel(
                    "350123450000000014",
                    (AdvisedLine("SB-7K2M0000000000AA", "PO-2026-118", "9780141439518", 2, tuple(ipswich[:2])),),
                ),
                AdvisedParcel(
                    "350123450000000021",
                    (
                        AdvisedLine("SB-7K2M0000000000AA", "PO-2026-118", "9780141439518", 1, tuple(ipswich[2:])),
                        AdvisedLine(None, "PO-2026-119", "9780141439600", 1),
                    ),
                ),
            ),
        ),
    )


def test_lines_without_parcels_are_one_parcel_and_a_line_of_no_copy_is_left_out() -> None:
    reading = read(RawMessage("x", (FILES / "despatch_without_parcels.edi").read_bytes()))

    (fact,) = reading.facts
    assert isinstance(fact, DespatchFact)
    assert fact.deliver_to == "IPSW"
    assert fact.parcels == (AdvisedParcel("D-90417", (AdvisedLine(None, "PO-2026-118", "9780141439518", 1),)),)
    assert {finding.code for finding in reading.findings} == {"national-invalid-quantity", "national-no-sscc"}


def test_a_despatch_to_nowhere_is_an_error_and_no_fact() -> None:
    reading = read(RawMessage("x", (FILES / "despatch_to_nowhere.edi").read_bytes()))

    assert reading.facts == ()
    assert ("national-no-delivery-place", Severity.ERROR) in {(found.code, found.severity) for found in reading.findings}


@pytest.mark.parametrize(
    ("parties", "place"),
    [
        ("NAD+BY+5012345678900::9", "5012345678900"),
        ("NAD+BY+5012345678900::9\nNAD+DP+++BURY LIBRARY:SERGEANTS WALK+1 WALK+BURY++IP33 1TZ+GB", "BURY LIBRARY SERGEANTS WALK"),
        ("NAD+BY+5012345678900::9\nNAD+DP+++BURY LIBRARY+1 WALK+BURY\nRFF+API:BURY", "BURY"),
    ],
)
def test_goods_go_to_whom_the_despatch_names_without_a_code_or_to_the_buyer(parties: str, place: str) -> None:
    line = "CPS+1\nLIN+1++9780141439518:EN\nQTY+12:1\nRFF+LI:SB-2"
    reading = read(a_message("DESADV", f"BGM+351+D-1+9\nDTM+11:20260304:102\n{parties}\n{line}"))

    assert [fact.deliver_to for fact in reading.facts if isinstance(fact, DespatchFact)] == [place]
    assert ("national-no-delivery-place", Severity.WARNING) in {(found.code, found.severity) for found in reading.findings}


def test_a_line_key_says_enough_of_what_is_sent() -> None:
    reading = read(a_message("DESADV", "BGM+351+D-1+9\nNAD+DP+BURY::92\nLIN+1\nPIA+1+88-1204:SA\nQTY+12:1\nRFF+LI:SB-2"))

    (fact,) = reading.facts
    assert isinstance(fact, DespatchFact)
    assert fact.parcels[0].lines == (AdvisedLine("SB-2", None, "", 1, (), SupplierReferences(article="88-1204")),)
    assert Severity.ERROR not in {found.severity for found in reading.findings}


@pytest.mark.parametrize(
    ("splits", "branches"),
    [
        ("LOC+7+IPSW::92\nQTY+11:2\nLOC+7+BURY::92\nQTY+11:1", ["IPSW", "IPSW", "BURY"]),
        ("LOC+7+HUB::92\nQTY+11:3\nLOC+20+LOWE::92\nQTY+11:3", ["LOWE", "LOWE", "LOWE"]),
        ("LOC+7+IPSW::92\nQTY+11:1.5", []),
        ("LOC+7+IPSW::92\nQTY+11:3\nGIR+001+BURY:LLO", ["BURY"]),
    ],
)
def test_copies_counted_for_branches_are_theirs_where_none_is_named(splits: str, branches: list[str]) -> None:
    line = f"CPS+1\nLIN+1++9780141439518:EN\nQTY+12:3\nRFF+LI:SB-2\n{splits}"
    reading = read(a_message("DESADV", f"BGM+351+D-1+9\nNAD+DP+HUB::92\n{line}"))

    (fact,) = reading.facts
    assert isinstance(fact, DespatchFact)
    assert [copy.branch for copy in fact.parcels[0].lines[0].copies] == branches
