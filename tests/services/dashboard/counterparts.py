"""A supplier's exchange and the evidence as the pages of suppliers meet them: answers of the real ones' shapes."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.services.hearing import on_day

SUPPLIER = "northern"
_PATH = f"/v1/suppliers/{SUPPLIER}"


@dataclass
class PlayedConnection:
    """The exchange of one supplier; `standing` is whether it is reached, and `refusal` the code with which it refuses."""

    standing: str = "reachable"
    reason: str = ""
    down: bool = False
    staff_only: bool = False
    done: list[tuple[str, Any]] = field(default_factory=list)

    def app(self) -> FastAPI:
        """Its API."""
        app = FastAPI()
        app.add_api_route(_PATH, self._supplier, methods=["GET"], response_model=None)
        app.add_api_route(f"{_PATH}/connection-acts", self._acts, methods=["GET"], response_model=None)
        app.add_api_route(f"{_PATH}/{{what:path}}", self._act, methods=["POST"], response_model=None)
        return app

    async def _supplier(self) -> Response:
        if self.down:
            return Response(status_code=502)
        return JSONResponse(
            {
                "supplier_id": SUPPLIER,
                "name": "Northern Books",
                "kind": "national",
                "capabilities": ["cancels", "invoices"],
                "deduplicates": True,
                "hub_code": None,
                "hub_gln": None,
                "councils": ["GB-SFK"],
                "pushes": False,
                "secrets_withdrawn_at": None,
                "feeds": [
                    {
                        "kind": "despatch",
                        "usual_hours": 72.0,
                        "weekends": False,
                        "last_heard_at": f"{on_day(2, 9)}",
                        "quieted_at": None,
                    }
                ],
                "reachability": {
                    "standing": self.standing,
                    "began_at": None if self.standing == "reachable" else f"{on_day(2, 9)}",
                    "reason": self.reason,
                    "next_try_at": None,
                    "opened_by": "",
                    "waiting": [{"kind": "order", "number": 3}],
                    "last_sent_at": None,
                },
            }
        )

    async def _acts(self) -> Response:
        if self.staff_only:
            detail = "This concerns every council that the supplier serves; ask operations staff to do it."
            return JSONResponse({"code": "operations-staff-only", "detail": detail}, status_code=403)
        step = {"name": "connect to port 22", "worked": False, "answer": "<b>refused</b>", "milliseconds": 4}
        act = {
            "act_id": "1",
            "kind": "tested",
            "acted_at": f"{on_day(2, 9)}",
            "actor": "ann",
            "reason": "to see",
            "steps": [step],
        }
        return JSONResponse({"items": [{**act, "steps": [step]}], "next_cursor": None})

    async def _act(self, what: str, request: Request) -> Response:
        if self.staff_only:
            return await self._acts()
        self.done.append((what, await request.json()))
        return JSONResponse({})


def evidence() -> FastAPI:
    """The evidence about the supplier: a few measures, and one that cannot be told yet."""
    app = FastAPI()

    async def measures() -> dict[str, Any]:
        shares = [("received_within_7_days", 0.2), ("received_within_28_days", 0.81), ("received_within_90_days", 0.97)]
        found = [_measure(name, "share", share) for name, share in shares]
        found += [_measure("hands_per_thousand", "per thousand", 14.0), _measure("promises_kept", "share", None)]
        return {"groups": [{"key": SUPPLIER, "measures": found}]}

    async def departure() -> dict[str, Any]:
        tie = {"strand": "ordering", "meaning": "copies accepted and still to come", "count": 4, "oldest_on": "2026-02-01"}
        return {"left": False, "ties": [tie, {**tie, "meaning": "copies held", "count": 0}], "unknown": ["Ask it."]}

    app.add_api_route("/v1/measures", measures, methods=["GET"])
    app.add_api_route(f"/v1/departures/{SUPPLIER}", departure, methods=["GET"])
    return app


def _measure(name: str, unit: str, value: float | None) -> dict[str, Any]:
    low, high = (None, None) if value is None else (value * 0.9, min(value * 1.1, 1.0) if unit == "share" else value * 1.1)
    note = "4 copies are too few to tell" if value is None else None
    return {"measure": name, "unit": unit, "value": value, "low": low, "high": high, "n": 120, "note": note}
