"""Creates topics explicitly; a broker's automatic creation is never relied on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from shared.messaging.settings import KafkaSettings

_TOPIC_ALREADY_EXISTS = 36
_FOR_EVER = "-1"
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic is created. `partitions` None uses the number in the settings; `compacted` keeps the last event per key.

    `retention_days`: how long events are kept in a topic that is not compacted; None keeps them for ever.
    """

    name: str
    partitions: int | None = None
    compacted: bool = False
    retention_days: int | None = None

    def configs(self) -> dict[str, str]:
        """Returns the topic's settings; all that could delete an event are stated, because a broker's defaults do."""
        if self.compacted:
            return {"cleanup.policy": "compact"}
        kept = _FOR_EVER if self.retention_days is None else str(self.retention_days * _DAY_MS)
        return {"cleanup.policy": "delete", "retention.ms": kept, "retention.bytes": _FOR_EVER}

    def shortfalls(self, found: Mapping[str, str]) -> list[str]:
        """Returns which settings of the broker delete sooner than these."""
        wanted = self.configs()
        return [
            f"{name} of topic {self.name} is {found[name]}, should be {value}"
            for name, value in wanted.items()
            if name in found and (found[name] != value if name == "cleanup.policy" else _limit(found[name]) < _limit(value))
        ]


def _limit(value: str) -> float:
    return inf if value == _FOR_EVER else float(value)


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
            topic_configs=topic.configs(),
        )
        for topic in topics
    ]
    answer = await admin.create_topics(wanted)
    for name, code, message in answer.topic_errors:
        if code not in (0, _TOPIC_ALREADY_EXISTS):
            raise for_code(code)(f"topic {name}: {message}")


async def shortfalls_on(admin: AIOKafkaAdminClient, topics: Sequence[TopicSpec]) -> list[str]:
    """Returns which settings of existing topics delete events sooner than the specs, or cannot be read. Raises KafkaError."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    specs = {topic.name: topic for topic in topics}
    found: list[str] = []
    for answer in await admin.describe_configs(resources):
        for code, _, _, name, entries in answer.resources:
            if code:
                found.append(f"the settings of topic {name} cannot be read: {for_code(code).__name__}")
            else:
                found += specs[name].shortfalls({entry[0]: entry[1] for entry in entries})
    return found
