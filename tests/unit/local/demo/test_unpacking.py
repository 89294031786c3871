"""What the LMS finds when it unpacks depends only on seed and goods, which are the same in every run."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from local.lms.chance import Chance
from local.lms.orders import CopyKey
from local.lms.unpacking import Find, Receipt, Thing, find, plan_receipts

LEGS = st.sampled_from(["direct", "to_hub", "from_hub"])
SEEDS = st.integers(0, 10_000)


def things(count: int, *, order: str = "SFK-1", barcodes: bool = True) -> list[Thing]:
    return [
        Thing(
            item=f"item-{number}",
            key=CopyKey(order, 1, "IPSW", number),
            isbn="9780141439518",
            line_key="SB-1",
            barcode=f"300{number}" if barcodes else None,
        )
        for number in range(1, count + 1)
    ]


def scanned(receipts: list[Receipt]) -> list[dict[str, str]]:
    return [scan for receipt in receipts for scan in receipt.scans]


@given(SEEDS, LEGS, st.integers(1, 12))
def test_each_thing_is_scanned_once_or_is_short_in_a_complete_receipt(seed: int, leg: str, count: int) -> None:
    goods = things(count)
    receipts = plan_receipts(Chance(seed), leg, goods)
    barcodes = [scan["barcode"] for scan in scanned(receipts)]
    short = [thing for thing in goods if find(Chance(seed), leg, thing) is Find.SHORT]

    for thing in goods:
        assert barcodes.count(thing.barcode or "") == (0 if thing in short else 1)
    assert receipts[-1].complete == bool(short)
    assert not any(receipt.complete for receipt in receipts[:-1])


@given(SEEDS, LEGS, st.integers(1, 12))
def test_identities_decide_nothing(seed: int, leg: str, count: int) -> None:
    one = things(count)
    other = [replace(thing, item=f"other-{thing.item}", line_key="SB-OTHER") for thing in one]

    assert plan_receipts(Chance(seed), leg, one) == plan_receipts(Chance(seed), leg, other)


@given(SEEDS, st.integers(2, 12))
def test_a_hub_sends_one_receipt(seed: int, count: int) -> None:
    assert len(plan_receipts(Chance(seed), "to_hub", things(count))) == 1


@given(SEEDS, LEGS, st.integers(1, 12))
def test_good_scans_are_those_of_advised_things_that_are_well(seed: int, leg: str, count: int) -> None:
    goods = things(count)

    good = sum(receipt.good for receipt in plan_receipts(Chance(seed), leg, goods))

    assert good == sum(find(Chance(seed), leg, thing) is Find.OK for thing in goods)


@given(SEEDS, LEGS, st.integers(1, 12))
def test_what_was_counted_before_is_not_scanned_again(seed: int, leg: str, count: int) -> None:
    goods = [replace(thing, state="received") for thing in things(count)]

    assert plan_receipts(Chance(seed), leg, goods) == []


def test_things_without_a_barcode_get_one_and_are_named_by_line_and_isbn() -> None:
    (scan, *_) = scanned(plan_receipts(Chance(1), "from_hub", things(1, barcodes=False)))

    assert scan["line_key"] == "SB-1"
    assert scan["isbn"] == "9780141439518"
    assert len(scan["barcode"]) == 14


def test_everything_that_can_go_wrong_does_in_some_consignment() -> None:
    plans = [plan_receipts(Chance(1), "direct", things(4, order=f"SFK-{number}")) for number in range(400)]
    receipts = [receipt for plan in plans for receipt in plan]
    scans = scanned(receipts)

    assert any(len(plan) == 2 for plan in plans)
    assert any(receipt.complete for receipt in receipts)
    assert any(receipt.repeated for receipt in receipts)
    assert any(scan.get("condition") == "damaged" for scan in scans)
    assert {scan["barcode"][0] for scan in scans} == {"3", "8", "9"}


def test_goods_that_fit_no_copy_are_taken_in() -> None:
    stray = Thing("item-1", None, "9780141439518", None, "3001")

    (receipt,) = plan_receipts(Chance(1), "direct", [stray])

    assert receipt.good == 1
