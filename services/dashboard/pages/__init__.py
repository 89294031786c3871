"""The pages: what the API answers, as HTML. Renders; decides nothing."""

from services.dashboard.pages.acts import audit_router
from services.dashboard.pages.catalogue import catalogue_router, fixes_router
from services.dashboard.pages.changes import changes_router
from services.dashboard.pages.dead_letters import dead_letters_pages_router
from services.dashboard.pages.deliveries import deliveries_router
from services.dashboard.pages.finding import finding_router
from services.dashboard.pages.funds import funds_router
from services.dashboard.pages.live import live_router
from services.dashboard.pages.mailbox_files import mailbox_files_router
from services.dashboard.pages.message_lists import message_lists_router
from services.dashboard.pages.messages import bytes_router, messages_router
from services.dashboard.pages.money import money_router
from services.dashboard.pages.order_actions import copy_actions_router, line_actions_router
from services.dashboard.pages.orders import orders_router
from services.dashboard.pages.overview import overview_page_router
from services.dashboard.pages.proposals import proposal_actions_router, proposals_router
from services.dashboard.pages.receive import receive_router
from services.dashboard.pages.rules import rules_router
from services.dashboard.pages.session import static_router
from services.dashboard.pages.sign_in import sign_in_router
from services.dashboard.pages.suppliers import suppliers_router
from services.dashboard.pages.trends import trends_router
from services.dashboard.pages.work import work_actions_router, work_router

__all__ = [
    "audit_router",
    "bytes_router",
    "catalogue_router",
    "changes_router",
    "copy_actions_router",
    "dead_letters_pages_router",
    "deliveries_router",
    "finding_router",
    "fixes_router",
    "funds_router",
    "line_actions_router",
    "live_router",
    "mailbox_files_router",
    "message_lists_router",
    "messages_router",
    "money_router",
    "orders_router",
    "overview_page_router",
    "proposal_actions_router",
    "proposals_router",
    "receive_router",
    "rules_router",
    "sign_in_router",
    "static_router",
    "suppliers_router",
    "trends_router",
    "work_actions_router",
    "work_router",
]
