"""The reckoning succeeds only if file, order book and scans agree for every copy."""

import json

from local.demo.reckoning import CopyNow, SupplierCount, counts, faults, moving, result
from local.lms.orders import CopyKey

FIRST, SECOND, THIRD = (CopyKey("SFK-1", 1, "IPSW", nth) for nth in (1, 2, 3))


def book(*states: str) -> dict[CopyKey, CopyNow]:
    return {key: CopyNow("national", state) for key, state in zip((FIRST, SECOND, THIRD), states, strict=False)}


def test_all_is_well_when_scans_and_order_book_agree() -> None:
    copies = book("received", "refused", "damaged")

    assert faults([FIRST, SECOND, THIRD], copies, {FIRST: "received", THIRD: "damaged"}) == []


def test_a_copy_that_was_lost_is_named() -> None:
    found = faults([FIRST, SECOND], book("received"), {FIRST: "received"})

    assert any(str(SECOND) in fault and "not in the order book" in fault for fault in found)
    assert any("add up to 1" in fault for fault in found)


def test_a_copy_that_nobody_ordered_is_named() -> None:
    found = faults([FIRST], book("refused", "refused"), {})

    assert any(str(SECOND) in fault and "not ordered by the file" in fault for fault in found)


def test_a_copy_still_on_the_move_is_named() -> None:
    for state in ("ordered", "sent", "accepted", "despatched", "at_hub"):
        assert list(moving(book(state))) == [FIRST]
        assert faults([FIRST], book(state), {})


def test_a_copy_that_waits_may_stay() -> None:
    assert faults([FIRST, SECOND], book("held", "back_ordered"), {}) == []


def test_a_copy_received_without_a_scan_is_named() -> None:
    (fault,) = faults([FIRST], book("received"), {})

    assert "not scanned" in fault


def test_a_scan_that_the_order_book_does_not_know_is_named() -> None:
    (fault,) = faults([FIRST], book("held"), {FIRST: "received"})

    assert "in another state" in fault
    assert faults([FIRST], book("received"), {FIRST: "damaged"})


def test_many_names_are_cut_short() -> None:
    keys = [CopyKey("SFK-1", 1, "IPSW", nth) for nth in range(1, 9)]

    (fault, _) = faults(keys, {}, {})

    assert fault.startswith("8 ordered by the file")
    assert fault.endswith("and 3 more")


def test_counts_have_every_state_even_an_unknown_one() -> None:
    copies = {**book("received", "held", "mislaid"), CopyKey("SFK-2", 1, "LOWE", 1): CopyNow("consortium", "cancelled")}

    assert counts(copies) == [
        SupplierCount("consortium", 1, 0, {}, 0, 1),
        SupplierCount("national", 3, 1, {"held": 1, "mislaid": 1}, 0, 0),
    ]


def test_the_result_names_every_copy_by_what_is_the_same_in_every_run() -> None:
    document = json.loads(result(book("received"), [], 12.34, {"mended": {}}))

    assert document["holds"] is True
    assert document["seconds"] == 12.3
    assert document["copies"] == {"SFK-1|1|IPSW|1": {"supplier": "national", "state": "received"}}
    assert document["states"] == {"received": 1}
