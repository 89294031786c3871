"""Names and folders of the mailbox, as a profile sets them."""

import pytest

from services.suppliers.contract import CancellationToSend
from services.suppliers.national import NationalAdapter
from services.suppliers.national.profile import FileNames, Folders
from shared.clock import ManualClock
from tests.unit.services.suppliers.national.conftest import SUFFOLK, a_line, a_profile, an_order


def test_files_are_named_as_the_supplier_wants_them(clock: ManualClock) -> None:
    names = FileNames(
        orders="SB{reference:08d}.CEP", changes="SB{reference:08d}.CEH", record_requests="wanted-{reference:08d}.csv"
    )
    profile = a_profile()
    named = profile.model_copy(update={"mailbox": profile.mailbox.model_copy(update={"names": names})})
    ours = NationalAdapter(named, None, clock)
    cancellation = CancellationToSend(SUFFOLK, "x", "PO-2026-118", "", ((a_line(), (1,)),))

    assert ours.write_order(an_order(), 42).name == "SB00000042.CEP"
    assert ours.write_cancellation(cancellation, 43).name == "SB00000043.CEH"
    assert ours.write_record_request(["9780141439518"], 44).name == "wanted-00000044.csv"


@pytest.mark.parametrize(
    ("orders", "reason"),
    [
        ("{reference}.edi", "do not sort by reference"),
        ("orders-{reference:010d}.edi", "do not sort by reference"),  # after the changes, which begin with a digit
        (".{reference:010d}.edi", "do not sort by reference"),
        ("{council}-{reference:010d}.edi", "may use {reference} only"),
    ],
)
def test_names_that_would_be_collected_in_a_wrong_order_are_refused(orders: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        FileNames(orders=orders)


@pytest.mark.parametrize("pattern", [".{reference:010d}.edi", "new/{reference:010d}.edi"])
def test_names_that_hide_a_file_or_put_it_elsewhere_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="full stop or contain a slash"):
        FileNames(orders=pattern, changes=pattern)


def test_folders_are_looked_into_once_each_and_only_where_there_is_something() -> None:
    everything = Folders(acknowledgements="a", reports="b", invoices="c", selections="d")
    one = Folders(acknowledgements="out", responses="out", despatches="out", records="out")

    assert Folders().inbound == ("responses", "despatches", "records")
    assert everything.inbound == ("a", "responses", "despatches", "b", "c", "d", "records")
    assert one.inbound == ("out",)
