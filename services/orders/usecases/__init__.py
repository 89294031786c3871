"""The use cases of the order book, one function each. Each runs in its caller's transaction."""

from services.orders.usecases.asked import place_asked_orders
from services.orders.usecases.branches import KeepBranches, keep_branches
from services.orders.usecases.cancelling import CancelCopies, request_cancellation
from services.orders.usecases.chasing import AskSupplier, KeepPolicy, ask_supplier, keep_policy, record_enquiry_sent
from services.orders.usecases.deaths import DeclareDead, declare_dead, preview_death
from services.orders.usecases.deciding import DecideCopies, decide_copies
from services.orders.usecases.goods import expect_copies, receive_copies, reopen_copy
from services.orders.usecases.invoices import (
    InvoiceDecision,
    accept_invoice,
    receive_invoice,
    reject_invoice,
)
from services.orders.usecases.moves import movable_copies, move_copies_elsewhere
from services.orders.usecases.offers import AnswerOffer, answer_offer, warn_of_titles
from services.orders.usecases.placing import Placed, PlaceOrder, place_orders, refused_form
from services.orders.usecases.planning import SWITCHES, Previewed, preview_switch
from services.orders.usecases.proposals import (
    AcceptProposal,
    accept_proposal,
    decline_proposal,
    proposal_faults,
    propose_order,
    proposed_document,
)
from services.orders.usecases.rehearsing import Rehearse, rehearse
from services.orders.usecases.rerouting import SupplierTold, note_supplier_told
from services.orders.usecases.responses import apply_responses, record_sent
from services.orders.usecases.routes import learn_route_rules
from services.orders.usecases.suppliers import learn_supplier
from services.orders.usecases.titles import learn_judgements, learn_titles

__all__ = [
    "SWITCHES",
    "AcceptProposal",
    "AnswerOffer",
    "AskSupplier",
    "CancelCopies",
    "DecideCopies",
    "DeclareDead",
    "InvoiceDecision",
    "KeepBranches",
    "KeepPolicy",
    "PlaceOrder",
    "Placed",
    "Previewed",
    "Rehearse",
    "SupplierTold",
    "accept_invoice",
    "accept_proposal",
    "answer_offer",
    "apply_responses",
    "ask_supplier",
    "decide_copies",
    "declare_dead",
    "decline_proposal",
    "expect_copies",
    "keep_branches",
    "keep_policy",
    "learn_judgements",
    "learn_route_rules",
    "learn_supplier",
    "learn_titles",
    "movable_copies",
    "move_copies_elsewhere",
    "note_supplier_told",
    "place_asked_orders",
    "place_orders",
    "preview_death",
    "preview_switch",
    "proposal_faults",
    "propose_order",
    "proposed_document",
    "receive_copies",
    "receive_invoice",
    "record_enquiry_sent",
    "record_sent",
    "refused_form",
    "rehearse",
    "reject_invoice",
    "reopen_copy",
    "request_cancellation",
    "warn_of_titles",
]
