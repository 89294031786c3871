"""The order book's tables. Money in minor units, times with zone."""

from services.orders.store.tables.base import metadata
from services.orders.store.tables.decisions import decision
from services.orders.store.tables.enquiries import chasing_policy, enquiry, enquiry_copy
from services.orders.store.tables.funds import fund, fund_count, fund_rollover
from services.orders.store.tables.history import history
from services.orders.store.tables.invoices import copy_cost, invoice, invoice_line
from services.orders.store.tables.judgements import judgement
from services.orders.store.tables.orders import (
    branch,
    copy,
    edition,
    order_line,
    order_state,
    purchase_order,
    supplier,
    timeline,
    title,
)
from services.orders.store.tables.proposals import marc_order_mapping, proposal, proposal_file, proposal_line
from services.orders.store.tables.requests import request
from services.orders.store.tables.routes import route_rule
from services.orders.store.tables.switches import switch, switch_copy

__all__ = [
    "branch",
    "chasing_policy",
    "copy",
    "copy_cost",
    "decision",
    "edition",
    "enquiry",
    "enquiry_copy",
    "fund",
    "fund_count",
    "fund_rollover",
    "history",
    "invoice",
    "invoice_line",
    "judgement",
    "marc_order_mapping",
    "metadata",
    "order_line",
    "order_state",
    "proposal",
    "proposal_file",
    "proposal_line",
    "purchase_order",
    "request",
    "route_rule",
    "supplier",
    "switch",
    "switch_copy",
    "timeline",
    "title",
]
