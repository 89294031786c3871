"""`python -m services.orders [migrate]`: one process of the orders service."""

from __future__ import annotations

import sys

from services.orders.app import PACKAGE, create_app
from services.orders.settings import OrdersSettings
from shared.serve import serve

if __name__ == "__main__":
    settings = OrdersSettings()
    serve(PACKAGE, settings, lambda: create_app(settings), sys.argv[1:])
