"""The problems of rules, trials, contract ends, switches and their approval, the same in every service that has a strand."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="change-decided",
        status=409,
        title="The change was decided before.",
        meaning="It was approved, declined or made without a second person, so it no longer waits.",
        cure="Read it with `GET /v1/changes/{change_id}`; ask for another change to alter what it did.",
        example="This change was approved by r.patel; ask for another one to alter what it did.",
    ),
    ProblemKind(
        code="day-passed",
        status=422,
        title="The first day has passed.",
        meaning="The first day passed while the change waited for a second person.",
        cure="Decline the change, and propose it again with a later day.",
        example=(
            "2026-11-02 has passed while this waited for a second person. Decline it, and propose it again with 2026-11-30 "
            "or a later day."
        ),
    ),
    ProblemKind(
        code="next-ends-too",
        status=422,
        title="The contract of the next supplier ends, too.",
        meaning="The supplier named as next has a contract that ends no later.",
        cure="Name a supplier whose contract goes on, or lift that end first.",
        example="The contract with national ends on 2026-12-31, too; name another supplier.",
    ),
    ProblemKind(
        code="no-such-change",
        status=404,
        title="There is no such change.",
        meaning="The council has no change with this id.",
        cure="List the changes with `GET /v1/changes`.",
        example="The council has no change with this id.",
    ),
    ProblemKind(
        code="no-such-contract-end",
        status=404,
        title="There is no such end of a contract.",
        meaning="The council has stated no end of a contract with this id, or it is another council's.",
        cure="List them with `GET /v1/contract-ends`.",
        example="The council has no contract-end with this id.",
    ),
    ProblemKind(
        code="no-such-rule",
        status=404,
        title="There is no such sourcing rule.",
        meaning="The council has no sourcing rule with this id.",
        cure="List the rules with `GET /v1/sourcing-rules`.",
        example="Your council has no sourcing rule with this id.",
    ),
    ProblemKind(
        code="no-such-switch",
        status=404,
        title="There is no such switch.",
        meaning="The council has no switch with this id.",
        cure="List the switches with `GET /v1/switches`.",
        example="The council has no switch with this id.",
    ),
    ProblemKind(
        code="no-such-trial",
        status=404,
        title="There is no such trial.",
        meaning="No rule of the council names a trial with this name.",
        cure="List the trials with `GET /v1/trials`.",
        example="Your council has no trial 'direct-2026' here; GET /v1/trials lists those of this strand.",
    ),
    ProblemKind(
        code="other-terms",
        status=422,
        title="The trial has other terms.",
        meaning="Rules of one trial share its terms, and this one differs.",
        cure="Send the terms of the trial's other rules, or another name.",
        example="The trial 'direct-2026' has the share 50, not 30.",
    ),
    ProblemKind(
        code="overlapping-trials",
        status=422,
        title="Two trials would overlap.",
        meaning="The rule would put one copy into two trials.",
        cure="End the other trial first, or choose a scope or days that do not overlap.",
        example="The trial 'hub-2026' covers the same branch and material until 2026-12-31.",
    ),
    ProblemKind(
        code="own-change",
        status=403,
        title="You proposed this change yourself.",
        meaning="The council requires a second person, and nobody approves a change of their own.",
        cure="Have another person of the council approve it. You can decline it.",
        example="j.archer proposed this change, so that another person of the council must approve it. You can decline it.",
    ),
    ProblemKind(
        code="past-day",
        status=422,
        title="The last day is in the past.",
        meaning="The end of a contract cannot be stated for a day that has passed.",
        cure="Name today or a later day.",
        example="The last day is in the past; name 2026-11-30 or a later day.",
    ),
    ProblemKind(
        code="proposed-before",
        status=409,
        title="Somebody proposed the same.",
        meaning="Another person proposed the same change, and it waits for a second person.",
        cure="Approve or decline that change; `detail` has its path.",
        example=(
            "r.patel proposed the same on 02 November 2026. Approve that with POST "
            "/v1/changes/0192f0c1-2b3a-7c4d-8e5f-60718293a4b5/approve, or decline it."
        ),
    ),
    ProblemKind(
        code="reason-missing",
        status=422,
        title="The change needs a reason.",
        meaning="The council requires a second person, who must be able to judge why the change is made.",
        cure="Send `reason`.",
        example=(
            "Your council requires a second person to approve this: say why it is made, in `reason`, so that they can judge it."
        ),
    ),
    ProblemKind(
        code="same-first-day",
        status=422,
        title="Another rule has this scope and first day.",
        meaning="Two rules of one scope cannot begin on the same day: neither would decide.",
        cure="End the other rule, or choose another day.",
        example="A rule for the same branch and material begins on the same day.",
    ),
    ProblemKind(
        code="same-supplier",
        status=422,
        title="The next supplier is the one that is left.",
        meaning="A contract that ends needs another supplier after it, or none.",
        cure="Name another supplier in `next_supplier`, or leave it out.",
        example="The next supplier is the one that is left. Name another one, or none.",
    ),
    ProblemKind(
        code="switch-over",
        status=409,
        title="The switch is over.",
        meaning="The switch has ended or was withdrawn, so nothing about it can be changed.",
        cure="Plan another switch to go back.",
        example="The switch is withdrawn; plan another one to go back.",
    ),
    ProblemKind(
        code="switch-refused",
        status=422,
        title="The switch has faults.",
        meaning="The switch cannot be planned as it is; nothing was changed.",
        cure="Correct what `errors` lists, and use `POST /v1/switches/preview` to see what it would do.",
        example="The switch has 1 fault; nothing was planned.",
    ),
    ProblemKind(
        code="trial-missing",
        status=422,
        title="A pilot rule needs a trial.",
        meaning="The rule has `mode` `pilot` and no `trial`, so no arm could be drawn.",
        cure="Send `trial`, or `mode` `live`.",
        example="A pilot rule names its trial.",
    ),
    ProblemKind(
        code="trial-of-live-rule",
        status=422,
        title="A live rule has no trial.",
        meaning="The rule has `trial` but `mode` `live`.",
        cure="Leave `trial` out, or send `mode` `pilot`.",
        example="A live rule has no trial: leave `trial` out, or send `mode` `pilot`.",
    ),
    ProblemKind(
        code="unit-not-drawn",
        status=422,
        title="The trial draws by a unit that this strand does not have.",
        meaning="A trial of this strand cannot draw its arms by this unit.",
        cure="Choose one of the units that `detail` names.",
        example="Trials of this strand draw by order, title or copy.",
    ),
    ProblemKind(
        code="unknown-supplier",
        status=422,
        title="No exchange serves this supplier.",
        meaning="The supplier is not known here: none has announced itself under this id.",
        cure=(
            "Correct the id, or start the supplier's exchange; then send the request again. Orders lists suppliers: `GET "
            "/v1/suppliers`."
        ),
        example="No exchange serves supplier 'natoinal': orders for it would go nowhere. Known: consortium, national.",
    ),
)
