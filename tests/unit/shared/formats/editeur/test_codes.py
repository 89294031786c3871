"""The code lists among themselves."""

from shared.formats.editeur import codes


def test_every_code_has_a_meaning() -> None:
    tables = [getattr(codes, name) for name in codes.__all__]
    meanings = [meaning for table in tables if isinstance(table, dict) for meaning in table.values() if isinstance(meaning, str)]

    assert all(meaning.strip() for meaning in meanings)


def test_each_charge_code_has_one_family() -> None:
    families = [codes.ALLOWANCES, codes.SERVICING_CODES, codes.CARRIAGE, codes.TAX_CHARGES, codes.OTHER_CHARGES]

    assert sum(map(len, families)) == len(codes.CHARGES)


def test_old_values_are_not_current_ones() -> None:
    assert not codes.OLD_AVAILABILITIES.keys() & codes.AVAILABILITIES.keys()
    assert not codes.OLD_INSTRUCTIONS.keys() & codes.SERVICING_CODES.keys()
