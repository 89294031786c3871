"""The problems that only deliveries answer with."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="consignment-moved",
        status=409,
        title="The goods are expected at another branch.",
        meaning="The branch of the consignment closed: what was outstanding is in a consignment of the branch that took over.",
        cure="Take the goods to the branch that `detail` names, and send their receipt there, for the consignment it names.",
        example=(
            "Branch LOWE is closed: its goods are expected at IPSW. Take them there, and scan them there in consignment "
            "0b5a1f2c-4f0e-4d3a-9a63-6f6a5f9f2f10."
        ),
    ),
    ProblemKind(
        code="no-such-consignment",
        status=404,
        title="There is no such consignment.",
        meaning="The council expects no consignment with this id.",
        cure="List the consignments with `GET /v1/consignments`.",
        example="The council has no consignment with this id.",
    ),
    ProblemKind(
        code="no-such-item",
        status=422,
        title="The consignment has no such item.",
        meaning="The receipt names an item that is not in this consignment, or is in another one since a branch closed.",
        cure="Read the consignment with `GET /v1/consignments/{consignment_id}`, and name an item of it, a barcode or an ISBN.",
        example="The consignment has no item 0b5a1f2c-4f0e-4d3a-9a63-6f6a5f9f2f10.",
    ),
    ProblemKind(
        code="no-such-receipt",
        status=404,
        title="There is no such receipt.",
        meaning="The consignment has no receipt with this id, or it is another council's.",
        cure="Read the consignment with `GET /v1/consignments/{consignment_id}`: it lists its receipts.",
        example="The council has no receipt with this id.",
    ),
    ProblemKind(
        code="no-such-route-rule",
        status=404,
        title="There is no such delivery rule.",
        meaning="The council has no delivery rule with this id.",
        cure="List the rules with `GET /v1/route-rules`.",
        example="The council has no route-rule with this id.",
    ),
    ProblemKind(
        code="route-not-offered",
        status=422,
        title="The supplier does not deliver by this route.",
        meaning="The supplier's profile does not offer the route, or not for these goods.",
        cure="Choose a route that `detail` names, name another supplier, or have the supplier's profile corrected.",
        example=(
            "national does not deliver by hub. Choose one of these, name another supplier, or have the supplier's profile "
            "corrected."
        ),
    ),
)
