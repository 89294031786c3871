"""What the entry point builds, and what it refuses to build."""

from importlib.metadata import entry_points

import asyncssh
import pytest

from services.suppliers.contract import ENTRY_POINTS, Adapter, CancelsOrders, SuppliesRecords
from services.suppliers.national import NationalAdapter, adapter
from tests.unit.services.suppliers.national.conftest import a_profile

KEY = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()


def test_the_adapter_does_all_that_its_profile_can_declare() -> None:
    built = adapter(a_profile().model_dump_json(), {"sftp_private_key": KEY})

    assert isinstance(built, Adapter)
    assert isinstance(built, CancelsOrders)
    assert isinstance(built, SuppliesRecords)
    assert built.push_secrets == ()
    assert built.profile == a_profile()


def test_a_password_serves_as_well_as_a_key() -> None:
    assert isinstance(adapter(a_profile().model_dump_json(), {"sftp_password": "secret"}), NationalAdapter)


@pytest.mark.parametrize("secrets", [{}, {"sftp_private_key": "not a key"}])
def test_secrets_that_cannot_be_used_are_refused_at_the_start(secrets: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="sftp_private_key"):
        adapter(a_profile().model_dump_json(), secrets)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [('"supplier_gln":"5098765432101"', "not a GLN"), ('"charset":"UNOZ"', "unknown charset"), ('"host_keys":[]', "at least 1")],
)
def test_a_profile_that_cannot_work_is_refused_at_the_start(wrong: str, reason: str) -> None:
    name = wrong.partition(":")[0]
    text = a_profile().model_dump_json()
    start = text.index(name)
    end = text.index("]" if "[" in wrong else ",", start)
    broken = text[:start] + wrong.removesuffix("]") + text[end:]

    with pytest.raises(ValueError, match=reason):
        adapter(broken, {"sftp_password": "secret"})


def test_the_adapter_is_found_by_its_entry_point() -> None:
    found = {point.name: point for point in entry_points(group=ENTRY_POINTS)}

    assert found["national"].load() is adapter
