"""The words for what people do through the services' APIs, by the name of the operation, and for what it is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping

# A test compares these with the operations of all services that change something.
DEEDS: Mapping[str, str] = {
    # orders
    "cancel_order": "Asked to cancel copies",
    "move_order": "Moved copies to another supplier",
    "supplier_told": "Noted that the supplier was told",
    "ask_order": "Asked the supplier about copies",
    "keep_policy": "Set how a supplier is chased",
    "accept_decision": "Accepted a supplier's offer",
    "decline_decision": "Declined a supplier's offer",
    "accept_invoice": "Accepted a queried invoice",
    "reject_invoice": "Rejected a queried invoice",
    "propose_proposal": "Uploaded a file of proposals",
    "accept_proposal": "Ordered a proposal",
    "decline_proposal": "Declined a proposal",
    "create_mapping": "Added how a supplier's selection files are read",
    "replace_mapping": "Changed how a supplier's selection files are read",
    "delete_mapping": "Removed how a supplier's selection files are read",
    "keep_branches": "Changed branches",
    "keep_funds": "Changed funds",
    "decide_fund": "Decided what a fund's commitments move to",
    "decide_fund_rollovers": "Decided what funds' commitments move to",
    "declare_supplier": "Declared that a supplier answers no more",
    "decide_switch": "Decided about copies of a switch",
    # rules, in every service that owns a strand
    "add_rule": "Added a sourcing rule",
    "end_rule": "Ended a sourcing rule",
    "post_rule": "Added a delivery rule",
    "delete_rule": "Ended a delivery rule",
    "end_trial": "Ended a trial",
    "add_end": "Stated the end of a contract",
    "lift_end": "Withdrew the end of a contract",
    "approve_change": "Approved a change",
    "decline_change": "Declined a change",
    "put_approval": "Set whether a second person is required",
    "plan_switch": "Planned a switch",
    "withdraw_switch": "Withdrew a switch",
    # delivery
    "post_receipt": "Reported what was unpacked",
    # catalogue
    "add_fix": "Fixed a field of a title",
    "lift_fix": "Lifted a fix of a title",
    "put_minimum": "Set the minimum for records",
    "set_profile": "Set the field of items in MARC",
    "set_record_files": "Set when files of records are made",
    # exchanges
    "replay_message": "Replayed a message",
    "release_message": "Settled a message of unknown fate",
    "discard_message": "Discarded a message",
    "add_mapping": "Mapped a supplier's reference",
    "withdraw_mapping": "Ended a mapping",
    "add_reconciliation": "Compared open lines with the supplier",
    "withdraw_supplier": "Withdrew open orders from a supplier",
    "restore_withdrawal": "Restored withdrawn orders",
    "open_circuit": "Stopped all calls to a supplier",
    "close_circuit": "Let a supplier be called again",
    "test_connection": "Tested the connection to a supplier",
    # evidence
    "post_decision": "Kept a decision with its evidence",
    "post_baseline": "Kept a baseline",
    "post_promise": "Kept a supplier's promise",
    "put_model": "Set what work costs",
    "post_agreement": "Recorded that a supplier agreed to a statement",
    # library systems
    "create_webhook_endpoint": "Added an address for webhooks",
    "replace_webhook_endpoint": "Changed an address for webhooks",
    "delete_webhook_endpoint": "Removed an address for webhooks",
    "rotate_webhook_secret": "Gave an address for webhooks another secret",
    "enable_webhook_endpoint": "Sent to an address for webhooks again",
    "resend_changes": "Sent changes again by webhook",
    "test_webhook_endpoint": "Tested an address for webhooks",
    "resend_webhook_delivery": "Sent one change again by webhook",
    "create_mailbox": "Added a mailbox",
    "replace_mailbox": "Changed a mailbox",
    "delete_mailbox": "Closed a mailbox",
    "rotate_mailbox_credentials": "Gave a mailbox other credentials",
    "test_mailbox": "Tested a mailbox",
    "replay_mailbox_message": "Read a library system's file again",
    "discard_mailbox_message": "Discarded a library system's file",
    "offer_mailbox_message_again": "Offered a file to a library system again",
    # every service
    "replay_dead_letter": "Replayed a dead letter",
    "discard_dead_letter": "Discarded a dead letter",
}

# What acts are about, as services name it. The same test compares these.
KINDS_OF_ACTS = (
    *("approval", "baseline", "branch", "change", "chasing_policy", "consignment", "contract_end", "cost_model", "dead_letter"),
    *("decision", "delivery", "departure", "fix", "fund", "fund_rollover", "invoice", "item_profile", "mailbox"),
    *("mailbox_message", "mapping", "marc_order_mapping", "message", "order", "promise", "proposal", "reconciliation"),
    *("record_file", "record_minimum", "route_rule", "sourcing_rule", "supplier", "switch", "title", "trial"),
    *("webhook_endpoint", "withdrawal"),
)

# A kind that is not here is its own words, as `invoice` is.
KINDS: Mapping[str, str] = {
    "approval": "second person",
    "chasing_policy": "chasing of",
    "cost_model": "costs of work from",
    "departure": "departure from",
    "item_profile": "field of items",
    "mailbox_message": "file of a library system",
    "marc_order_mapping": "mapping of selection files",
    "record_file": "files of records",
    "record_minimum": "minimum for records",
    "route_rule": "delivery rule",
    "webhook_endpoint": "address for webhooks",
}
