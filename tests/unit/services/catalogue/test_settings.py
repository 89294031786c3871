"""What the catalogue may say about itself to harvesters."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.catalogue.settings import CatalogueSettings

GOOD = {
    "database_url": "postgresql+asyncpg://catalogue@127.0.0.1/catalogue",
    "kafka_bootstrap_servers": "127.0.0.1:9092",
    "auth_jwks_file": "jwks.json",
    "oai_base_url": "https://catalogue.library.example/oai",
    "oai_admin_email": "catalogue@library.example",
    "oai_domain": "library.example",
    "oai_token_key": "k" * 16,
}


def test_the_key_of_tokens_is_never_shown() -> None:
    assert "k" * 16 not in repr(CatalogueSettings(**_given()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("oai_base_url", "catalogue.library.example/oai"),
        ("oai_base_url", "https://catalogue.library.example/o ai"),
        ("oai_admin_email", "the librarian"),
        ("oai_domain", "library"),
        ("oai_domain", "https://library.example"),
        ("oai_domain", "library.example:8000"),
        ("oai_token_key", "k" * 15),
    ],
)
def test_what_harvesters_could_not_use_is_refused_at_start(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CatalogueSettings(**_given(**{name: value}))
    assert [fault["loc"] for fault in refused.value.errors()] == [(name,)]


def _given(**changes: str) -> dict[str, Any]:
    return {**GOOD, **changes}
