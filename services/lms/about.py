"""What the API of the lms service is about: the texts of its OpenAPI document, and its problems."""

from __future__ import annotations

from services.lms.problems import PROBLEMS
from shared.http.about import About

ABOUT = About(
    description="News for a library system: one ordered feed of what happened to a council's orders, goods, records and "
    "invoices, to be read or sent to its endpoints.",
    tags={
        "changes": "What happened, in the order in which it became known.",
        "mailbox messages": "The files in and out of mailboxes, byte for byte, and what became of the orders in them.",
        "mailboxes": "Where an LMS that speaks EDIFACT puts its files and fetches ours, over SFTP.",
        "webhooks": "Where it is sent, and what came back.",
    },
    problems=PROBLEMS,
)
