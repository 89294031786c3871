"""Stand-ins for the MARC 21 writer, and an API of the catalogue that uses them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
from lxml import etree
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.api import changes_router, oai_router
from services.catalogue.api.oai import Harvested
from services.catalogue.app import PACKAGE
from services.catalogue.domain.merging import Title
from services.catalogue.rendering import Writers
from services.catalogue.settings import CatalogueSettings
from shared.clock import Clock
from shared.formats.oai_pmh import Repository
from shared.http.app import Chassis, create_service_app

MARC21 = "http://www.loc.gov/MARC21/slim"
KEY = b"0123456789abcdef"
REPOSITORY = Repository(
    name="Test",
    base_url="http://service/oai",
    admin_emails=("catalogue@stockbridge.example",),
    earliest=datetime(2025, 1, 1, tzinfo=UTC),
    key=KEY,
    has_sets=True,
)


def _status(title: Title) -> str:
    return "d" if title.withdrawn else "n"


def marcxml(title: Title) -> etree._Element:
    """A record with status and ISBN, and nothing else."""
    record = etree.XML(f'<record xmlns="{MARC21}"/>')
    etree.SubElement(record, f"{{{MARC21}}}leader").text = f"00000{_status(title)}am a2200000 i 4500"
    etree.SubElement(record, f"{{{MARC21}}}controlfield", tag="001").text = title.isbn
    return record


def marc(title: Title) -> bytes:
    """A record that ends as one of ISO 2709 does."""
    return f"{_status(title)}{title.isbn}\x1d".encode()


@asynccontextmanager
async def doors(engine: AsyncEngine, settings: CatalogueSettings, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """Both doors with these writers. The engine's connections stay open."""
    routers = [
        changes_router(engine, Writers(marcxml, marc)),
        oai_router(engine, clock, Harvested(REPOSITORY, "stockbridge.example", marcxml)),
    ]
    app = create_service_app(Chassis(PACKAGE, settings, engine, clock), routers=routers, parts=[])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        yield client
