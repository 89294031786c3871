"""The problems that only the order book answers with."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="branch-closed",
        status=422,
        title="The branch takes no orders.",
        meaning="The branch is closed on this day.",
        cure="Name another branch or an earlier day.",
        example="Branch 'LOWE' is closed from 2026-12-01.",
    ),
    ProblemKind(
        code="duplicate-order-number",
        status=409,
        title="The order number is used.",
        meaning="An order with other content has this number, or the order was placed, but not from this proposal.",
        cure="Give the order a new number. If you meant to repeat it, send exactly its first content.",
        example="Order number 'SFK-2026-0042' was used before for an order with other content; give this one a new number.",
    ),
    ProblemKind(
        code="invoice-settled",
        status=409,
        title="The invoice is settled.",
        meaning="Only a queried invoice waits for a decision.",
        cure="Read the invoice: its history says what settled it.",
        example="The invoice is matched; only a queried one can be decided.",
    ),
    ProblemKind(
        code="no-such-invoice",
        status=404,
        title="There is no such invoice.",
        meaning="The council has no invoice with this id.",
        cure="List the invoices with `GET /v1/invoices`.",
        example="The council has no invoice with this id.",
    ),
    ProblemKind(
        code="no-such-order",
        status=404,
        title="There is no such order.",
        meaning="The council has no order with this id.",
        cure="List the orders with `GET /v1/orders`.",
        example="The council has no order with this id.",
    ),
    ProblemKind(
        code="no-such-proposal",
        status=404,
        title="There is no such proposal.",
        meaning="The council has no proposal with this id.",
        cure="List the proposals with `GET /v1/proposals`.",
        example="The council has no proposal with this id.",
    ),
    ProblemKind(
        code="no-such-supplier",
        status=404,
        title="There is no such supplier.",
        meaning="No supplier with this id has announced itself.",
        cure="List the suppliers with `GET /v1/suppliers`.",
        example="The council has no supplier with this id.",
    ),
    ProblemKind(
        code="not-cancellable",
        status=422,
        title="Some copies cannot be cancelled.",
        meaning="At least one copy cannot be cancelled any more, or its supplier takes no cancellations; nothing was changed.",
        cure="Leave out the copies that `errors` lists.",
        example="Some copies cannot be cancelled; nothing was changed.",
    ),
    ProblemKind(
        code="not-confirmed",
        status=422,
        title="The confirmation is missing.",
        meaning="What was asked for cannot be undone, so that the supplier's name must be given once more.",
        cure="Send the supplier's `name`, as `GET /v1/suppliers` shows it, in `confirm`.",
        example="This frees all copies that national owes, without asking it. To confirm, send its name: 'National Books'.",
    ),
    ProblemKind(
        code="not-decidable",
        status=422,
        title="Some copies cannot be decided about.",
        meaning="At least one copy does not wait for this decision; nothing was changed.",
        cure="Leave out the copies that `errors` lists. `GET /v1/switches/{switch_id}/copies` shows those that ask.",
        example="Some copies cannot be decided about; nothing was changed.",
    ),
    ProblemKind(
        code="order-refused",
        status=422,
        title="The order has faults.",
        meaning="The order cannot be placed as it is; nothing was ordered. All its faults are listed at once.",
        cure="Correct what `errors` lists and send the order again.",
        example="The order has 2 faults; nothing was ordered.",
    ),
    ProblemKind(
        code="proposal-settled",
        status=409,
        title="The proposal is settled.",
        meaning="The proposal was accepted, declined or withdrawn by its supplier.",
        cure="Read the proposal. An accepted one names the order.",
        example="The proposal is declined; only an open one waits for a decision.",
    ),
    ProblemKind(
        code="rehearsal-refused",
        status=422,
        title="The rehearsal has faults.",
        meaning="The rules or the switch to rehearse cannot be as they are.",
        cure="Correct what `errors` lists.",
        example="The rehearsal has 1 fault.",
    ),
    ProblemKind(
        code="sourced-elsewhere",
        status=409,
        title="Sourcing rules give copies to another supplier.",
        meaning=(
            "The council's rules give copies of the proposal to another supplier than the one that selected them; nothing "
            "was ordered."
        ),
        cure="Set `follow_sourcing_rules` to order them there, or change the rules first.",
        example=(
            "Sourcing rules give copies to another supplier than the one that selected them; nothing was ordered. Set "
            "`follow_sourcing_rules` to order them there."
        ),
    ),
    ProblemKind(
        code="too-many-branches",
        status=422,
        title="The council would have too many branches.",
        meaning="A council may register so many branches; known ones may always be changed.",
        cure="Send fewer new branches. `detail` has the limit.",
        example="A council may have 2,000 branches: it has 1,998, and 5 of these are new.",
    ),
    ProblemKind(
        code="too-many-funds",
        status=422,
        title="The council would have too many funds.",
        meaning="A council may register so many funds; known ones may always be changed.",
        cure="Send fewer new funds. `detail` has the limit.",
        example="A council may have 2,000 funds: it has 1,998, and 5 of these are new.",
    ),
    ProblemKind(
        code="unknown-branch",
        status=422,
        title="There is no such branch.",
        meaning="The council has registered no branch with this code.",
        cure="Correct the code, or register the branch with `PUT /v1/branches`.",
        example="No branch 'IPSX'; see GET /v1/branches.",
    ),
    ProblemKind(
        code="unknown-line",
        status=422,
        title="Some lines are not in this order.",
        meaning="At least one of the line keys belongs to no line of the order; nothing was changed.",
        cure="Send line keys of the order's `lines`.",
        example="Some lines are not in this order; nothing was changed.",
    ),
)
