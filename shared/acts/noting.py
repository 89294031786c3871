"""Notes what a person asks of a service's API, in the transaction of the change: one row of `act` for a request that changes.

`shared.http.repeating` notes each request with an `Idempotency-Key`, and `shared.sourcing.approving` each change of rules.
Whoever does neither, or knows what was before and after, calls `note_act` itself; the first note of a request counts.
Must not know what a request changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.acts.trimming import difference, trimmed
from shared.auth import Call, current_call
from shared.bus import current_cause
from shared.ids import new_id
from shared.messaging.tables import act
from shared.naming import thing_of

_LONGEST_REASON, _LONGEST_THING, _LONGEST_PATH = 2_000, 200, 500


class ActOutcome(StrEnum):
    """The result of what a person did."""

    DONE = "done"
    WAITING = "waiting"


async def note_act(
    connection: AsyncConnection,
    *,
    thing: str = "",
    council: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    outcome: ActOutcome = ActOutcome.DONE,
) -> None:
    """Notes the current request, unless it was noted already.

    Without `after`, what the request asked for is kept. `thing` is the id of what was made, where neither
    the path nor the request names it; `council` is whose thing it is, where operations staff act. Outside of a request, nothing
    is noted.
    """
    call = current_call()
    if call is None or call.noted:
        return
    asked = await _asked(call.request)
    values = {
        **_who_and_what(call, thing, council, asked),
        "reason": _reason(call.request, asked),
        "before": trimmed(before),
        "after": trimmed(_without_reason(asked) if after is None else after) or None,
        "outcome": outcome.value,
        "correlation_id": current_cause().correlation_id,
    }
    await connection.execute(insert(act), values)
    call.noted = True


async def note_change(connection: AsyncConnection, before: object, after: object) -> None:
    """Notes the current request with what it changed of a thing; not where that is nothing. `before` is {} for a new thing."""
    old, new = difference(before, after)
    if old or new:
        await note_act(connection, before=old, after=new)


def _who_and_what(call: Call, thing: str, council: str | None, asked: Mapping[str, Any]) -> dict[str, Any]:
    route: APIRoute = call.request.scope["route"]
    kind, named = thing_of(route), list(call.request.path_params.values())
    return {
        "act_id": new_id(),
        "council": call.caller.council or council,
        "actor": call.caller.subject,
        "operation": route.operation_id,
        "kind": kind,
        "thing": str(named[-1] if named else thing or asked.get(f"{kind}_id", ""))[:_LONGEST_THING],
        "path": call.request.url.path[:_LONGEST_PATH],
    }


def _reason(request: Request, asked: Mapping[str, Any]) -> str:
    reason = asked.get("reason") or request.query_params.get("reason") or ""
    return str(reason).strip()[:_LONGEST_REASON]


def _without_reason(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name != "reason"}


async def _asked(request: Request) -> dict[str, Any]:
    """Returns the members of a request's JSON object; nothing for other content."""
    if "json" not in request.headers.get("content-type", ""):
        return {}
    try:
        body = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {"items": body}
