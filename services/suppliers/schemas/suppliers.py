"""HTTP shapes of the supplier served here: its declared facts and its feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.suppliers.contract import Capability, Feed, Kind, SupplierProfile
from services.suppliers.domain.feeds import FeedStatus
from services.suppliers.schemas.reachability import ReachabilityView
from shared.contracts.words import CouncilCode, SupplierId, SupplierName


class FeedView(BaseModel):
    """One feed of the supplier: its usual pause, its last message, and whether it is quiet."""

    kind: Kind = Field(description="What its messages are about")
    usual_hours: float = Field(description="Longest usual pause between two messages", examples=[24.0])
    weekends: bool = Field(description="Whether the hours of Saturday and Sunday (UTC) count")
    last_heard_at: datetime | None = Field(description="When its last message arrived; null for none yet")
    quieted_at: datetime | None = Field(description="When the silence was noticed; null while the feed is not quiet")


class SupplierView(BaseModel):
    """The supplier's declared facts, what it can do, and its feeds."""

    supplier_id: SupplierId
    name: SupplierName
    kind: Literal["consortium", "national"] = Field(description="A regional consortium or a national bookseller")
    capabilities: Sequence[Capability] = Field(description="What it can do, as its profile declares")
    deduplicates: bool = Field(description="Whether it ignores a message whose reference it already has")
    hub_code: str | None = Field(
        description="Code of the central stock unit that its goods pass through; null for none", examples=["CSU"]
    )
    hub_gln: str | None = Field(description="GLN of that unit; null where it has none", examples=["5012345678900"])
    councils: Sequence[CouncilCode] = Field(description="ISILs of the councils served, of those the caller may see")
    pushes: bool = Field(description="Whether the supplier pushes to `/webhooks`")
    secrets_withdrawn_at: datetime | None = Field(
        default=None, description="Since when its pushes are refused and nothing is sent to it, for any council; null for not"
    )
    reachability: ReachabilityView | None = Field(default=None, description="Whether it is reached, and what waits for it")
    feeds: Sequence[FeedView] = Field(description="Its feeds that are watched for silence")


def supplier_view(
    profile: SupplierProfile, statuses: Mapping[Kind, FeedStatus], *, council: str | None, pushes: bool
) -> SupplierView:
    """Renders the profile. Of the accounts, a council sees only whether it has one itself."""
    return SupplierView(
        supplier_id=profile.supplier_id,
        name=profile.name,
        kind=profile.kind,
        capabilities=sorted(profile.capabilities),
        deduplicates=profile.deduplicates,
        hub_code=profile.hub_code,
        hub_gln=profile.hub_gln,
        councils=sorted(isil for isil in profile.accounts if council in (None, isil)),
        pushes=pushes,
        feeds=[_feed_view(kind, feed, statuses.get(kind)) for kind, feed in sorted(profile.feeds.items())],
    )


def _feed_view(kind: Kind, feed: Feed, status: FeedStatus | None) -> FeedView:
    return FeedView(
        kind=kind,
        usual_hours=feed.hours,
        weekends=feed.weekends,
        last_heard_at=status.last_heard_at if status else None,
        quieted_at=status.quieted_at if status else None,
    )
