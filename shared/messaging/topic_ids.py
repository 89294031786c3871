"""The request for the identity of topics: Metadata version 12, which aiokafka does not have.

A broker gives each topic a random id when it creates it, so a topic that was deleted and created again has another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from uuid import UUID

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest_v5
from aiokafka.protocol.types import (
    AbstractType,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

_NO_ID = UUID(int=0)
_NONE, _LEADER_NOT_AVAILABLE = 0, 5


@dataclass(frozen=True, slots=True)
class Identity:
    """The cluster that answers, and the id of each topic that it has; the id is empty if the broker gives topics none."""

    cluster: str
    topics: Mapping[str, str] = field(default_factory=dict)

    def log(self, topic: str) -> str:
        """Returns the identity of the log that keeps the topic's records: another one after a loss or a new creation."""
        topic_id = self.topics.get(topic, "")
        return f"{self.cluster}/{topic_id}" if topic_id else self.cluster


class _Uuid(AbstractType[UUID]):  # type: ignore[misc] # aiokafka is untyped
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))

    @classmethod
    def repr(cls, value: UUID) -> str:
        return str(value)


class _MetadataResponse_v12(Response):  # type: ignore[misc] # noqa: N801 (aiokafka's way to name versions)
    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32), ("host", CompactString()), ("port", Int32), ("rack", CompactString()), ("tags", TaggedFields)
            ),
        ),
        ("cluster_id", CompactString()),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", CompactString()),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _MetadataRequest_v12(RequestStruct):  # type: ignore[misc] # noqa: N801
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = _MetadataResponse_v12
    FLEXIBLE_VERSION = True
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("topic", CompactString()), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class IdentityRequest(Request[MetadataRequest_v5 | _MetadataRequest_v12]):  # type: ignore[misc]
    """Asks for the cluster and these topics; a broker before Kafka 3.1 answers without ids of topics."""

    API_KEY = 3

    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = topics

    def build(
        self, request_struct_class: type[MetadataRequest_v5 | _MetadataRequest_v12]
    ) -> MetadataRequest_v5 | _MetadataRequest_v12:
        """Returns the request in the version that aiokafka agreed on with the broker."""
        if request_struct_class is _MetadataRequest_v12:
            return _MetadataRequest_v12([(_NO_ID, topic, {}) for topic in self._topics], False, False, {})
        return MetadataRequest_v5(list(self._topics), False)


def identity_in(response: Response) -> Identity:
    """Returns what a broker answered to an IdentityRequest. Topics that it does not have are absent."""
    answer = response.to_object()
    there = [topic for topic in answer["topics"] if topic["error_code"] in (_NONE, _LEADER_NOT_AVAILABLE)]
    ids = {topic["topic"]: topic.get("topic_id", _NO_ID) for topic in there}
    return Identity(str(answer["cluster_id"]), {name: "" if id_ == _NO_ID else str(id_) for name, id_ in ids.items()})
