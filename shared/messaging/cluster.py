"""Identifies the Kafka cluster that answers now, and its topics. A changed identity means that records were lost.

The cluster is a new one, or the broker lost all data, or a topic was deleted and created again (docs/decisions/0003).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.messaging.settings import KafkaSettings
from shared.messaging.topic_ids import Identity, IdentityRequest, identity_in
from shared.messaging.topics import TopicSpec, create_missing, shortfalls_on

_FRESH_SECONDS = 1.0
_ANSWER_SECONDS = 5.0
_COMPARE_SECONDS = 60.0
# A topic just deleted or created is not at once so for every broker.
_CREATION_PAUSE_SECONDS = 0.1

log = structlog.get_logger(__name__)


class Cluster:
    """Returns the identity of the cluster, and creates the topics that it has not."""

    def __init__(self, kafka: KafkaSettings, topics: Sequence[TopicSpec]) -> None:
        self._kafka = kafka
        self._topics = list(topics)
        self._admin: AIOKafkaAdminClient | None = None
        self._identity: Identity | None = None
        self._asked_at = 0.0
        self._turn = asyncio.Lock()
        # Why the last request for the identity failed; empty if it succeeded.
        self.trouble = ""
        # Which topics the broker may empty too soon; compared at start and every minute.
        self.shortfalls: list[str] = []
        self._compare_at = 0.0

    async def identity(self) -> Identity:
        """Returns the ids of the cluster and its topics. Raises KafkaError when no broker answers.

        A cluster is asked for all of them at most once a second; while a durable one is unreachable, the last known ones are
        returned. A broker that keeps nothing over a restart is asked for the id of its cluster every time, because it may have
        been replaced since.
        """
        async with self._turn:
            known = self._identity
            fresh = known if asyncio.get_running_loop().time() - self._asked_at < _FRESH_SECONDS else None
            if fresh is not None and self._kafka.idempotent:
                return fresh
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    is_same = fresh is not None and await self._cluster_now() == fresh.cluster
                    identity = fresh if fresh is not None and is_same else await self._ask()
            except (TimeoutError, KafkaError, OSError) as error:
                self.trouble = repr(error)
                await self._forget_admin()
                if known is not None and self._kafka.idempotent:
                    return known
                raise KafkaError(f"no broker answers: {error!r}") from error
            self.trouble = ""
            return identity

    async def close(self) -> None:
        """Closes the connection."""
        async with self._turn:
            await self._forget_admin()

    async def _cluster_now(self) -> str:
        # One topic, because some brokers take a request for none as one for all.
        return (await self._identity_of(await self._connected(), self._topics[:1])).cluster

    async def _ask(self) -> Identity:
        self._asked_at = asyncio.get_running_loop().time()
        admin = await self._connected()
        identity = await self._identity_of(admin, self._topics)
        while missing := [topic for topic in self._topics if topic.name not in identity.topics]:
            await create_missing(admin, self._kafka, missing)
            await asyncio.sleep(_CREATION_PAUSE_SECONDS)
            identity = await self._identity_of(admin, self._topics)
        if identity != self._identity:
            self._log_change(identity)
            self._identity = identity
            self._compare_at = 0.0
        if self._kafka.idempotent:  # what keeps nothing over a restart has no retention to compare
            await self._compare(admin)
        return identity

    async def _compare(self, admin: AIOKafkaAdminClient) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._compare_at:
            return
        self._compare_at = now + _COMPARE_SECONDS
        before, self.shortfalls = self.shortfalls, await shortfalls_on(admin, self._topics)
        if self.shortfalls != before:
            log.warning("retention compared with the broker", shortfalls=self.shortfalls)

    def _log_change(self, identity: Identity) -> None:
        before = self._identity
        replaced = [] if before is None else [name for name in identity.topics if identity.log(name) != before.log(name)]
        log.info("kafka cluster", cluster=identity.cluster, before=before and before.cluster, replaced=replaced)

    async def _identity_of(self, admin: AIOKafkaAdminClient, topics: Sequence[TopicSpec]) -> Identity:
        return identity_in(await admin._send_request(IdentityRequest([topic.name for topic in topics])))

    async def _connected(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(
                bootstrap_servers=self._kafka.bootstrap_servers,
                client_id=f"{self._kafka.client_id}-cluster",
                request_timeout_ms=3_000,
            )
            await self._admin.start()
        return self._admin

    async def _forget_admin(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.close()
