"""The pages: what the API answers, as HTML. Renders; decides nothing."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.pages.acts import audit_router
from services.dashboard.pages.catalogue import catalogue_router, fixes_router
from services.dashboard.pages.changes import changes_router
from services.dashboard.pages.dead_letters import dead_letters_pages_router
from services.dashboard.pages.deliveries import deliveries_router
from services.dashboard.pages.finding import finding_router
from services.dashboard.pages.funds import funds_router
from services.dashboard.pages.live import Changes, live_router
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
from services.dashboard.usecases.acts import Trail
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.changes import Strands
from services.dashboard.usecases.deliveries import Deliveries
from services.dashboard.usecases.invoices import Invoices
from services.dashboard.usecases.letters import Letters
from services.dashboard.usecases.mailbox_files import Mailboxes
from services.dashboard.usecases.messages import Exchanges
from services.dashboard.usecases.rules import Rules
from services.dashboard.usecases.settling import Settling
from services.dashboard.usecases.suppliers import Suppliers
from services.dashboard.usecases.titles import Titles
from shared.clock import Clock
from shared.db.engine import reading


def page_routers(engine: AsyncEngine, clock: Clock, services: Services, changes: Changes) -> list[APIRouter]:
    """Returns the routers of all pages."""
    looking = reading(engine)
    exchanges, deliveries = Exchanges(services), Deliveries(services, looking)
    titles, rules, settling = Titles(services), Rules(services), Settling(services, engine, clock)
    return [
        static_router(),
        sign_in_router(),
        live_router(changes),
        overview_page_router(looking),
        work_router(looking, settling),
        work_actions_router(engine, settling),
        finding_router(looking, services),
        orders_router(looking, services),
        line_actions_router(services),
        copy_actions_router(services),
        proposals_router(services),
        proposal_actions_router(services),
        messages_router(exchanges),
        bytes_router(exchanges),
        message_lists_router(services),
        mailbox_files_router(Mailboxes(services)),
        dead_letters_pages_router(Letters(services)),
        changes_router(Strands(services)),
        deliveries_router(deliveries),
        receive_router(deliveries),
        money_router(Invoices(services)),
        funds_router(services, clock),
        trends_router(looking, clock),
        catalogue_router(titles),
        fixes_router(titles),
        audit_router(Trail(services)),
        suppliers_router(Suppliers(services, looking), rules),
        rules_router(rules),
    ]
