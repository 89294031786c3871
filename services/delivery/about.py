"""What the API of delivery is about: the texts of its OpenAPI document, and its problems."""

from __future__ import annotations

from services.delivery.problems import PROBLEMS
from shared.http.about import About
from shared.sourcing.problems import PROBLEMS as SOURCING

ABOUT = About(
    description="Deliveries: what is on its way to which place, what arrived, and by which route goods reach a branch.",
    tags={
        "consignments": "What a place should receive; book what arrived.",
        "unpacking": "What a place has to unpack, what a scanned code is, and what arrives where today.",
        "discrepancies": "What arrived otherwise than advised.",
        "records": "Whether records arrived before the goods.",
        "delivery rules": "By which route a supplier's goods reach which branches, from when.",
        "trials": "Rules that try another route with a share of the copies.",
        "switches": "Changes of the route: preview, plan, watch and withdraw them.",
        "approval": "Changes that wait for a second person, and whether the council requires one.",
    },
    problems=(*PROBLEMS, *SOURCING),
)
