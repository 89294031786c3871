"""Settings of the catalogue: what it says about itself to those who harvest it by OAI-PMH."""

from __future__ import annotations

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings

_LABEL = r"[A-Za-z](?:[A-Za-z0-9\-]*[A-Za-z0-9])?"


class CatalogueSettings(ServiceSettings):
    """Environment of one process of the catalogue service."""

    oai_repository_name: str = Field(default="Stockbridge", min_length=1, max_length=200)
    oai_base_url: str = Field(pattern=r"^https?://[!-~]+$", description="Address under which harvesters reach `/oai`")
    oai_admin_email: str = Field(pattern=r"^[!-?A-~]+@[!-?A-~]+$", description="Whom harvesters write to")
    oai_domain: str = Field(
        pattern=rf"^{_LABEL}(?:\.{_LABEL})+$",
        description="Domain in the identifiers of records, oai:DOMAIN:ISBN. Another one makes other records for harvesters",
    )
    oai_token_key: SecretStr = Field(
        min_length=16, description="Signs resumption tokens; the same in every process. Another one ends the lists being read"
    )
