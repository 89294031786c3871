"""New keys and secrets, read by the same code as in the services."""

import base64
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest
from standardwebhooks import Webhook

from local.machine.keys import SigningKey, mint_signing_key, mint_ssh_key, mint_token, mint_webhook_secret, write_jwks
from shared.auth import Authenticator, Principal
from shared.clock import Clock, ManualClock
from shared.errors import DomainError
from shared.rates import Rates


@pytest.fixture
def signing_key() -> SigningKey:
    return mint_signing_key()


@pytest.fixture
def authenticator(signing_key: SigningKey, clock: Clock, tmp_path: Path) -> Authenticator:
    """The services' authenticator, which knows `signing_key` and another key."""
    jwks = tmp_path / "keys" / "jwks.json"
    write_jwks(jwks, [mint_signing_key(), signing_key])
    return Authenticator(
        jwks_file=jwks,
        issuer="stockbridge",
        audience="stockbridge",
        now=lambda: clock.now().timestamp(),
        rates=Rates(per_second=1, burst=1_000),
    )


@pytest.fixture
def token(signing_key: SigningKey, clock: Clock) -> Callable[[str | None], str]:
    """Creates a token for a council."""
    return lambda council: mint_token(
        signing_key, subject="lms", council=council, scopes=["orders:write", "orders:read"], clock=clock
    )


def test_a_minted_token_is_accepted(authenticator: Authenticator, token: Callable[[str | None], str]) -> None:
    principal = authenticator.authenticate(f"Bearer {token('GB-UkOxCC')}")

    assert (principal.subject, principal.council) == ("lms", "GB-UkOxCC")
    assert principal.scopes == {"orders:write", "orders:read"}


def test_a_token_for_no_council_is_one_of_staff_for_all(authenticator: Authenticator, token: Callable[[str | None], str]) -> None:
    principal: Principal = authenticator.authenticate(f"Bearer {token(None)}")

    assert principal.council is None
    assert principal.scopes == {"orders:write", "orders:read", "all-councils"}


def test_a_token_expires_at_the_end_of_its_lifetime(
    authenticator: Authenticator, token: Callable[[str | None], str], clock: ManualClock
) -> None:
    minted = token("GB-UkOxCC")
    clock.advance(timedelta(hours=1))

    with pytest.raises(DomainError, match="expired"):
        authenticator.authenticate(f"Bearer {minted}")


def test_a_token_of_a_key_outside_the_set_is_refused(authenticator: Authenticator, clock: Clock) -> None:
    stranger = mint_token(mint_signing_key(), subject="lms", council=None, scopes=[], clock=clock)

    with pytest.raises(DomainError, match="does not know"):
        authenticator.authenticate(f"Bearer {stranger}")


def test_the_key_set_holds_no_private_part(authenticator: Authenticator, tmp_path: Path) -> None:
    assert '"d"' not in (tmp_path / "keys" / "jwks.json").read_text()


def test_an_ssh_key_can_be_read_and_is_its_owners_alone(tmp_path: Path) -> None:
    mint_ssh_key(tmp_path / "ssh" / "host_key")
    private = asyncssh.read_private_key(tmp_path / "ssh" / "host_key")
    public = asyncssh.read_public_key(tmp_path / "ssh" / "host_key.pub")

    assert private.convert_to_public().public_data == public.public_data
    assert stat.S_IMODE((tmp_path / "ssh" / "host_key").stat().st_mode) == 0o600


def test_a_webhook_secret_has_32_bytes_and_is_taken_by_the_library() -> None:
    secret = mint_webhook_secret()

    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    Webhook(secret)
