"""Identifies the Kafka cluster that answers now. A changed identity means a new cluster, or a broker that lost all data."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.messaging.settings import KafkaSettings
from shared.messaging.topics import TopicSpec, create_missing

_FRESH_SECONDS = 1.0
_ANSWER_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Cluster:
    """Returns the identity of the cluster, and creates the topics on a cluster not seen before."""

    def __init__(self, kafka: KafkaSettings, topics: Sequence[TopicSpec]) -> None:
        self._kafka = kafka
        self._topics = list(topics)
        self._admin: AIOKafkaAdminClient | None = None
        self._identity: str | None = None
        self._asked_at = 0.0
        self._turn = asyncio.Lock()
        # Why the last request for the identity failed; empty if it succeeded.
        self.trouble = ""

    async def identity(self) -> str:
        """Returns the cluster's id. Raises KafkaError when no broker answers.

        A durable cluster is asked at most once a second; while it is unreachable, the last known id is returned.
        A broker that keeps nothing over a restart is asked every time, because it may have been replaced since.
        """
        async with self._turn:
            now = asyncio.get_running_loop().time()
            known = self._identity if self._kafka.idempotent else None
            if known is not None and now - self._asked_at < _FRESH_SECONDS:
                return known
            self._asked_at = now
            try:
                identity = await asyncio.wait_for(self._ask(), _ANSWER_SECONDS)
            except (TimeoutError, KafkaError, OSError) as error:
                self.trouble = repr(error)
                await self._forget_admin()
                if known is not None:
                    return known
                raise KafkaError(f"no broker answers: {error!r}") from error
            self.trouble = ""
            return identity

    async def close(self) -> None:
        """Closes the connection."""
        async with self._turn:
            await self._forget_admin()

    async def _ask(self) -> str:
        admin = await self._connected()
        identity = str((await admin.describe_cluster())["cluster_id"])
        if identity != self._identity:
            await create_missing(admin, self._kafka, self._topics)
            log.info("kafka cluster", cluster=identity, before=self._identity)
            self._identity = identity
        return identity

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
