"""The simulated bookseller always decides the same, even when its process is killed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from local.simulators import CATALOGUE
from local.simulators.bookseller.options import Proportions
from services.suppliers.contract import (
    CancellationToSend,
    DespatchFact,
    Fact,
    RawMessage,
    ResponseFact,
)
from services.suppliers.national import NationalAdapter
from services.suppliers.national.read import read
from shared.contracts.suppliers import LineAction
from shared.records import Record
from tests.fixtures.bookseller import (
    COUNCIL,
    COUNCIL_GLN,
    QUICK,
    all_copies,
    an_order,
    fates_of,
    files_in,
    our_side,
    run_of_the_brain,
    running_bookseller,
    shipped,
)
from tests.waiting import eventually

ALL_ACCEPTED = Proportions(0, 0, 0, 0, 0, 0, 0, late=0, sent_twice=0)


@pytest.fixture
def ours() -> NationalAdapter:
    """Our side, for tests that need no connection."""
    return our_side()


def facts_of(files: Sequence[RawMessage]) -> list[Fact]:
    return [fact for raw in files for fact in read(raw).facts]


@pytest.mark.slow
def test_everything_a_bookseller_writes_is_read_without_a_finding(tmp_path: Path, ours: NationalAdapter) -> None:
    messages = [ours.write_order(an_order(number), number) for number in range(1, 60)]
    usual = Proportions(unknown_code=0)

    files = run_of_the_brain(tmp_path, messages, proportions=usual)

    assert [finding for raw in files for finding in read(raw).findings] == []
    assert len(files) > 200


@pytest.mark.slow
def test_every_situation_occurs_and_what_is_refused_or_waits_is_never_sent(tmp_path: Path, ours: NationalAdapter) -> None:
    orders = [an_order(number) for number in range(1, 150)]
    messages = [ours.write_order(order, number) for number, order in enumerate(orders, start=1)]

    answers, sent = fates_of(run_of_the_brain(tmp_path, messages))

    assert {one.status for one in answers} >= {"100", "110", "200", "210", "223", "400", "401", "402", "403", "777"}
    refused = {one.line_key for one in answers if one.status in ("200", "210", "777")}
    assert not {key for key, _ in sent} & refused
    assert 0.75 < len(sent) / len(all_copies(*orders)) < 0.95


@pytest.mark.slow
def test_another_seed_decides_otherwise_and_the_same_seed_the_same(tmp_path: Path, ours: NationalAdapter) -> None:
    messages = [ours.write_order(an_order(number), number) for number in range(1, 30)]
    first = fates_of(run_of_the_brain(tmp_path / "1", messages))

    assert fates_of(run_of_the_brain(tmp_path / "2", messages[::-1])) == first
    assert fates_of(run_of_the_brain(tmp_path / "3", messages, seed="another")) != first


def test_a_file_sent_again_is_not_executed_again(tmp_path: Path, ours: NationalAdapter) -> None:
    message = ours.write_order(an_order(1), 1)
    again = replace(message, name="0000000001-again.edi")

    assert len(run_of_the_brain(tmp_path, [message, again, message], proportions=ALL_ACCEPTED)) == 4


def test_a_test_interchange_is_not_executed(tmp_path: Path, ours: NationalAdapter) -> None:
    message = ours.write_order(an_order(1), 1)
    marked = replace(message, body=message.body.replace(b"++ORDERS'", b"++ORDERS++++1'", 1))

    assert run_of_the_brain(tmp_path, [marked]) == []


def test_a_stopped_account_is_refused_as_a_whole(tmp_path: Path, ours: NationalAdapter) -> None:
    files = run_of_the_brain(tmp_path, [ours.write_order(an_order(1), 1)], stopped_accounts=frozenset({COUNCIL_GLN}))

    (fact,) = facts_of(files[:1])
    assert isinstance(fact, ResponseFact)
    assert fact.account_stopped
    assert fact.order_number == "PO-1"


@pytest.mark.parametrize(
    ("proportions", "action", "status"),
    [
        (replace(ALL_ACCEPTED, back_order=1, released=0), LineAction.CANCELLED, "222"),
        (ALL_ACCEPTED, LineAction.UNCHANGED, "800"),
    ],
)
def test_a_cancellation_succeeds_for_what_is_not_to_be_sent(
    tmp_path: Path, ours: NationalAdapter, proportions: Proportions, action: LineAction, status: str
) -> None:
    order = an_order(1, lines=1)
    change = CancellationToSend(COUNCIL, order.order_id, order.order_number, "not wanted", ((order.lines[0], (2,)),))
    messages = [ours.write_order(order, 1), ours.write_cancellation(change, 2)]

    facts = facts_of(run_of_the_brain(tmp_path, messages, proportions=proportions))

    answers = [line for fact in facts if isinstance(fact, ResponseFact) for line in fact.lines if line.status_code == status]
    assert [(line.action, [copy.copy_number for copy in line.copies]) for line in answers] == [(action, [2])]


def test_a_cancellation_of_a_line_never_ordered_cannot_be_traced(tmp_path: Path, ours: NationalAdapter) -> None:
    order = an_order(1, lines=1)
    change = CancellationToSend(COUNCIL, order.order_id, order.order_number, "", ((order.lines[0], (1, 2, 3)),))

    (fact,) = facts_of(run_of_the_brain(tmp_path, [ours.write_cancellation(change, 2)], proportions=ALL_ACCEPTED))

    assert isinstance(fact, ResponseFact)
    assert [(line.action, line.status_code) for line in fact.lines] == [(LineAction.NOT_FOUND, "900")]


def test_late_goods_have_a_despatch_of_their_own(tmp_path: Path, ours: NationalAdapter) -> None:
    order = an_order(1, lines=20)

    files = run_of_the_brain(tmp_path, [ours.write_order(order, 1)], proportions=replace(ALL_ACCEPTED, late=1))

    facts = facts_of(files)
    assert sum(isinstance(fact, DespatchFact) for fact in facts) == 6
    assert shipped(facts) == all_copies(order)


def test_goods_fill_cartons_with_an_sscc_each_and_copies_their_own_barcodes(tmp_path: Path, ours: NationalAdapter) -> None:
    files = run_of_the_brain(tmp_path, [ours.write_order(an_order(1, lines=20), 1)], proportions=ALL_ACCEPTED)

    parcels = [parcel for fact in facts_of(files) if isinstance(fact, DespatchFact) for parcel in fact.parcels]
    barcodes = [copy.barcode for parcel in parcels for line in parcel.lines for copy in line.copies]
    assert len(parcels) == len({parcel.parcel_id for parcel in parcels}) == 6
    assert {len(parcel.parcel_id) for parcel in parcels} == {18}
    assert len(set(barcodes)) == 60


@pytest.mark.processes
async def test_a_bookseller_killed_again_and_again_ends_as_one_left_alone(tmp_path: Path, ours: NationalAdapter) -> None:
    orders = [an_order(number) for number in range(12)]
    messages = [ours.write_order(order, number) for number, order in enumerate(orders, start=1)]
    alone = fates_of(run_of_the_brain(tmp_path / "alone", messages))

    async with running_bookseller(tmp_path / "killed", *QUICK) as bookseller:
        for message in messages:
            (bookseller.mailbox / "orders" / message.name).write_bytes(message.body)
            if message.reference % 3 == 0:
                await bookseller.kill()
                await bookseller.start()
        await eventually(lambda: fates_of(files_in(bookseller.mailbox)) == alone)


def test_serviced_books_leave_with_a_marc_record_and_the_data_of_each_copy(tmp_path: Path, ours: NationalAdapter) -> None:
    order = an_order(1, lines=2)
    serviced, plain = order.lines
    copies = tuple(copy.model_copy(update={"shelfmark": "823 AUS", "servicing": ("BC", "BJ")}) for copy in serviced.copies)
    message = ours.write_order(replace(order, lines=(serviced.model_copy(update={"copies": copies}), plain)), 1)

    files = run_of_the_brain(
        tmp_path, [message], folders=("despatches", "records"), proportions=ALL_ACCEPTED, catalogue=CATALOGUE
    )

    facts = facts_of(files)
    records = [fact for fact in facts if isinstance(fact, Record)]
    sent = {
        (line.isbn, copy.barcode)
        for fact in facts
        if isinstance(fact, DespatchFact)
        for parcel in fact.parcels
        for line in parcel.lines
        for copy in line.copies
        if line.line_key == serviced.line_key
    }
    assert {(record.isbn, copy.barcode) for record in records for copy in record.copies} == sent
    assert sorted(copy.branch for record in records for copy in record.copies) == ["BURY", "IPSW", "LOWE"]
    assert {(copy.shelfmark, copy.price) for record in records for copy in record.copies} == {("823 AUS", "9.99")}
    assert len(records) == 3
