"""Mappings to begin with: how order data are in fields 960 and 961, 970, and 980 and 981 of what several systems exchange.

A preset is copied and then changed: suppliers fill these fields as each of their customers asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.formats.marc.order_data.mapping import CopyRule, CopyShape, MappedPlaces, OrderMapping


@dataclass(frozen=True, slots=True)
class Preset:
    """A mapping to copy, and when it fits."""

    name: str
    description: str
    mapping: OrderMapping


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "960-961",
            "One 960 for the title: $t names each branch with its number of copies in brackets, as `MAIN(2),EAST`, $u the fund, "
            "$s the price and $v the vendor. 961 has the supplier's reference ($i) and a note ($d).",
            OrderMapping(
                copies=CopyRule(
                    tag="960", shape=CopyShape.PATTERN, subfield="t", pattern="{branch}[({quantity})]", separator=","
                ),
                places=MappedPlaces(
                    fund=("960$u",),
                    quantity=("960$o",),
                    stock_category=("960$g",),
                    unit_price=("960$s",),
                    vendor=("960$v",),
                    note=("961$d", "961$c"),
                    reference=("961$i",),
                ),
            ),
        ),
        Preset(
            "970",
            "One 970 for each copy, or for several of a kind with a quantity: $o branch, $f fund, $q quantity, $p price.",
            OrderMapping(
                copies=CopyRule(tag="970"),
                places=MappedPlaces(
                    branch=("970$o", "970$l"),
                    fund=("970$f",),
                    quantity=("970$q",),
                    sequence=("970$c",),
                    shelfmark=("970$s",),
                    stock_category=("970$i",),
                    unit_price=("970$p",),
                    note=("970$n",),
                    reference=("970$r",),
                ),
            ),
        ),
        Preset(
            "980-981",
            "980 is about the title: $e net and $b list price, $g quantity, $f number of the quotation. Each 981 is a copy: "
            "$c branch, $b fund.",
            OrderMapping(
                copies=CopyRule(tag="981"),
                places=MappedPlaces(
                    branch=("981$c",),
                    fund=("981$b",),
                    quantity=("980$g",),
                    sequence=("981$d",),
                    unit_price=("980$e", "980$b"),
                    selection_number=("980$f",),
                ),
            ),
        ),
    )
}
