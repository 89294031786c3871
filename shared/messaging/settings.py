"""Settings of the messaging layer: how to reach Kafka, batch sizes and intervals. Reads no environment."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class KafkaSettings(BaseModel):
    """How to connect to one Kafka cluster, and how far a consumer of it may be behind.

    Turn `idempotent` off only for a broker that keeps nothing over a restart and lacks idempotence. The cluster's id is
    then checked for every batch, so that a broker that lost everything is noticed at once.
    """

    model_config = ConfigDict(frozen=True)

    bootstrap_servers: str
    idempotent: bool = True
    client_id: str = "messaging"
    replication_factor: int = Field(default=1, ge=1, le=9)
    partitions: int = Field(default=4, ge=1, le=128)
    session_timeout_ms: int = Field(default=10_000, ge=6_000, description="A silent group member is expelled after this")
    ack_timeout_seconds: float = Field(default=15.0, gt=0, description="A batch not acknowledged by then is sent again")
    most_waiting: int = Field(default=10_000, ge=0, description="More messages than this are a lag that must get smaller")
    behind_seconds: float = Field(default=300.0, gt=0, description="A lag that lasts longer degrades `/readyz`")
    inbox_days: int = Field(default=90, ge=60, description="How long an inbox knows which events were handled")


class RelayLimits(BaseModel):
    """Shards, batch size, intervals and retention of the relay."""

    model_config = ConfigDict(frozen=True)

    shards: tuple[int, ...] | None = Field(default=None, description="Of which shards it sends events; null: of all")
    batch: int = Field(default=2_000, ge=1, le=5_000)
    poll_seconds: float = Field(default=1.0, gt=0, description="Interval of polling in addition to NOTIFY, and of trying locks")
    retention_days: float = Field(default=30.0, ge=0, description="How long sent rows are kept, in case a broker loses them")
    cleaning_seconds: float = Field(default=60.0, gt=0)
    cleaning_batch: int = Field(default=5_000, ge=1)
