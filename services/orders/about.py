"""What the API of orders is about: the texts of its OpenAPI document, and its problems."""

from __future__ import annotations

from services.orders.problems import PROBLEMS
from shared.http.about import About
from shared.sourcing.problems import PROBLEMS as SOURCING

ABOUT = About(
    description="The order book: a council's purchase orders, their lines and copies, invoices, and which supplier serves what.",
    tags={
        "orders": "Place orders, read them with their copies and history, and have copies cancelled.",
        "open lines": "What a supplier still owes, line by line.",
        "decisions": "Suppliers' offers of substitutes and prices: accept or decline them.",
        "invoices": "Suppliers' invoices and credit notes, matched to copies; decide about those that are queried.",
        "proposals": "Orders that suppliers propose: accept or decline them.",
        "branches": "The council's branches, which its orders name.",
        "enquiries": "What suppliers are asked about copies that are late, short or damaged, by policy or by hand.",
        "funds": "The council's funds, what copies commit and cost in each financial year, and rollovers to the next.",
        "suppliers": "The suppliers that rules can name, and the declaration that one answers no more.",
        "sourcing rules": "Which supplier serves which branches and materials, from when.",
        "trials": "Rules that try another supplier with a share of the copies.",
        "contract ends": "Last days of contracts with suppliers.",
        "switches": "Changes of the supplier: preview, plan, watch and withdraw them.",
        "approval": "Changes that wait for a second person, and whether the council requires one.",
    },
    problems=(*PROBLEMS, *SOURCING),
)
