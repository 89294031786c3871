"""Values of the record model behave as those of a frozen dataclass."""

from dataclasses import fields, replace

from shared.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """An example."""

    left: str
    right: int = 0


def test_values_with_equal_fields_are_equal_and_have_one_hash() -> None:
    assert Pair("a", 1) == Pair("a", 1) != Pair("a", 2)
    assert len({Pair("a", 1), Pair("a", 1), Pair("a", 2)}) == 2


def test_a_changed_copy_leaves_the_value_as_it_was() -> None:
    before = Pair("a", 1)

    assert replace(before, right=2) == Pair("a", 2)
    assert before == Pair("a", 1)


def test_a_value_has_no_other_attributes_than_its_fields() -> None:
    assert [field.name for field in fields(Pair)] == ["left", "right"]
    assert not hasattr(Pair("a"), "__dict__")
