"""Secrets are unreadable without the keys, and keys can be replaced."""

import pytest
from pydantic import SecretStr

from services.lms.sealing import Seal, UnknownKey

OLD, NEW = (letter * 32 for letter in "on")
SECRET = SecretStr("whsec_cmVhZCBieSBub2JvZHkgYnV0IGl0cyBvd25lcg==")


def test_a_sealed_secret_cannot_be_read_and_is_opened_again() -> None:
    sealed = Seal(SecretStr(OLD)).seal(SECRET)
    assert SECRET.get_secret_value() not in sealed
    assert Seal(SecretStr(OLD)).open(sealed) == SECRET


def test_what_an_older_key_sealed_is_opened_beside_a_newer_one_and_not_without_it() -> None:
    sealed = Seal(SecretStr(OLD)).seal(SECRET)
    both = Seal(SecretStr(f"{NEW}, {OLD}"))
    assert both.open(sealed) == SECRET
    assert Seal(SecretStr(NEW)).open(both.seal(SECRET)) == SECRET
    with pytest.raises(UnknownKey, match="not among the webhook keys"):
        Seal(SecretStr(NEW)).open(sealed)


@pytest.mark.parametrize("text", ["", "k" * 31, f"{NEW},", f"{NEW}, short"])
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="32 random characters") as refused:
        Seal(SecretStr(text))
    assert NEW not in str(refused.value)
