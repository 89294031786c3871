"""The list of every event, for generators, tests and dispatch. A new event is added here."""

from __future__ import annotations

from shared.contracts import catalogue, delivery, orders, suppliers
from shared.contracts.base import Event

EVENTS: tuple[type[Event], ...] = (
    orders.OrderPlaced,
    orders.CancellationRequested,
    orders.LineProgressed,
    suppliers.OrderSent,
    suppliers.OrderResponded,
    suppliers.DespatchAdvised,
    suppliers.RecordSupplied,
    suppliers.MessageQuarantined,
    suppliers.MessageSettled,
    catalogue.TitleChanged,
    catalogue.RecordRequested,
    delivery.ConsignmentExpected,
    delivery.CopiesReceived,
    delivery.DiscrepancyFound,
)
