"""Options NAME=NUMBER of the command lines."""

import pytest
import typer

from local.simulators.options import named_numbers
from local.stack.programs import WITH_PORTS


def test_each_number_is_kept_by_its_name() -> None:
    assert named_numbers(["orders=8001", "postgres=5432"], WITH_PORTS, int) == {"orders": 8001, "postgres": 5432}
    assert named_numbers(["refused=0.25"], ["refused"], float) == {"refused": 0.25}


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("order=8001", "'order' is none of postgres, broker, orders"),
        ("orders", "'orders' is not NAME=NUMBER"),
        ("orders=web", "'orders=web' is not NAME=NUMBER"),
        ("orders=8001.5", "'orders=8001.5' is not NAME=NUMBER"),
    ],
)
def test_a_setting_that_names_nothing_or_has_no_number_is_refused(setting: str, reason: str) -> None:
    with pytest.raises(typer.BadParameter, match=reason):
        named_numbers([setting], WITH_PORTS, int)
