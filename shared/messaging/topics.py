"""Creates topics explicitly; a broker's automatic creation is never relied on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

from shared.messaging.settings import KafkaSettings

_TOPIC_ALREADY_EXISTS = 36


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic is created. `partitions` None uses the number in the settings; `compacted` keeps the last event per key."""

    name: str
    partitions: int | None = None
    compacted: bool = False


def dead_letter_topic(consumer: str) -> str:
    """Returns the name of the topic that announces a consumer's dead letters."""
    return f"{consumer}-dead-letters"


async def ensure_topics(kafka: KafkaSettings, topics: Sequence[TopicSpec]) -> None:
    """Creates the topics that are missing; existing ones stay as they are. Raises KafkaError on failure."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers, client_id=kafka.client_id)
    await admin.start()
    try:
        await create_missing(admin, kafka, topics)
    finally:
        await admin.close()


async def create_missing(admin: AIOKafkaAdminClient, kafka: KafkaSettings, topics: Sequence[TopicSpec]) -> None:
    """Does the same with an admin client that is already started."""
    if not topics:
        return
    wanted = [
        NewTopic(
            topic.name,
            topic.partitions or kafka.partitions,
            kafka.replication_factor,
            topic_configs={"cleanup.policy": "compact" if topic.compacted else "delete"},
        )
        for topic in topics
    ]
    answer = await admin.create_topics(wanted)
    for name, code, message in answer.topic_errors:
        if code not in (0, _TOPIC_ALREADY_EXISTS):
            raise for_code(code)(f"topic {name}: {message}")
