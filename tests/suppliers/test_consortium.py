"""The suite over the regional consortium."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.machine.certificates import Certificates, mint_certificates
from shared.clock import SystemClock
from tests.suppliers.conftest import MakeSide
from tests.suppliers.other_side import ConsortiumSide, OtherSide, Trait
from tests.suppliers.suite import SupplierSuite


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return mint_certificates(tmp_path_factory.mktemp("certificates"), clock=SystemClock())


class TestConsortium(SupplierSuite):
    """JSON over HTTPS, answers by push, deliveries to the hub."""

    @pytest.fixture
    def supplier_id(self) -> str:
        return "consortium"

    @pytest.fixture
    def make_side(self, certificates: Certificates) -> MakeSide:
        def make(folder: Path, webhook_url: str, traits: tuple[Trait, ...]) -> OtherSide:
            return ConsortiumSide(folder, webhook_url, traits, certificates=certificates)

        return make
