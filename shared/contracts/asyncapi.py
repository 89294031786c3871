"""Describes every topic and event as an AsyncAPI 3.0 document. Built from the registry alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic.json_schema import models_json_schema

from shared.contracts.base import COMPACTED, RETENTION_DAYS, Event, Topic
from shared.contracts.registry import EVENTS

_SCHEMAS = "#/components/schemas/"

Json = dict[str, object]

_TOPIC_SUMMARIES: Mapping[Topic, str] = {
    Topic.ORDERS: "What councils ordered, how copies progressed, and invoices compared with orders; key: order or invoice id",
    Topic.DELIVERY: "What each place should receive and what it received; key: supplier and despatch number",
    Topic.CATALOGUE: "Merged titles, the latest one per ISBN, and requests for records; key: ISBN or request",
    Topic.SUPPLIERS: "What was sent to suppliers and what they answered; key: order, despatch or message",
    Topic.SUPPLIER_RECORDS: "Bibliographic records in bulk; key: ISBN",
    Topic.COUNCIL_RECORDS: "Records of what each council ordered, in files for its mailboxes; key: council",
    Topic.LMS: "What library systems ask for by their mailboxes, and files of theirs that wait for a person",
    Topic.MESSAGING: "What waits for a person in any service: events given up, changes for a second person; key: the thing",
}

_HEADERS: Json = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode (Kafka Protocol Binding 1.0.2), with this system's extensions",
    "required": [
        "ce_id",
        "ce_type",
        "ce_source",
        "ce_time",
        "ce_specversion",
        "ce_correlationid",
        "ce_aggregateversion",
        "content-type",
    ],
    "properties": {
        "ce_id": {"type": "string", "format": "uuid", "description": "Id of the event; a repeated delivery has the same id"},
        "ce_type": {"type": "string", "description": "The event's name"},
        "ce_source": {"type": "string", "description": "/stockbridge/<owner>"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_subject": {"type": "string", "description": "The key"},
        "ce_correlationid": {
            "type": "string",
            "description": "One for all events that follow from one request or supplier's message",
        },
        "ce_causationid": {"type": "string", "description": "Id of the event that caused this one"},
        "ce_aggregateversion": {"type": "string", "pattern": "^[0-9]+$", "description": "Aggregate's version; 0 if it has none"},
        "ce_councilid": {"type": "string", "description": "ISIL of the council, as in the data"},
        "ce_republished": {
            "type": "string",
            "const": "true",
            "description": "The event repeats what is so, for read models; whoever acts on events must ignore it",
        },
        "traceparent": {"type": "string", "description": "W3C Trace Context"},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


def document() -> Json:
    """Returns the whole document. Deterministic: equal registries give equal documents."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Stockbridge events",
            "version": "1",
            "description": "Facts that the services publish to each other. Within a version, fields are only ever added.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.value: _channel(topic) for topic in Topic},
        "operations": _operations(),
        "components": {
            "messages": {event.event_type: _message(event) for event in EVENTS},
            "schemas": _payloads(),
        },
    }


def _channel(topic: Topic) -> Json:
    names = [event.event_type for event in EVENTS if event.topic is topic]
    configuration: Json = {"cleanup.policy": ["compact"] if topic in COMPACTED else ["delete"]}
    if topic not in COMPACTED:
        configuration["retention.ms"] = RETENTION_DAYS[topic] * 86_400_000 if topic in RETENTION_DAYS else -1
    return {
        "address": topic.value,
        "summary": _TOPIC_SUMMARIES[topic],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"topicConfiguration": configuration, "bindingVersion": "0.5.0"}},
    }


def _message(event: type[Event]) -> Json:
    return {
        "name": event.event_type,
        "title": event.__name__,
        "summary": _first_sentence(event),
        "contentType": "application/json",
        "headers": _HEADERS,
        "payload": {"$ref": f"{_SCHEMAS}{event.__name__}"},
        "x-personal-data": event.personal_data,
    }


def _operations() -> Json:
    operations: Json = {}
    services = sorted({event.owner for event in EVENTS} | {name for event in EVENTS for name in event.consumers})
    for service in services:
        for topic in Topic:
            on_topic = [event for event in EVENTS if event.topic is topic]
            owned = [event for event in on_topic if event.owner == service]
            consumed = [event for event in on_topic if service in event.consumers]
            if owned:
                operations[f"{service}.sends.{topic.value}"] = _operation("send", topic, owned)
            if consumed:
                operations[f"{service}.receives.{topic.value}"] = _operation("receive", topic, consumed)
    return operations


def _operation(action: str, topic: Topic, events: Sequence[type[Event]]) -> Json:
    channel = f"#/channels/{topic.value}"
    messages = [{"$ref": f"{channel}/messages/{event.event_type}"} for event in events]
    return {"action": action, "channel": {"$ref": channel}, "messages": messages}


def _payloads() -> Json:
    _, schema = models_json_schema([(event, "validation") for event in EVENTS], ref_template=_SCHEMAS + "{model}")
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    return definitions


def _first_sentence(event: type[Event]) -> str:
    return " ".join((event.__doc__ or "").split())
