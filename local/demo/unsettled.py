"""Ends a run that did not settle with one cause, the number of copies, and a file that lists everything that is wrong."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.demo.exchange import SCOPES, Exchange, Message
from local.demo.play import Outcome
from local.demo.reckoning import Copies, moving
from local.demo.report import shortened
from local.lms.calls import Service, UnexpectedAnswer
from local.stack import Stack

_REPORT = "not-settled.log"
_ANSWER_SECONDS = 10.0
# What has to happen next to a copy in each state.
_NEXT = {
    "ordered": "the exchange has not sent the order",
    "sent": "the supplier has not answered the order",
    "accepted": "the supplier has not announced the goods",
    "despatched": "no branch has received the goods",
    "at_hub": "the hub has not sent the goods on",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the exchange of one supplier reports: the messages that wait for a person, and whether it reaches its supplier."""

    waiting: Sequence[Message] = ()
    cut_off: bool = False
    answers: bool = True


async def unsettled(stack: Stack, outcome: Outcome) -> str:
    """Writes the file; returns the cause, the number of copies and the file in one sentence each."""
    found = await asyncio.gather(*(_see(stack, url) for url in stack.endpoints.suppliers.values()))
    exchanges = dict(zip(stack.endpoints.suppliers, found, strict=True))
    stuck = {key: copy for key, copy in moving(outcome.copies).items() if key not in outcome.explained}
    why = cause(stuck, exchanges) if stuck else shortened(outcome.faults[0])
    path = stack.options.folder / _REPORT
    path.write_text("\n".join([*report(outcome.faults, stuck, exchanges), ""]), encoding="utf-8")
    return f"{why}. Copies still on their way: {len(stuck)} of {len(outcome.copies)}. Everything that is wrong: {path}"


async def _see(stack: Stack, url: str) -> Seen:
    try:
        async with (
            asyncio.timeout(_ANSWER_SECONDS),
            Service(url, lambda: stack.token(None, *SCOPES, subject="operations")) as service,
        ):
            exchange = Exchange(service)
            waiting = [message for message in await exchange.inbound_messages() if message.waits]
            return Seen(waiting, await exchange.is_cut_off())
    except (TimeoutError, UnexpectedAnswer):
        return Seen(answers=False)


def cause(stuck: Copies, exchanges: Mapping[str, Seen]) -> str:
    """Returns why the most copies are stuck. The trouble of an exchange explains more than the state of a copy."""
    supplier, number = Counter(copy.supplier for copy in stuck.values()).most_common(1)[0]
    seen = exchanges[supplier]
    if not seen.answers:
        return f"The exchange of {supplier} does not answer ({number} copies)"
    if seen.cut_off:
        return f"The exchange of {supplier} cannot reach its supplier ({number} copies)"
    if seen.waiting:
        reason = Counter(message.reason for message in seen.waiting).most_common(1)[0][0]
        return f"Messages of {supplier} that wait for a person: {len(seen.waiting)}, most because: {shortened(reason)}"
    state, in_state = Counter(copy.state for copy in stuck.values() if copy.supplier == supplier).most_common(1)[0]
    return f"Copies of {supplier} that are {state}: {in_state}; {_NEXT[state]}"


def report(faults: Sequence[str], stuck: Copies, exchanges: Mapping[str, Seen]) -> list[str]:
    """Returns the lines of the file: all faults, every copy that is stuck, every message that waits."""
    lines = ["What is wrong:", *(f"  {fault}" for fault in faults), "Copies on their way (order|line|branch|nth):"]
    lines += [f"  {key}  {copy.supplier}  {copy.state}: {_NEXT[copy.state]}" for key, copy in sorted(stuck.items())]
    lines += ["Messages that wait for a person:"]
    return lines + [
        f"  {supplier}  {message.name}  {message.kind}, {message.state}: {message.reason}"
        for supplier, seen in sorted(exchanges.items())
        for message in seen.waiting
    ]
