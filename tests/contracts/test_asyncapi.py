"""The AsyncAPI document has every topic and event, and every reference in it exists."""

from collections.abc import Iterator

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from shared.contracts.asyncapi import document
from shared.contracts.base import Topic
from shared.contracts.registry import EVENTS
from shared.http.asyncapi import asyncapi_router


def _references(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _references(item)
    if isinstance(part, dict):
        if "$ref" in part:
            yield str(part["$ref"])
        for item in part.values():
            yield from _references(item)


def test_every_reference_leads_somewhere() -> None:
    described = document()
    for reference in set(_references(described)):
        place: object = described
        for step in reference.removeprefix("#/").split("/"):
            assert isinstance(place, dict)
            assert step in place, reference
            place = place[step]


def test_every_topic_is_a_channel_and_every_event_a_message_of_one() -> None:
    channels = document()["channels"]
    assert isinstance(channels, dict)
    assert set(channels) == set(Topic)
    assert {name for channel in channels.values() for name in channel["messages"]} == {event.event_type for event in EVENTS}


def test_every_owner_sends_and_every_consumer_receives() -> None:
    operations = document()["operations"]
    assert isinstance(operations, dict)
    for event in EVENTS:
        assert operations[f"{event.owner}.sends.{event.topic}"]["action"] == "send"
        for consumer in event.consumers:
            receives = operations[f"{consumer}.receives.{event.topic}"]
            assert f"#/channels/{event.topic}/messages/{event.event_type}" in _references(receives)


async def test_the_document_is_served_to_everybody() -> None:
    app = FastAPI()
    app.include_router(asyncapi_router())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/asyncapi.json")
    assert answer.status_code == 200
    assert answer.json() == document()
