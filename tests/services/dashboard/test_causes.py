"""How the work list puts reasons that differ in particulars alone under one cause."""

from __future__ import annotations

from services.dashboard.domain.work import pattern_of


def test_numbers_become_an_ellipsis_and_what_stands_round_them_stays() -> None:
    assert pattern_of("line key SB-1 (ISBN 9780000000002) is not known: GBP 9.99") == "line key … (ISBN …) is not known: GBP …"


def test_a_reason_that_repeats_itself_for_each_part_is_one_cause() -> None:
    one = "parcel 1: line key SB-1 is not known here"
    assert pattern_of(f"{one}; parcel 2: line key SB-2 is not known here") == pattern_of(one)
