"""The list of all events, for generators, tests and dispatch. Add a new event here."""

from __future__ import annotations

from shared.contracts import catalogue, delivery, invoices, messages, orders, selections, suppliers
from shared.contracts.base import Event

EVENTS: tuple[type[Event], ...] = (
    orders.OrderPlaced,
    orders.LinesAdded,
    orders.CancellationRequested,
    orders.LineProgressed,
    orders.RouteChanged,
    orders.LinesDecided,
    orders.SourcingRuleChanged,
    orders.OrderingSwitchChanged,
    suppliers.OrderSent,
    suppliers.OrderResponded,
    suppliers.DespatchAdvised,
    suppliers.RecordsSupplied,
    suppliers.RecordSupplied,
    messages.MessageQuarantined,
    messages.MessageSettled,
    messages.MessageHandled,
    suppliers.FeedQuieted,
    suppliers.FeedResumed,
    suppliers.ReconciliationCompared,
    suppliers.SupplierAnnounced,
    invoices.InvoiceReceived,
    invoices.InvoiceMatched,
    invoices.InvoiceQueried,
    invoices.InvoiceRejected,
    selections.SelectionReceived,
    catalogue.TitleChanged,
    catalogue.RecordRequested,
    catalogue.RecordJudged,
    catalogue.RecordCounted,
    catalogue.DuplicationCounted,
    catalogue.CatalogueRuleChanged,
    catalogue.CatalogueSwitchChanged,
    delivery.ConsignmentExpected,
    delivery.CopiesReceived,
    delivery.DiscrepancyFound,
    delivery.CopyMisdirected,
    delivery.DeliveryRuleChanged,
    delivery.DeliverySwitchChanged,
)
