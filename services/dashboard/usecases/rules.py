"""Reads the rules of all strands from the services that own them, and passes on what a person changes in them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from services.dashboard.domain.changes import OWNERS
from services.dashboard.domain.rules import SeenEnd, SeenRule, SeenSwitch, SeenTrial, StrandRules
from services.dashboard.domain.visitors import Visitor
from services.dashboard.usecases.asking import Services, all_items
from shared.errors import DomainError
from shared.http.calls import Api, Session
from shared.sourcing.rules import Strand

# In the order in which pages show them.
STRANDS: Sequence[Strand] = (Strand.ORDERING, Strand.CATALOGUE, Strand.DELIVERY)
# Deliveries have rules of routes, and contracts end only with who is ordered from or asked for records.
_RULES: Mapping[Strand, str] = {Strand.DELIVERY: "/v1/route-rules"}
_SOURCING = "/v1/sourcing-rules"
_SUPPLIERS = ("supplier_id", "next_supplier", "from_supplier", "to_supplier")


@dataclass(frozen=True, slots=True)
class Served:
    """Who would get something, by the rules of a strand: in words, or why that is not known."""

    strand: Strand
    words: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: suppliers by id with their names, by which pages call them, and codes of branches.

    `silence` says why it offers nothing; empty where it does.
    """

    suppliers: Mapping[str, str]
    branches: Sequence[str]
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The services that own the strands."""

    services: Services

    async def read(self, visitor: Visitor, choices: Choices) -> Sequence[StrandRules]:
        """Returns all that each strand says. A strand that refuses or does not answer says why."""
        names = choices.suppliers
        return await asyncio.gather(*(self._strand(strand, visitor.token, names) for strand in STRANDS))

    async def choices(self, visitor: Visitor) -> Choices:
        """Returns what forms offer; only why they offer nothing, where the order book does not say."""
        try:
            async with self._api(Strand.ORDERING).session(visitor.token) as session:
                suppliers = await all_items(session, "/v1/suppliers", {})
                branches = await all_items(session, "/v1/branches", {})
        except DomainError as error:
            return Choices({}, (), error.detail)
        named = {item["supplier_id"]: item["name"] for item in suppliers}
        return Choices(named, sorted(item["code"] for item in branches))

    async def preview(self, visitor: Visitor, choices: Choices, *, branch: str, material: str, on: date) -> Sequence[Served]:
        """Returns who would get an order, who would be asked for its records, and how its goods would travel."""
        names = choices.suppliers
        query = {"branch": branch, "material": material, "on": f"{on}"}
        orders, records = await asyncio.gather(
            self._preview(Strand.ORDERING, visitor.token, query), self._preview(Strand.CATALOGUE, visitor.token, query)
        )
        supplier = orders.get("supplier_id")
        goods: Mapping[str, Any] = {"silence": "No supplier would deliver it."}
        if supplier:
            goods = await self._preview(Strand.DELIVERY, visitor.token, {**query, "supplier_id": supplier})
        return [
            Served(Strand.ORDERING, _supplier_in_words(orders, names)),
            Served(Strand.CATALOGUE, _supplier_in_words(records, names)),
            Served(Strand.DELIVERY, _route_in_words(goods)),
        ]

    async def add(self, visitor: Visitor, strand: Strand, body: Mapping[str, object]) -> Any:
        """Has a strand's service add a rule; returns its answer. Raises DomainError as that refuses it."""
        return await self._api(strand).ask("POST", _path(strand), visitor.token, body=body)

    async def end(self, visitor: Visitor, strand: Strand, rule_id: UUID, reason: str) -> Any:
        """Has a strand's service end a rule; returns its answer. Raises DomainError as that refuses it."""
        return await self._api(strand).ask("DELETE", f"{_path(strand)}/{rule_id}?{urlencode({'reason': reason})}", visitor.token)

    async def end_trial(self, visitor: Visitor, strand: Strand, name: str, reason: str) -> Any:
        """Has a strand's service end a trial; returns its answer. Raises DomainError as that refuses it."""
        path = f"/v1/trials/{quote(name, safe='')}/end"
        return await self._api(strand).ask("POST", path, visitor.token, body={"reason": reason})

    async def end_contract(self, visitor: Visitor, strand: Strand, body: Mapping[str, object]) -> Any:
        """Has a strand's service keep a supplier's last day; returns its answer. Raises DomainError as that refuses it."""
        return await self._api(strand).ask("POST", "/v1/contract-ends", visitor.token, body=body)

    async def lift_end(self, visitor: Visitor, strand: Strand, end_id: UUID, reason: str) -> Any:
        """Has a strand's service lift the end of a contract; returns its answer. Raises DomainError as that refuses it."""
        path = f"/v1/contract-ends/{end_id}?{urlencode({'reason': reason})}"
        return await self._api(strand).ask("DELETE", path, visitor.token)

    def _api(self, strand: Strand) -> Api:
        return self.services.of(OWNERS[strand].service)

    async def _strand(self, strand: Strand, token: str, names: Mapping[str, str]) -> StrandRules:
        try:
            async with self._api(strand).session(token) as session:
                return await _read(session, strand, names)
        except DomainError as error:
            return StrandRules(strand, silence=error.detail)

    async def _preview(self, strand: Strand, token: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = await self._api(strand).ask("GET", f"{_path(strand)}/preview?{urlencode(query)}", token)
        except DomainError as error:
            # A refusal that names the field of a request: the form has one of the same name.
            return {"silence": error.detail.rpartition("query/")[2].split("; see ")[0]}
        return found


async def _read(session: Session, strand: Strand, names: Mapping[str, str]) -> StrandRules:
    ends = [] if strand is Strand.DELIVERY else await all_items(session, "/v1/contract-ends", {})
    approval = await session.ask("GET", "/v1/approval")
    return StrandRules(
        strand,
        rules=[SeenRule.model_validate(_named(item, names)) for item in await all_items(session, _path(strand), {})],
        ends=[SeenEnd.model_validate(_named(item, names)) for item in ends],
        trials=[SeenTrial.model_validate(item) for item in await all_items(session, "/v1/trials", {})],
        switches=[SeenSwitch.model_validate(_named(item, names)) for item in await all_items(session, "/v1/switches", {})],
        second_person=approval["second_person"],
    )


def _named(item: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """Returns a thing of a strand with the names of the suppliers that it names by id."""
    found = {name: names.get(item[name]) for name in _SUPPLIERS if item.get(name)}
    return {**item, **{f"{name.removesuffix('_id')}_name": value for name, value in found.items()}}


def _path(strand: Strand) -> str:
    return _RULES.get(strand, _SOURCING)


def _supplier_in_words(found: Mapping[str, Any], names: Mapping[str, str]) -> str:
    def named(arm: Mapping[str, Any] | None) -> str:
        supplier = arm["supplier_id"] if arm else None
        return names.get(supplier, supplier) if supplier else "nobody: no rule applies"

    if "silence" in found:
        return str(found["silence"])
    if trial := found.get("trial"):
        drawn = f"the share {trial['share']} that trial {trial['name']} draws"
        return f"{named(trial['pilot'])} for {drawn}, else {named(trial['control'])}"
    end = found.get("contract_end")
    return f"{named(found)} (the contract with {named(end)} ends on {end['last_day']})" if end else named(found)


def _route_in_words(found: Mapping[str, Any]) -> str:
    if "silence" in found:
        return str(found["silence"])
    route = found["route"]
    if route is None:
        return "as the supplier delivers by itself: no rule applies"
    said = f"through the hub {route['hub']['code']}" if route["hub"] else "straight to the branch"
    trial = found.get("trial")
    return f"{said}, for the share {trial['share']} that trial {trial['name']} draws" if trial else said
