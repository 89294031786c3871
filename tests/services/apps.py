"""The app of every service, for tests of what all services have in common. Their database need not exist."""

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI

from services.catalogue import app as catalogue
from services.catalogue.settings import CatalogueSettings
from services.dashboard import app as dashboard
from services.dashboard.settings import DashboardSettings
from services.delivery import app as delivery
from services.evidence import app as evidence
from services.evidence.settings import EvidenceSettings
from services.lms import app as lms
from services.lms.settings import LmsSettings
from services.orders import app as orders
from services.orders.settings import OrdersSettings
from services.suppliers import app as suppliers
from services.suppliers.settings import SuppliersSettings
from shared.settings import ServiceSettings
from tests.contracts.silent_supplier import SilentSupplier
from tests.fixtures.tokens import Tokens
from tests.services.serving import OAI, WEBHOOKS, api_settings

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
_NO_FILE = Path("none.json")


def _suppliers(url: str, tokens: Tokens) -> FastAPI:
    files = {"supplier_profile_file": _NO_FILE, "supplier_secrets_file": _NO_FILE}
    settings = api_settings(SuppliersSettings, url, tokens, supplier_adapter="silent", **files)
    return suppliers.create_app(settings, adapter=SilentSupplier())


_APPS: Mapping[str, Callable[[str, Tokens], FastAPI]] = {
    "catalogue": lambda url, tokens: catalogue.create_app(api_settings(CatalogueSettings, url, tokens, **OAI)),
    "dashboard": lambda url, tokens: dashboard.create_app(api_settings(DashboardSettings, url, tokens)),
    "delivery": lambda url, tokens: delivery.create_app(api_settings(ServiceSettings, url, tokens)),
    "evidence": lambda url, tokens: evidence.create_app(api_settings(EvidenceSettings, url, tokens)),
    "lms": lambda url, tokens: lms.create_app(api_settings(LmsSettings, url, tokens, **WEBHOOKS)),
    "orders": lambda url, tokens: orders.create_app(api_settings(OrdersSettings, url, tokens)),
    "suppliers": _suppliers,
}
SERVICES = tuple(_APPS)


def app_of(service: str, tokens: Tokens, *, database_url: str = NOWHERE) -> FastAPI:
    """Returns the API of a service."""
    return _APPS[service](database_url, tokens)
