"""Settings that every service process reads from its environment, once, at start.

`__main__` builds one frozen object and passes it down; nothing else reads the environment.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.clock import LONDON
from shared.messaging.settings import KafkaSettings

# A larger request, such as a supplier's push, is refused (413) unless the deployment's setting is another.
MAX_BODY_BYTES = 1_048_576


def too_large_to_push(size: int) -> str:
    """Returns why a supplier's push with so many bytes is refused; "" where it is taken."""
    return f"it has {size} bytes, a push may have {MAX_BODY_BYTES}" if size > MAX_BODY_BYTES else ""


class Role(StrEnum):
    """What one process does: answers requests, handles events, or both (the local default)."""

    API = "api"
    WORKER = "worker"
    ALL = "all"


class ServiceSettings(BaseSettings):
    """The environment of one service process. The variables are named as the fields, in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    role: Role = Role.ALL
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: SecretStr = Field(description="postgresql+asyncpg://user:password@host:port/database")
    database_pool_size: int = Field(default=5, ge=1, le=100)
    kafka_bootstrap_servers: str = Field(description="host:port, several separated by commas")
    kafka_idempotent: bool = Field(default=True, description="Off only for the embedded broker, which lacks idempotence")
    kafka_replication_factor: int = Field(default=1, ge=1, le=9)
    kafka_partitions: int = Field(default=4, ge=1, le=128)
    outbox_late_seconds: float = Field(default=60.0, gt=0, description="An unsent event that is older degrades `/readyz`")
    consumer_most_waiting: int = Field(
        default=10_000, ge=0, description="More messages than this are a lag that must get smaller"
    )
    consumer_behind_seconds: float = Field(
        default=300.0,
        gt=0,
        description="A consumer that is behind for longer, or whose partition does not move, degrades `/readyz`",
    )
    inbox_days: int = Field(
        default=90,
        ge=60,
        description="How long it is known which events were handled; more than twice as long as sent ones are kept",
    )
    auth_jwks_file: Path = Field(description="Public keys that may sign bearer tokens, as a JSON Web Key Set")
    auth_issuer: str = "stockbridge"
    auth_audience: str = "stockbridge"
    max_body_bytes: int = Field(
        default=MAX_BODY_BYTES, ge=1_024, description="Larger request bodies are refused without reading them"
    )
    max_connections: int = Field(default=1_000, ge=10, description="More connections of one process are answered 503")
    forwarded_allow_ips: str = Field(
        default="127.0.0.1",
        description="Proxies whose X-Forwarded-Proto is believed: addresses with commas, or * where only they can connect",
    )
    caller_requests_per_second: float = Field(default=500.0, gt=0, description="Of one subject of one council, in the long run")
    caller_burst: int = Field(default=10_000, ge=1, description="Requests that a caller may send at once; more are answered 429")
    log_level: str = "INFO"
    time_zone: ZoneInfo = Field(default=LONDON, description="Zone of the councils' days: when a rule begins, or goods are late")

    def kafka(self, client_id: str) -> KafkaSettings:
        """Returns the part of the settings that the messaging layer needs."""
        return KafkaSettings(
            bootstrap_servers=self.kafka_bootstrap_servers,
            idempotent=self.kafka_idempotent,
            client_id=client_id,
            replication_factor=self.kafka_replication_factor,
            partitions=self.kafka_partitions,
            most_waiting=self.consumer_most_waiting,
            behind_seconds=self.consumer_behind_seconds,
            inbox_days=self.inbox_days,
        )
