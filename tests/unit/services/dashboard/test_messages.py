"""What the page of a message says: what is wrong and what to do, in words."""

from datetime import timedelta
from typing import Any

import pytest

from services.dashboard.domain.messages import (
    Message,
    Progress,
    percent_read,
    records,
    size_in_words,
    summary,
    timing,
    verdict_on,
)
from services.dashboard.domain.needs import Urgency
from services.suppliers.domain.messages import State
from tests.services.hearing import number, on_day

BEGUN = on_day(2, 14)


def progress(**others: Any) -> Progress:
    """A file of which 600 records are taken and 12 kept aside."""
    reasons = [{"code": "onix-not-well-formed", "count": 7}, {"code": "onix-invalid-isbn", "count": 5}]
    known = {"records": 600, "kept_aside": 12, "left_out": 388, "bytes_read": 500, "rate": 80.0, "begun_at": BEGUN}
    return Progress.model_validate({**known, "expected_end_at": None, "ended_at": None, "reasons": reasons, **others})


def message(state: str, reading: Progress | None = None, **others: Any) -> Message:
    """A message of 1,000 bytes that arrived."""
    known = {
        "message_id": number(400),
        "direction": "in",
        "kind": "record",
        "state": state,
        "reason": "",
        "name": "",
        "size": 1000,
        "version": 1,
    }
    return Message.model_validate({**known, "created_at": BEGUN, "progress": reading, **others})


def test_what_is_kept_aside_is_counted_by_reason_in_plain_words() -> None:
    assert summary(progress()) == "12 of 1,000 kept aside: 7 broken XML, 5 wrong ISBN"
    assert summary(progress(kept_aside=0, reasons=[])) == "0 of 988 kept aside"


def test_a_file_that_was_read_in_part_says_how_much_and_what_to_do() -> None:
    verdict = verdict_on(message("partly_applied", progress(ended_at=BEGUN)))
    assert verdict.line == "12 of 1,000 records could not be read"
    assert verdict.urgency is Urgency.NOW
    assert verdict.advice.startswith("600 are taken, 388 left out because nobody need act on them. Send the supplier")
    nothing = verdict_on(message("quarantined", progress(records=0, left_out=0, ended_at=BEGUN)))
    assert nothing.advice.startswith("None of the file could be taken.")


def test_a_file_that_is_read_shows_its_progress_by_bytes() -> None:
    reading = message("received", progress())
    assert (verdict_on(reading).line, verdict_on(reading).urgency, reading.moves) == ("Being read: 50 %", None, True)
    assert percent_read(message("received", progress(bytes_read=1000))) == 99
    assert percent_read(message("applied", progress(ended_at=BEGUN))) == 100


def test_a_file_that_waits_for_its_replay_does_not_show_the_last_reading_as_this_one() -> None:
    assert verdict_on(message("received", progress(ended_at=BEGUN))).line == "Waits to be read again"


def test_a_file_that_was_taken_whole_needs_nobody() -> None:
    verdict = verdict_on(message("applied", progress(kept_aside=0, records=1000, ended_at=BEGUN)))
    assert (verdict.line, verdict.urgency) == ("All taken: 1,000 records", None)


@pytest.mark.parametrize("state", list(State))
def test_every_state_of_an_exchange_has_its_advice(state: State) -> None:
    verdict = verdict_on(message(state))
    assert verdict.line
    assert verdict.advice


def test_a_state_that_is_new_to_the_dashboard_is_named() -> None:
    assert verdict_on(message("set_aside")).line == "Set aside"


@pytest.mark.parametrize(
    ("direction", "state", "decisions"),
    [
        ("in", "applied", ("replay",)),
        ("in", "partly_applied", ("replay", "discard")),
        ("in", "received", ()),
        ("out", "sent", ()),
        ("out", "failed", ("replay", "discard")),
    ],
)
def test_only_decisions_that_the_state_allows_are_offered(direction: str, state: str, decisions: tuple[str, ...]) -> None:
    assert message(state, direction=direction).decisions == decisions


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "read in under a second"), (192, "read in 3 minutes 12 seconds"), (3900, "read in 1 hour 5 minutes")],
)
def test_a_file_that_was_read_says_how_long_it_took(seconds: float, words: str) -> None:
    assert timing(progress(ended_at=BEGUN + timedelta(seconds=seconds))) == words


def test_a_file_that_is_read_says_when_it_will_be() -> None:
    assert timing(progress(expected_end_at=BEGUN + timedelta(minutes=32))) == "expected to end at 14:32 UTC"
    assert timing(progress()) == "its end cannot be estimated yet"


def test_numbers_are_put_in_words() -> None:
    assert [records(1), records(1200)] == ["1 record", "1,200 records"]
    assert [size_in_words(1), size_in_words(812), size_in_words(3_400_000)] == ["1 byte", "812 bytes", "3.4 MB"]
