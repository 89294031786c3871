"""Order numbers on the wire: a further part has a number of its own, and is read as the council's number."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import CancellationToSend, ResponseFact
from services.suppliers.domain.places import number_and_place
from services.suppliers.national.dialect import Dialect
from services.suppliers.national.order_numbers import of_the_council, on_the_wire
from services.suppliers.national.read import read
from services.suppliers.national.read.translation import Conventions
from shared.clock import ManualClock
from tests.unit.services.suppliers.national.conftest import SUFFOLK, a_line, an_adapter, an_order
from tests.unit.services.suppliers.national.written import a_message

# As the order book takes them.
NUMBERS = st.from_regex(re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,34}"), fullmatch=True).map(str.strip)
RESPONSE = """
BGM+231+R-55012+4
RFF+ON:{number}
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
LIN+1+5+9780141439518:EN
UNS+S
CNT+2:1
"""


@given(NUMBERS, st.integers(1, 500), st.sampled_from(["", "STK/"]))
def test_every_part_is_read_as_the_number_of_the_council(number: str, part: int, prefix: str) -> None:
    dialect = Dialect(order_prefix=prefix)
    wired = on_the_wire(number, part, dialect)
    assert of_the_council(wired, dialect) == number
    assert (wired == f"{prefix}{number}") is (part == 1)


def test_a_further_part_for_one_place_is_read_as_the_number_with_the_place() -> None:
    wired = on_the_wire("PO-2026-118=CSU", 2, Dialect())
    assert wired == "PO-2026-118=CSU(2)"
    assert number_and_place(of_the_council(wired, Dialect())) == ("PO-2026-118", "CSU")


@pytest.mark.parametrize("charset", ["UNOA", "UNOB", "UNOC"])
def test_a_further_part_has_its_number_in_the_message_and_in_its_cancellation(clock: ManualClock, charset: str) -> None:
    adapter, line = an_adapter(clock, charset=charset), a_line(title="EMMA", author="AUSTEN")
    order = an_order(line)
    first, second = [adapter.write_order(replace(order, part=part), 42).body for part in (1, 2)]
    assert second == first.replace(b"+PO-2026-118+", b"+PO-2026-118(2)+")
    cancellation = CancellationToSend(SUFFOLK, order.order_id, order.order_number, "MOVED", ((line, (1,)),), part=2)
    assert b"RFF+ON:PO-2026-118(2)'" in adapter.write_cancellation(cancellation, 43).body


def test_an_answer_to_a_further_part_names_the_order() -> None:
    (fact,) = read(a_message("ORDRSP", RESPONSE.format(number="PO-2026-118(2)")), Conventions()).facts
    assert isinstance(fact, ResponseFact)
    assert fact.order_number == "PO-2026-118"
