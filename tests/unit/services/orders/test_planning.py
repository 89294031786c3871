"""A switch of the ordering strand as a council asks for it."""

from services.orders.domain.planning import AskedSwitch


def test_a_request_has_the_fingerprint_of_the_releases_before() -> None:
    asked = {"from_supplier": "consortium", "to_supplier": "national", "branches": ["LOWE"], "first_day": "2026-03-01"}
    found = AskedSwitch.model_validate({**asked, "open_copies": "move", "reason": "leaving"}).fingerprint()
    assert found.hex() == "7750bef766bcdec66f5dac3cfca83581a3b4bfe759798a1d6a302cf840617a99"
