"""INVOIC messages for tests, read from what their bodies say."""

from shared.formats.editeur import Invoice
from tests.unit.shared.formats.editeur.reads import read


def invoice(body: str) -> Invoice:
    """An invoice in pounds with this body."""
    value, _ = read("INVOIC", "BGM+380+I-1+9'\nCUX+2:GBP:4'\n" + body)
    assert isinstance(value, Invoice)
    return value
