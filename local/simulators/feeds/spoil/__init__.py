"""Spoils some records of a feed in named ways, as real senders do, and notes which. Knows nothing of readers."""

from local.simulators.feeds.spoil.feed import SpoiledFeed, Way
from local.simulators.feeds.spoil.marc import MarcWay, spoiled_marc
from local.simulators.feeds.spoil.onix import OnixWay, spoiled_onix, spoiled_product

__all__ = ["MarcWay", "OnixWay", "SpoiledFeed", "Way", "spoiled_marc", "spoiled_onix", "spoiled_product"]
