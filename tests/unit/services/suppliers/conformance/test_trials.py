"""The kit tries a transport on a real server: as it is, unreachable, answering too late, refusing the credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from services.suppliers.conformance import Subject, check
from services.suppliers.conformance.report import Result, TrialReport
from services.suppliers.conformance.settings import altered, messages_to_try, with_fields
from services.suppliers.conformance.trials import Candidate, Tried, try_transport
from tests.unit.services.suppliers.conformance.line_supplier import Fault, LineSupplier, line_server

Call = tuple[str, str]


@pytest.fixture
def port() -> Iterator[int]:
    with line_server() as port:
        yield port


def test_a_right_transport_passes_in_every_situation(port: int) -> None:
    tried = _tried(port)

    assert {report.result for report in tried.reports} == {Result.PASS}
    assert [(report.situation, report.call) for report in tried.reports] == [
        ("as it is", "send"),
        ("as it is", "has_received"),
        ("as it is", "send again"),
        ("as it is", "fetch"),
        ("as it is", "fetch after taken"),
        ("cannot be reached", "send"),
        ("cannot be reached", "has_received"),
        ("cannot be reached", "fetch"),
        ("answers too late", "send"),
        ("answers too late", "fetch"),
        ("answers too late", "has_received afterwards"),
        ("refuses the credentials", "send"),
        ("refuses the credentials", "fetch"),
    ]
    after = {(report.situation, report.call): report.production for report in tried.reports}
    assert after["cannot be reached", "send"] == "queued, and sent again after a pause"
    assert after["answers too late", "send"] == "unknown: the supplier is asked before anything is sent again"
    assert [message.name for message in tried.received] == ["answer-1"]


@pytest.mark.parametrize(
    ("fault", "call", "reason"),
    [
        (Fault.CALLS_LATE_ANSWERS_UNAVAILABLE, ("answers too late", "send"), "which would be sent twice"),
        (Fault.RETURNS_WITHOUT_AN_ANSWER, ("answers too late", "send"), "production would count the message as sent"),
        (Fault.ENDS_WITHOUT_AN_ANSWER, ("answers too late", "fetch"), "raise SupplierUnavailable where no answer arrives"),
        (Fault.CALLS_WRONG_CREDENTIALS_REFUSED, ("refuses the credentials", "send"), "nothing is wrong with the order"),
        (Fault.REMOVES_WHAT_IT_FETCHES, ("as it is", "fetch"), "a crash would lose it: answer-1"),
        (Fault.NEVER_REMOVES, ("as it is", "fetch after taken"), "as a duplicate: answer-1"),
        (Fault.DENIES_WHAT_WAS_SENT, ("as it is", "has_received"), "production would send it twice"),
        (Fault.LETS_ERRORS_THROUGH, ("cannot be reached", "fetch"), "raise SupplierUnavailable"),
    ],
)
def test_each_fault_of_a_transport_fails_with_what_production_would_do(port: int, fault: Fault, call: Call, reason: str) -> None:
    report = _by_call(_tried(port, fault))[call]

    assert report.result is Result.FAIL
    assert reason in report.reason


def test_a_fault_that_is_let_through_is_named_as_a_fault_of_the_adapter(port: int) -> None:
    report = _by_call(_tried(port, Fault.LETS_ERRORS_THROUGH))["cannot be reached", "fetch"]

    assert report.outcome.startswith("ConnectionRefusedError: ")
    assert report.production.startswith("a fault of the adapter")


def test_connections_that_the_kit_cannot_close_are_not_shown_instead_of_passed(port: int) -> None:
    reports = _tried(port, Fault.BLOCKS_ON_A_SOCKET_OF_ITS_OWN).reports

    left_out = [report for report in reports if report.result is Result.NOT_SHOWN]
    assert [report.situation for report in left_out] == ["cannot be reached", "answers too late"]
    assert "no connection was made on the event loop" in left_out[0].reason


def test_a_server_that_is_not_there_fails_and_nothing_is_taken_from_it() -> None:
    tried = _tried(1)

    assert tried.reports[0].reason == "the server did not take the message"
    assert not tried.received


def test_failed_trials_fail_the_report_and_received_messages_are_checked_as_files(port: int) -> None:
    tried = _tried(port, Fault.NEVER_REMOVES)

    report = check(Subject(LineSupplier(port), "line"), tried.received, tried.reports)

    assert not report.passed
    assert [file.name for file in report.files] == ["answer-1"]
    assert report.trials == tried.reports


def test_altered_credentials_keep_their_form_and_differ() -> None:
    wrong = altered({"token": "abcdZ9", "key": "whsec_c2VjcmV0"})

    assert wrong == {"token": "abceA0", "key": "whsec_c3WkdnW1"}


def test_fields_of_the_profile_get_other_values() -> None:
    fields = ["mailbox.port=2222", "mailbox.host=127.0.0.1", "name=A = B"]

    assert with_fields('{"mailbox": {"port": 22}}', fields) == (
        '{"mailbox": {"port": 2222, "host": "127.0.0.1"}, "name": "A = B"}'
    )


def _tried(port: int, *faults: Fault) -> Tried:
    adapter, stranger = LineSupplier(port, *faults), LineSupplier(port, *faults, password="let-me-in")
    messages = messages_to_try(Subject(adapter, "line"), reference=7)
    return try_transport(Candidate(adapter, stranger, messages, seconds=1.0))


def _by_call(tried: Tried) -> Mapping[Call, TrialReport]:
    return {(report.situation, report.call): report for report in tried.reports}
