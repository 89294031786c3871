"""The table of line statuses: the effect of each value of EDItEUR list 12B on copies. Pure data.

On the left is the list's code, on the right its effect, whose text is the meaning of the code. The list itself is in
`shared/formats/editeur/codes/orders.py`; a test compares the two. A supplier's own codes are translated into the list's before
they get here: by `statuses` of a bookseller's profile, or by the adapter's own table.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.orders import CopyState
from shared.contracts.suppliers import ClaimAnswer


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a status: the state it puts copies in (none: leave them), and what a person must decide, if anything.

    `reopens`: the status also applies to copies that went missing or arrived damaged. Any other status about those is
    older than the goods, which have overtaken it. `restates`: the status describes how things are, so that the same report again
    is about the same copies. Otherwise it announces a decision, and another one is about further copies. `substitutes`: the
    substitute that the answer names will come instead of the ordered book. `claimed`: the status answers a claim, so
    that it is about copies that went missing or arrived damaged alone.
    """

    state: CopyState | None
    note: str
    attention: str = ""
    reopens: bool = False
    restates: bool = True
    substitutes: bool = False
    claimed: bool = False


def _held(note: str, ask: str = "") -> Effect:
    return Effect(CopyState.HELD, note, ask)


def _refused(note: str, ask: str = "Decide whether to place these copies with another supplier.") -> Effect:
    return Effect(CopyState.REFUSED, note, ask, restates=False)


def _cancelled(note: str, *, reopens: bool = False) -> Effect:
    return Effect(CopyState.CANCELLED, note, reopens=reopens, restates=False)


def _back_ordered(note: str) -> Effect:
    return Effect(CopyState.BACK_ORDERED, note)


def _re_ordered(note: str) -> Effect:
    return Effect(CopyState.BACK_ORDERED, f"re-ordered by the supplier: {note} (supplier's fault)", reopens=True)


LINE_STATUSES: dict[str, Effect] = {
    "100": Effect(CopyState.ACCEPTED, "accepted", restates=False),
    "101": _held("held: price query", "Answer the supplier's price query."),
    "102": _held("held: discount query", "Answer the supplier's discount query."),
    "103": _held("held: minimum order not reached"),
    "104": _held("held: firm order required", "Confirm to the supplier that the order is firm."),
    "110": Effect(
        CopyState.ACCEPTED,
        "accepted; a substitute will be supplied",
        "Check that the substitute is wanted.",
        restates=False,
        substitutes=True,
    ),
    "200": _refused("not accepted, no reason given"),
    "201": _refused("not accepted: price"),
    "202": _refused("not accepted: discount"),
    "203": _refused("not accepted: minimum order"),
    "205": _refused("not accepted: promotion not valid"),
    "206": _refused("not accepted: promotion has ended"),
    "207": _refused("not accepted: customer not eligible"),
    # A duplicate must never be placed again: the first order is still open.
    "208": _refused("not accepted: duplicate of an earlier order", "Find the earlier order; do not place this line again."),
    "210": _refused("not accepted; a substitute is offered", "Decide on the substitute that the supplier offers."),
    "220": _cancelled("outstanding line cancelled, no reason given"),
    "221": _cancelled("outstanding line cancelled: past its expiry date"),
    "222": _cancelled("cancelled at the customer's request", reopens=True),
    "223": _cancelled("outstanding line cancelled: cannot be supplied"),
    "300": Effect(None, "passed to another supplier; goods may come from elsewhere"),
    "301": Effect(None, "passed to the second-hand department; goods may come from elsewhere"),
    "400": _back_ordered("back order: awaiting supply"),
    "401": _back_ordered("back order: on order at the supplier's supplier"),
    "402": _back_ordered("back order: on order from abroad"),
    "403": _back_ordered("back order: waiting for a minimum quantity"),
    "404": _back_ordered("back order: despatched to the supplier, awaiting delivery there"),
    "405": _re_ordered("wrong item arrived"),
    "406": _re_ordered("short delivery"),
    "407": _re_ordered("damaged"),
    "408": _re_ordered("imperfect"),
    "409": _re_ordered("its supplier cannot trace the order"),
    "410": Effect(CopyState.ACCEPTED, "being processed"),
    "411": _held("in processing, awaiting the customer's action", "The supplier waits for an action of the library."),
    "412": _held("held, awaiting the customer's instructions", "Give the supplier instructions."),
    "413": Effect(None, "chased by the supplier"),
    "500": Effect(None, "account on hold", "The whole account is on hold: contact the supplier's customer service."),
    "800": Effect(None, "already despatched; a cancellation arrived too late", "Expect the goods; compare with the despatch."),
    "900": Effect(None, "the supplier cannot trace the line", "The order may be lost at the supplier: ask, then place again."),
    "901": _held("held: the title changed", "Decide whether the changed title is wanted."),
    "902": _held("held: publication is delayed", "Decide whether to wait."),
    "903": _held("held: the price changed", "Decide whether the new price is acceptable."),
    "999": _held("temporary hold by the supplier"),
}


CLAIM_ANSWERS: dict[ClaimAnswer, Effect] = {
    ClaimAnswer.RESEND: Effect(CopyState.BACK_ORDERED, "claim accepted: will be sent again", reopens=True, claimed=True),
    ClaimAnswer.CREDIT: Effect(
        CopyState.CANCELLED, "claim accepted: not sent again, a credit follows", reopens=True, restates=False, claimed=True
    ),
    ClaimAnswer.REFUSED: Effect(
        None,
        "claim refused",
        "The supplier refuses the claim: settle it with the supplier, then cancel the copies or order them again.",
        claimed=True,
    ),
}


def effect_of(code: str) -> Effect:
    """Returns the effect of a status code. An unknown code holds the copies and asks a person: no code is dropped."""
    unknown = Effect(CopyState.HELD, f"unknown status {code!r}", f"Ask the supplier what status {code!r} means.")
    return LINE_STATUSES.get(code, unknown)
