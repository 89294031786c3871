"""Routes of one supplier: its profile, and the addresses that it pushes to. `shared/http/pushes.py` checks signatures.

A push id that was kept before gets the first answer, and nothing else is kept. The same content under another id is kept, and set
aside as a duplicate when it is read (`usecases/intake.py`, step 3). With withdrawn secrets a push is kept, too, and refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import Reader
from services.suppliers.api.connections import view_of
from services.suppliers.api.paths import SupplierPath
from services.suppliers.contract import RawMessage
from services.suppliers.domain.despatch_form import DespatchForm
from services.suppliers.domain.messages import CANONICAL_DESPATCH
from services.suppliers.domain.withdrawals import refused_push
from services.suppliers.exchange import Exchange, check_served
from services.suppliers.store import feeds, messages, withdrawals
from services.suppliers.usecases import intake, withdrawing
from shared.errors import DomainError, Kind
from shared.http.asked import SIGNED
from shared.http.bodies import described_body
from shared.http.pushes import verify_push
from shared.http.refusals import refusals

_LONGEST_PUSH_ID = 200
_DESPATCH_BODY = described_body({"application/json": DespatchForm.model_json_schema()})

_PUSHED = refusals("no-such-supplier", "bad-signature", "push-out-of-time", "push-id-too-long", "secrets-withdrawn")


def pushes_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/suppliers/{id}`: the supplier's profile, and the addresses that it pushes to."""
    router = APIRouter(prefix="/v1/suppliers/{supplier_id}", tags=["suppliers"])
    secrets = [SecretStr(secret) for secret in exchange.adapter.push_secrets]

    async def get_supplier(supplier_id: SupplierPath, caller: Reader) -> schemas.SupplierView:
        """The supplier's declared facts, what it can do, whether it is reached, and the status of its feeds."""
        check_served(exchange, supplier_id)
        async with engine.connect() as connection:
            statuses = await feeds.statuses(connection)
            withdrawal = await withdrawals.in_force(connection)
            reached = await view_of(connection, exchange, caller.council)
        view = schemas.supplier_view(exchange.profile, statuses, council=caller.council, pushes=bool(secrets))
        since = None if withdrawal is None else withdrawal.withdrawn_at
        return view.model_copy(update={"secrets_withdrawn_at": since, "reachability": reached})

    async def take_webhook(supplier_id: SupplierPath, request: Request) -> schemas.Receipt:
        """Takes a message in the supplier's own form, signed (Standard Webhooks 1.0). The same id twice is one message."""
        check_served(exchange, supplier_id)
        content_type = request.headers.get("content-type", "")
        return await _take_push(engine, exchange, request, secrets=secrets, content_type=content_type)

    async def take_despatch(supplier_id: SupplierPath, request: Request) -> schemas.Receipt:
        """Takes a despatch advice in the canonical form, signed like any push. Every supplier may use it."""
        check_served(exchange, supplier_id)
        return await _take_push(engine, exchange, request, secrets=secrets, content_type=CANONICAL_DESPATCH)

    router.add_api_route("", get_supplier, methods=["GET"], responses=refusals("no-such-supplier"))
    router.add_api_route(
        "/webhooks", take_webhook, methods=["POST"], status_code=202, openapi_extra=dict(SIGNED), responses=_PUSHED
    )
    router.add_api_route(
        "/despatches",
        take_despatch,
        methods=["POST"],
        status_code=202,
        openapi_extra={**_DESPATCH_BODY, **SIGNED},
        responses=_PUSHED,
    )
    return router


async def _take_push(
    engine: AsyncEngine, exchange: Exchange, request: Request, *, secrets: Sequence[SecretStr], content_type: str
) -> schemas.Receipt:
    push = verify_push(request.headers, await request.body(), secrets)
    if len(push.push_id) > _LONGEST_PUSH_ID:
        raise DomainError("push-id-too-long", f"`webhook-id` may have at most {_LONGEST_PUSH_ID} characters.", Kind.MALFORMED)
    raw = RawMessage(push.push_id, push.body, content_type[:100])
    async with engine.begin() as connection:
        withdrawal = await withdrawals.in_force(connection)
        if withdrawal is None:
            return schemas.Receipt(message_id=await _keep(connection, exchange, raw))
        await withdrawing.keep_refused(connection, exchange, raw, withdrawal)
    # Only when its bytes are committed.
    raise refused_push(withdrawal, exchange.profile.name)


async def _keep(connection: AsyncConnection, exchange: Exchange, raw: RawMessage) -> UUID:
    """Keeps a push; returns the id of its message, which was kept before where the push id was."""
    kept = await intake.keep_inbound(connection, exchange, raw, push_id=raw.name)
    if kept is not None:
        return kept.id
    before = await messages.id_of_push(connection, raw.name)
    await withdrawing.take_again(connection, exchange, before)
    return before
