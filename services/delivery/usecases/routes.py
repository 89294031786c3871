"""Delivery rules: adds and ends them, publishes each change, and shows which one decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.routes import Decided, Supplier, decide, deciding_of
from services.delivery.outgoing import rule_changed
from services.delivery.store import routes
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.suppliers import SupplierAnnounced
from shared.errors import DomainError, Fault, Kind, no_such
from shared.sourcing.routes import RouteRule
from shared.sourcing.rules import Ending
from shared.sourcing.trials import pilot_faults
from shared.sourcing.warnings import RuleWarning


async def learn_supplier(connection: AsyncConnection, event: SupplierAnnounced) -> None:
    """Keeps a supplier that has an exchange, with the routes it offers: rules can name it from now on."""
    await routes.keep_supplier(connection, event)


async def add_rule(
    connection: AsyncConnection, rule: RouteRule, *, by: str, clock: Clock, approved_by: str | None = None
) -> RouteRule:
    """Adds a rule and publishes it; returns it with who made it. It applies to orders placed from now on.

    Raises DomainError (422) for a supplier without an exchange, for one that does not offer the route, for a pilot rule whose
    trial is missing or does not fit the council's others, and for one with the scope and first day of another rule.
    """
    if rule.supplier_id is not None:
        supplier = _known(await routes.suppliers(connection), rule.supplier_id, "/supplier_id")
        if not supplier.offers(rule):
            way_out = "Choose one of these, name another supplier, or have the supplier's profile corrected."
            raise _refused(Fault("/route", "route-not-offered", f"{supplier.refusal(rule)} {way_out}"))
    await routes.TRIALS.check_new(connection, rule, pilot_faults(rule), clock.today())
    added = await routes.add(connection, rule, by=by, approved_by=approved_by)
    await tell_of_rule(connection, added, clock=clock)
    return added


async def warnings_of_rule(connection: AsyncConnection, rule: RouteRule, today: date) -> Sequence[RuleWarning]:
    """Returns what the council may not have meant by a rule, whether it is kept or waits for a second person."""
    return await routes.TRIALS.warnings(connection, rule, deciding_of(await routes.suppliers(connection)), today)


async def tell_of_rule(connection: AsyncConnection, rule: RouteRule, *, clock: Clock) -> None:
    """Publishes a rule that is new or was ended."""
    await publish(connection, [rule_changed(rule)], clock)


async def end_rule(connection: AsyncConnection, council: str, rule_id: UUID, *, ending: Ending, clock: Clock) -> RouteRule:
    """Ends a rule today and publishes that. Raises DomainError (404) for a rule that the council does not have."""
    rule = await routes.end(connection, council, rule_id, on=clock.today(), ending=ending)
    if rule is None:
        raise no_such("route-rule")
    await tell_of_rule(connection, rule, clock=clock)
    return rule


async def get_rule(connection: AsyncConnection, council: str, rule_id: UUID) -> RouteRule:
    """Returns one rule. Raises DomainError (404) for a rule that the council does not have."""
    rule = await routes.get_rule(connection, council, rule_id)
    if rule is None:
        raise no_such("route-rule")
    return rule


async def preview(
    connection: AsyncConnection, council: str, *, branch: str, material: str, supplier_id: str, on: date
) -> Decided:
    """Returns what decides the route of one supplier's goods on a day. Raises DomainError (422) for an unknown supplier."""
    supplier = _known(await routes.suppliers(connection), supplier_id, "/query/supplier_id")
    return decide(await routes.rules_on(connection, council, on), supplier, branch=branch, material=material, on=on)


def _known(suppliers: Mapping[str, Supplier], supplier_id: str, pointer: str) -> Supplier:
    found = suppliers.get(supplier_id)
    if found is None:
        text = (
            f"No exchange serves supplier {supplier_id!r}, so that its routes are not known. "
            f"Known: {', '.join(suppliers) or 'none yet'}. "
            "Correct the name, or start the exchange: it announces itself; then send this again."
        )
        raise _refused(Fault(pointer, "unknown-supplier", text))
    return found


def _refused(fault: Fault) -> DomainError:
    return DomainError(fault.code, fault.detail, Kind.INVALID, [fault])
