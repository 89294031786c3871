"""Settings of lms: those of every process, how long changes are kept, and how many callers may wait for one."""

from __future__ import annotations

from pydantic import Field

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
