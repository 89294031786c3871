"""Known words that a misspelt one may mean."""

import pytest

from services.catalogue.domain.correcting import MOST_READINGS, nearest, neighbours


@pytest.mark.parametrize("misspelt", ["piranesy", "pirannesi", "piraesi", "prianesi", "piranesi"])
def test_words_that_differ_by_a_letter_share_a_neighbour(misspelt: str) -> None:
    assert set(neighbours(misspelt)) & set(neighbours("piranesi"))
    assert nearest(misspelt, ["piranesi", "hamnet"]) == ("piranesi",)


def test_neighbours_are_the_same_in_every_process_and_fit_a_column() -> None:
    assert sorted(neighbours("emma")) == [-2024422278, 1376639190, 1437123909, 1539020029]
    assert all(-(2**31) <= number < 2**31 for number in neighbours("piranesi"))


def test_the_most_similar_words_are_first_and_few() -> None:
    assert nearest("marten", ["carter", "martin", "martens", "marten", "barten"])[:1] == ("marten",)
    assert len(nearest("marten", ["martin", "martens", "marted", "barten", "smarten"])) == MOST_READINGS
