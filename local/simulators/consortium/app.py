"""The consortium's API: tokens, orders, cancellations, records. Parses requests, calls the desk, answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ValidationError

from local.simulators.consortium.desk import Desk, KeyReused, UnknownOrder
from local.simulators.consortium.record_list import RecordList, UnknownCursor
from local.simulators.consortium.tokens import Tokens
from local.simulators.consortium.wire import Cancellation, Enquiry, OfferAnswer, Order, RecordRequest, RouteChange

M = TypeVar("M", bound=BaseModel)
JSON = "application/json"


class Refusal(Exception):
    """Makes the API answer with a problem document."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


class Api:
    """The routes; `planned` is called after a request that leads to pushes was saved."""

    def __init__(self, desk: Desk, records: RecordList, tokens: Tokens, planned: Callable[[], None]) -> None:
        self._desk = desk
        self._records = records
        self._tokens = tokens
        self._planned = planned

    async def token(self, request: Request) -> Response:
        """Issues an access token."""
        grant = parse_qs((await request.body()).decode("latin-1")).get("grant_type")
        if grant != ["client_credentials"]:
            return Response('{"error": "unsupported_grant_type"}', status_code=400, media_type=JSON)
        issued = self._tokens.issue(request.headers.get("Authorization", ""))
        if issued is None:
            return Response('{"error": "invalid_client"}', status_code=401, media_type=JSON)
        body = {"access_token": issued, "token_type": "Bearer", "expires_in": self._tokens.seconds}
        return Response(json.dumps(body), media_type=JSON, headers={"Cache-Control": "no-store"})

    async def order(self, request: Request) -> Response:
        """Takes an order."""
        return await self._take(request, Order, self._desk.take_order)

    async def cancellation(self, request: Request, reference: str) -> Response:
        """Takes a cancellation."""

        def take(key: str, body: bytes, cancellation: Cancellation) -> str:
            return self._desk.take_cancellation(key, body, reference, cancellation)

        return await self._take(request, Cancellation, take)

    async def route_change(self, request: Request, reference: str) -> Response:
        """Takes another place of delivery for copies of an order."""

        def take(key: str, body: bytes, change: RouteChange) -> str:
            return self._desk.take_route_change(key, body, reference, change)

        return await self._take(request, RouteChange, take)

    async def offer_answer(self, request: Request, reference: str) -> Response:
        """Takes an answer to an offer of a substitute or a price."""

        def take(key: str, body: bytes, answer: OfferAnswer) -> str:
            return self._desk.take_offer_answer(key, body, reference, answer)

        return await self._take(request, OfferAnswer, take)

    async def enquiry(self, request: Request, reference: str) -> Response:
        """Takes an enquiry about copies of an order, or a claim for them."""

        def take(key: str, body: bytes, enquiry: Enquiry) -> str:
            return self._desk.take_enquiry(key, body, reference, enquiry)

        return await self._take(request, Enquiry, take)

    async def record_request(self, request: Request) -> Response:
        """Takes a request for records."""
        return await self._take(request, RecordRequest, self._desk.take_record_request)

    async def records(self, request: Request, since: str = "") -> Response:
        """Answers with a page of the records that changed after a cursor; 410 for a cursor that is not known."""
        self._authorise(request)
        try:
            return Response(self._records.page(since), media_type=JSON)
        except UnknownCursor as error:
            raise Refusal(410, "unknown-cursor", "The cursor is not known. Ask again without one.") from error

    async def held(self, request: Request, reference: str) -> Response:
        """Answers with the requests and the lines stored for an order."""
        self._authorise(request)
        try:
            return Response(json.dumps(self._desk.held(reference)), media_type=JSON)
        except UnknownOrder as error:
            raise Refusal(404, "unknown-order", f"There is no order {reference}.") from error

    async def ready(self) -> Response:
        """Answers that the API is ready, which it is as soon as it answers."""
        return Response('{"ready": true}', media_type=JSON)

    async def _take(self, request: Request, model: type[M], do: Callable[[str, bytes, M], str]) -> Response:
        self._authorise(request)
        key, body = _key(request), await request.body()
        try:
            receipt = self._desk.repeated(key, body) or do(key, body, model.model_validate_json(body))
        except ValidationError as error:
            raise Refusal(422, "invalid-request", str(error.errors(include_url=False, include_input=False)[0])) from error
        except KeyReused as error:
            raise Refusal(422, "key-reused", "The key was used for another request.") from error
        except UnknownOrder as error:
            raise Refusal(404, "unknown-order", f"There is no order {error}.") from error
        self._planned()
        return Response(receipt, status_code=202, media_type=JSON)

    def _authorise(self, request: Request) -> None:
        if not self._tokens.accepts(request.headers.get("Authorization", "")):
            raise Refusal(401, "no-token", "The access token is missing, wrong or expired.")


def create_app(api: Api) -> FastAPI:
    """Returns the application, with the routes at their paths."""
    app = FastAPI(title="Consortium", openapi_url=None)
    app.add_exception_handler(Refusal, _problem)
    app.add_api_route("/oauth/token", api.token, methods=["POST"])
    app.add_api_route("/v1/orders", api.order, methods=["POST"])
    app.add_api_route("/v1/orders/{reference}", api.held, methods=["GET"])
    app.add_api_route("/v1/orders/{reference}/cancellations", api.cancellation, methods=["POST"])
    app.add_api_route("/v1/orders/{reference}/route-changes", api.route_change, methods=["POST"])
    app.add_api_route("/v1/orders/{reference}/offer-answers", api.offer_answer, methods=["POST"])
    app.add_api_route("/v1/orders/{reference}/enquiries", api.enquiry, methods=["POST"])
    app.add_api_route("/v1/record-requests", api.record_request, methods=["POST"])
    app.add_api_route("/v1/records", api.records, methods=["GET"])
    app.add_api_route("/readyz", api.ready, methods=["GET"])
    return app


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip('"')
    if not key:
        raise Refusal(400, "no-key", "The request needs an Idempotency-Key.")
    return key


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    body = {"type": f"/problems/{error.code}", "status": error.status, "code": error.code, "detail": str(error)}
    return Response(json.dumps(body), status_code=error.status, media_type="application/problem+json")
