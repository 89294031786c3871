"""The table of line statuses against the code list it interprets."""

from services.orders.domain.statuses import LINE_STATUSES
from shared.formats.editeur import codes


def test_every_status_of_the_list_has_an_effect_and_no_other() -> None:
    assert LINE_STATUSES.keys() == codes.STATUSES.keys()
