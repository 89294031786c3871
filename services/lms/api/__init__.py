"""Routes of lms: parse, use case, render."""

from services.lms.api.changes import changes_router
from services.lms.api.deliveries import deliveries_router
from services.lms.api.webhook_actions import webhook_actions_router
from services.lms.api.webhooks import webhook_endpoints_router

__all__ = ["changes_router", "deliveries_router", "webhook_actions_router", "webhook_endpoints_router"]
