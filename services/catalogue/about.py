"""What the API of catalogue is about: the texts of its OpenAPI document, and its problems."""

from __future__ import annotations

from services.catalogue.problems import PROBLEMS
from shared.http.about import About
from shared.sourcing.problems import PROBLEMS as SOURCING

ABOUT = About(
    description=(
        "The catalogue: titles merged from suppliers' records, what each council reads of them, and MARC for its library system."
    ),
    tags={
        "titles": "Search and read titles, as JSON or MARC.",
        "records": "Titles that changed, in the order of their changes, and offers.",
        "offers": "Prices and availability that suppliers state for a title.",
        "record quality": "How good suppliers' records are, and the minimum that a council expects.",
        "duplication": "How many records suppliers sent for titles that were there already.",
        "harvesting": "OAI-PMH 2.0 for library systems.",
        "sru": "SRU 1.2 searches for library systems.",
        "sourcing rules": "Which supplier's records serve which branches and materials, from when.",
        "trials": "Rules that try another supplier with a share of the titles.",
        "contract ends": "Last days of contracts with suppliers.",
        "switches": "Changes of the supplier of records: preview, plan, watch and withdraw them.",
        "approval": "Changes that wait for a second person, and whether the council requires one.",
    },
    problems=(*PROBLEMS, *SOURCING),
)
