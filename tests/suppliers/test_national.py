"""The suite over two national booksellers, who write and want to be written to in different dialects."""

from __future__ import annotations

from functools import partial

import pytest

from local.profiles_national import BOOKSELLERS
from tests.suppliers.conftest import MakeSide
from tests.suppliers.other_side import NationalSide
from tests.suppliers.suite import SupplierSuite


class TestNational(SupplierSuite):
    """EDIFACT and ONIX over SFTP, deliveries to each branch."""

    @pytest.fixture
    def supplier_id(self) -> str:
        return "national"

    @pytest.fixture(params=BOOKSELLERS)
    def make_side(self, request: pytest.FixtureRequest) -> MakeSide:
        return partial(NationalSide, bookseller=request.param)
