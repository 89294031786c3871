"""The words of why a supplier is not reached."""

from __future__ import annotations

import pytest

from services.dashboard.domain.reaches import STOPPED, unreached_in_words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("ConnectError: All connection attempts failed", "it refused the connection"),
        ("[Errno 111] Connect call failed ('192.0.2.7', 22)", "it refused the connection"),
        ("ConnectError: [Errno -2] Name or service not known", "its name was not found"),
        ("ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired", "its certificate was not accepted"),
        ("ReadTimeout: the answer did not begin within 30 s", "it did not answer in time"),
        ("no answer within 12 s", "it did not answer in time"),
        ("no access token: ConnectTimeout: ", "it did not answer in time"),
        ("the supplier answered 401", "it refused our sign-in"),
        ("GET /orders was answered 503", "it answered that it has a fault of its own"),
        ("RemoteProtocolError: Server disconnected without sending a response.", "it broke off the connection"),
    ],
)
def test_what_a_library_says_is_put_in_words_that_stay_the_same(reason: str, words: str) -> None:
    assert unreached_in_words(reason) == words


def test_what_is_in_words_already_stays_and_no_class_of_an_error_is_shown() -> None:
    assert unreached_in_words(STOPPED) == STOPPED
    assert unreached_in_words("SFTPFailure: 0041.edi could not be put in place") == "0041.edi could not be put in place"
    assert unreached_in_words("OSError") == "for a reason that has no words here"
