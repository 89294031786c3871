"""Pushes are signed so that the standard's own library takes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.clock import SystemClock
from shared.http.signatures import check_secret, new_secret, signed_headers

OLD, NEW, FOREIGN = (new_secret() for _ in range(3))


@given(st.text())
def test_the_receiver_of_a_push_with_two_signatures_may_know_either_secret(body: str) -> None:
    headers = dict(signed_headers("msg-1", SystemClock().now(), body, [NEW, OLD]))
    for known in (OLD, NEW):
        Webhook(known.get_secret_value()).verify(body, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(FOREIGN.get_secret_value()).verify(body, headers, json_parse=False)


def test_the_same_push_has_the_same_id_and_the_time_of_its_attempt() -> None:
    first, second = (signed_headers("msg-1", datetime(2026, 3, 2, 12, minute, tzinfo=UTC), "{}", [NEW]) for minute in (0, 1))
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert first["webhook-signature"] != second["webhook-signature"]


def test_a_new_secret_has_the_form_that_is_asked_of_others() -> None:
    assert check_secret(NEW.get_secret_value()) == NEW.get_secret_value()
    assert NEW != OLD


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_c2hvcnQ=", "c2hvcnQ" * 6, "whsec_" + "!" * 40, "whsec_" + "QUJD" * 22])
def test_a_secret_of_another_form_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 random bytes") as refused:
        check_secret(text)
    assert not text or text == "whsec_" or text not in str(refused.value)


def test_a_secret_does_not_show_itself() -> None:
    assert isinstance(NEW, SecretStr)
    assert NEW.get_secret_value() not in f"{NEW!r} {NEW}"
