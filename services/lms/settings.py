"""Settings of lms: those of every process, and of its feed, its webhooks and its mailboxes."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from shared.settings import ServiceSettings


class LmsSettings(ServiceSettings):
    """Environment of one process of lms."""

    changes_days: int = Field(default=90, ge=7, le=3_650, description="How long changes are kept for an LMS that reads them late")
    changes_waiting_callers: int = Field(
        default=500, ge=1, le=10_000, description="Callers that may wait for a change in one process; more are answered 503"
    )
    changes_waiting_of_council: int = Field(
        default=20, ge=1, le=10_000, description="Callers of one council that may wait at once; more are answered 429"
    )
    order_late_seconds: float = Field(
        default=900.0, gt=0, description="A change that waits longer for its order to be known degrades `/readyz`"
    )
    webhook_keys: SecretStr = Field(
        min_length=1,
        description="Keys that seal the secrets of webhook endpoints and mailboxes in the database: 32 random characters or "
        "more each, with commas between them, the newest first. Without the key that sealed a secret, nothing is sent with it",
    )
    webhook_seconds: float = Field(default=15.0, gt=0, le=60, description="An endpoint that has not answered by then has failed")
    webhook_allowed: str = Field(
        default="",
        description="Hosts, addresses and networks that webhooks may be sent to although they are not public, also without TLS: "
        "separated by commas, for local use",
    )
    webhook_endpoints: int = Field(default=20, ge=1, le=1_000, description="Webhook endpoints that a council may have")
    mailboxes: int = Field(default=10, ge=1, le=1_000, description="Mailboxes that a council may have")
    mailbox_late_hours: int = Field(
        default=24, ge=1, le=1_000, description="A file out that an LMS has not fetched for longer counts as late, in a metric"
    )
    mailbox_allowed: str = Field(
        default="",
        description="Hosts, addresses and networks of LMSs' own SFTP servers that may be connected to although they are not "
        "public: separated by commas, for local use",
    )
    mailbox_visit_seconds: float = Field(
        default=60.0, gt=0, le=3_600, description="How often LMSs' own SFTP servers are looked at, in seconds"
    )
    mailbox_port: int = Field(
        default=0, ge=0, le=65_535, description="Port of the SFTP server to which LMSs log in; 0: there is none"
    )
    mailbox_host_key_file: Path | None = Field(
        default=None, description="The SFTP server's private key in OpenSSH's form, the same in each process; needed with a port"
    )
    mailbox_largest_file: int = Field(
        default=16 * 1024 * 1024,
        ge=1_024,
        le=256 * 1024 * 1024,
        description="Bytes of the largest file that is taken from an LMS",
    )
    mailbox_memory: int = Field(
        default=128 * 1024 * 1024,
        ge=1024 * 1024,
        description="Bytes of all files together that are put in or fetched at this moment; a mailbox has a quarter of it",
    )
    mailbox_connections: int = Field(default=200, ge=1, le=10_000, description="SFTP connections of LMSs in one process")
    mailbox_connections_each: int = Field(default=32, ge=1, le=10_000, description="Of these, connections to one mailbox")
    mailbox_idle_seconds: float = Field(
        default=600.0, gt=0, description="A connection on which nothing is done for longer is closed"
    )

    @model_validator(mode="after")
    def _door_has_a_key(self) -> Self:
        if self.mailbox_port and self.mailbox_host_key_file is None:
            raise ValueError("MAILBOX_PORT needs MAILBOX_HOST_KEY_FILE")
        return self
