"""The app of every service, for tests of what all services have in common. Their database need not exist."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from services.catalogue import app as catalogue
from services.dashboard import app as dashboard
from services.dashboard.settings import DashboardSettings
from services.delivery import app as delivery
from services.orders import app as orders
from services.orders.settings import OrdersSettings
from services.suppliers import app as suppliers
from services.suppliers.settings import SuppliersSettings
from shared.settings import Role, ServiceSettings
from tests.contracts.silent_supplier import SilentSupplier
from tests.fixtures.tokens import Tokens

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
_NO_FILE = Path("none.json")


def _suppliers(common: Mapping[str, Any]) -> FastAPI:
    files: dict[str, Any] = {"supplier_profile_file": _NO_FILE, "supplier_secrets_file": _NO_FILE}
    return suppliers.create_app(SuppliersSettings(**common, supplier_adapter="silent", **files), adapter=SilentSupplier())


_APPS: Mapping[str, Callable[[Mapping[str, Any]], FastAPI]] = {
    "catalogue": lambda common: catalogue.create_app(ServiceSettings(**common)),
    "dashboard": lambda common: dashboard.create_app(DashboardSettings(**common)),
    "delivery": lambda common: delivery.create_app(ServiceSettings(**common)),
    "orders": lambda common: orders.create_app(OrdersSettings(**common)),
    "suppliers": _suppliers,
}
SERVICES = tuple(_APPS)


def app_of(service: str, tokens: Tokens, *, database_url: str = NOWHERE) -> FastAPI:
    """Returns the API of a service."""
    common = {
        "role": Role.API,
        "database_url": SecretStr(database_url),
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "auth_jwks_file": tokens.jwks_file,
    }
    return _APPS[service](common)
