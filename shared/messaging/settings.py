"""How to reach Kafka, and how the messaging layer paces itself. Reads no environment."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class KafkaSettings(BaseModel):
    """One Kafka cluster as the messaging layer uses it.

    `idempotent` is off only for a broker that keeps nothing over a restart and cannot do idempotence: every batch
    is then checked against the cluster's identity, so that a broker that forgot everything is noticed at once.
    """

    model_config = ConfigDict(frozen=True)

    bootstrap_servers: str
    idempotent: bool = True
    client_id: str = "messaging"
    replication_factor: int = Field(default=1, ge=1, le=9)
    partitions: int = Field(default=4, ge=1, le=128)
    session_timeout_ms: int = Field(default=10_000, ge=6_000, description="A silent group member is expelled after this")
    ack_timeout_seconds: float = Field(default=15.0, gt=0, description="A batch not acknowledged by then is sent anew")


class RelayLimits(BaseModel):
    """How the relay paces itself."""

    model_config = ConfigDict(frozen=True)

    batch: int = Field(default=1_000, ge=1, le=5_000)
    poll_seconds: float = Field(default=1.0, gt=0, description="Safety look besides NOTIFY; also how often locks are tried")
    retention_days: float = Field(default=7.0, ge=0, description="Sent rows stay so long, for a broker that lost them")
    cleaning_seconds: float = Field(default=60.0, gt=0)
    cleaning_batch: int = Field(default=5_000, ge=1)
