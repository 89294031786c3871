"""New identities."""

import re

from shared.ids import new_line_key


def test_a_line_key_fits_the_narrowest_supplier_and_is_unique() -> None:
    keys = {new_line_key() for _ in range(10_000)}
    assert len(keys) == 10_000
    assert all(re.fullmatch(r"SB-[0-9A-HJKMNP-TV-Z]{16}", key) for key in keys)
