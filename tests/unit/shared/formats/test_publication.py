"""Dates of publication, as records give them."""

import pytest

from shared.formats.publication import plain_date


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("20131105T000000+0100", "2013-11-05"),
        ("20131105T0000Z", "2013-11-05"),
        ("2013-11-05T00:00:00.000+01:00", "2013-11-05"),
        ("2013-11-05 00:00", "2013-11-05"),
        (" 20131105 ", "2013-11-05"),
        ("201311", "2013-11"),
        ("2013-11", "2013-11"),
        ("2013", "2013"),
        ("20131100", "2013-11"),
        ("20130000", "2013"),
        ("2013110520140131", "2013-11-05"),
        ("2013-2014", "2013-2014"),
        ("Spring 2014", "Spring 2014"),
        ("c2014", "c2014"),
        ("", ""),
        ("20131345", None),
        ("20230229", None),
        ("00131105", None),
        ("14340101", None),
        ("31", None),
    ],
)
def test_a_date_of_publication_is_plain_or_words_or_none(stated: str, read: str | None) -> None:  # case B6
    assert plain_date(stated) == read
