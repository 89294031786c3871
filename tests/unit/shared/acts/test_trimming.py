"""What the audit trail keeps of a value: no secret, and nothing of unlimited size."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.acts.trimming import NOT_KEPT, difference, is_secret, trimmed


@pytest.mark.parametrize(
    "name",
    [
        *("password", "new_password", "secret", "client_secret", "access_token", "key", "keys", "public_keys", "private_key"),
        *("host_keys", "api-key", "Authorization", "credentials", "passphrase", "signature", "idempotency_key"),
    ],
)
def test_what_may_be_a_secret_is_never_kept(name: str) -> None:
    hidden = trimmed({name: "hunter2", "deep": {"er": [{name: {"value": "hunter2"}}]}})
    assert hidden == {name: NOT_KEPT, "deep": {"er": [{name: NOT_KEPT}]}}


@pytest.mark.parametrize("name", ["line_key", "line_keys", "replaces_line_key", "keyboard", "reason", "monkey"])
def test_our_own_references_and_ordinary_words_are_kept(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://ann:hunter2@lms.example:8443/hook?token=hunter2#hunter2", "https://lms.example:8443/hook"),
        ("sftp://user@files.example/in", "sftp://files.example/in"),
        ("Send to https://ann:hunter2@lms.example please", NOT_KEPT),
        ("https://lms.example:hunter2/hook", NOT_KEPT),
        ("https://[hunter2", NOT_KEPT),
        ("://hunter2", NOT_KEPT),
    ],
)
def test_an_address_is_kept_without_user_and_parameters(address: str, kept: str) -> None:
    assert trimmed({"url": address}) == {"url": kept}


def test_long_texts_and_lists_are_cut_and_say_so() -> None:
    kept = trimmed({"text": "x" * 1_000, "list": list(range(2_000)), "deep": [[[[[[["x"]]]]]]]})
    assert kept is not None
    assert kept["text"] == "x" * 300 + " … (1000 characters)"
    assert kept["list"] == [*range(20), "1980 more"]
    assert "left out: too deep" in json.dumps(kept["deep"])


def test_what_is_large_as_a_whole_is_left_out() -> None:
    assert trimmed({f"member {n}": n for n in range(51)})["left_out"] == "1 more"  # type: ignore[index]
    assert trimmed({"lists": [["x" * 300] * 20] * 20}) == {"left_out": "1 members with 121651 characters, too many to keep"}


def test_ids_times_and_nothing_are_kept_as_json_has_them() -> None:
    assert trimmed(None) is None
    one = UUID("0192f0c1-2b3a-7c4d-8e5f-60718293a4b5")
    assert trimmed({"id": one, "at": datetime(2026, 3, 1, tzinfo=UTC), "none": None, "yes": True}) == {
        "id": str(one), "at": "2026-03-01T00:00:00Z", "none": None, "yes": True,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Policy:
    days: int
    by: str
    changed_by: str = ""
    version: int = 1


def test_a_difference_has_what_changed_and_not_who_changed_it() -> None:
    assert difference(_Policy(7, "email"), _Policy(9, "email", "ann", 2)) == ({"days": 7}, {"days": 9})
    assert difference({}, {"days": 9}) == ({}, {"days": 9})
    assert difference(_Policy(7, "email"), _Policy(7, "email", "ann", 2)) == ({}, {})
