"""For whom a token acts: one council, or explicitly all; every other token is refused."""

from collections.abc import Callable
from pathlib import Path

import jwt
import pytest

from local.machine.keys import SigningKey, mint_signing_key, write_jwks
from shared.auth import Authenticator, Principal
from shared.errors import DomainError, Kind
from shared.rates import Rates

NOW = 1_770_000_000
Authenticate = Callable[..., Principal]


@pytest.fixture
def authenticate(tmp_path: Path) -> Authenticate:
    """Authenticates the bearer of a token with these claims."""
    key: SigningKey = mint_signing_key()
    write_jwks(tmp_path / "jwks.json", [key])
    authenticator = Authenticator(
        jwks_file=tmp_path / "jwks.json",
        issuer="stockbridge",
        audience="stockbridge",
        now=lambda: float(NOW),
        rates=Rates(per_second=1, burst=1_000),
    )

    def authenticated(**claims: object) -> Principal:
        common = {"iss": "stockbridge", "aud": "stockbridge", "sub": "ann", "exp": NOW + 60}
        token = jwt.encode({**common, **claims}, key.private, algorithm="EdDSA", headers={"kid": key.kid})
        return authenticator.authenticate(f"Bearer {token}")

    return authenticated


def test_a_token_acts_for_the_council_that_it_names(authenticate: Authenticate) -> None:
    assert authenticate(council="GB-SFK", scope="orders:read").council == "GB-SFK"


def test_a_token_acts_for_all_councils_only_where_it_says_so(authenticate: Authenticate) -> None:
    assert authenticate(scope="orders:read all-councils").council is None


@pytest.mark.parametrize("scope", ["", "orders:read", "all-councils-of-mine", "ALL-COUNCILS", ["all-councils"], None])
def test_a_token_that_names_neither_is_for_nobody(authenticate: Authenticate, scope: object) -> None:
    with pytest.raises(
        DomainError, match="needs the claim `council`, or for operations staff the scope `all-councils`"
    ) as refused:
        authenticate(scope=scope)
    assert (refused.value.kind, refused.value.code) == (Kind.FORBIDDEN, "no-council")


@pytest.mark.parametrize("council", [None, "", " ", 7, 0, False, True, ["GB-SFK"], [], {}, "GB-SFK GB-NFK", "*", "GB-SFK\n"])
@pytest.mark.parametrize("scope", ["orders:read", "orders:read all-councils"])
def test_a_council_that_is_no_isil_is_refused_whatever_else_the_token_says(
    authenticate: Authenticate, council: object, scope: str
) -> None:
    with pytest.raises(DomainError, match="claim `council`") as refused:
        authenticate(council=council, scope=scope)
    assert refused.value.kind is Kind.UNAUTHENTICATED


def test_a_token_for_one_council_and_for_all_is_refused(authenticate: Authenticate) -> None:
    with pytest.raises(DomainError, match="it must have only one"):
        authenticate(council="GB-SFK", scope="all-councils")


def test_a_token_made_by_a_clock_that_is_far_ahead_of_ours_is_good(authenticate: Authenticate) -> None:
    assert authenticate(council="GB-SFK", iat=4_000_000_000, nbf=NOW + 60).council == "GB-SFK"


def test_a_token_that_is_not_valid_yet_is_refused_by_our_clock_and_names_it(authenticate: Authenticate) -> None:
    with pytest.raises(DomainError, match="valid only in 3600 s by this service's clock") as refused:
        authenticate(council="GB-SFK", nbf=NOW + 3_600)
    assert refused.value.kind is Kind.UNAUTHENTICATED


@pytest.mark.parametrize("begins", ["soon", [], None, float("inf")])
def test_a_token_whose_begin_is_no_time_is_refused(authenticate: Authenticate, begins: object) -> None:
    with pytest.raises(DomainError, match="not valid"):
        authenticate(council="GB-SFK", nbf=begins)
