"""The suite over the national bookseller."""

from __future__ import annotations

import pytest

from tests.suppliers.conftest import MakeSide
from tests.suppliers.other_side import NationalSide
from tests.suppliers.suite import SupplierSuite


class TestNational(SupplierSuite):
    """EDIFACT and ONIX over SFTP, deliveries to each branch."""

    @pytest.fixture
    def supplier_id(self) -> str:
        return "national"

    @pytest.fixture
    def make_side(self) -> MakeSide:
        return NationalSide
