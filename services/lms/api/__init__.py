"""Routes of lms: parse, use case, render."""

from services.lms.api.changes import changes_router
from services.lms.api.deliveries import deliveries_router
from services.lms.api.mailbox_messages import mailbox_messages_router
from services.lms.api.mailbox_state import mailbox_state_router
from services.lms.api.mailboxes import mailboxes_router
from services.lms.api.webhook_actions import webhook_actions_router
from services.lms.api.webhooks import webhook_endpoints_router

__all__ = [
    "changes_router",
    "deliveries_router",
    "mailbox_messages_router",
    "mailbox_state_router",
    "mailboxes_router",
    "webhook_actions_router",
    "webhook_endpoints_router",
]
