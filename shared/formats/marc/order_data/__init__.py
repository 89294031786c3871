"""Reads what a supplier proposes to order in the 9xx of its MARC records, by a mapping that says which field means what.

Knows no supplier: mappings are data, and the `PRESETS` are examples of them.
"""

from shared.formats.marc.order_data.copies import OrderedCopies
from shared.formats.marc.order_data.files import BINARY, XML, FileRead, form_of, read_file
from shared.formats.marc.order_data.mapping import CopyRule, CopyShape, MappedPlaces, OrderMapping, Translations
from shared.formats.marc.order_data.presets import PRESETS, Preset
from shared.formats.marc.order_data.titles import OrderedTitle
from shared.formats.marc.order_data.words import LONGEST_NUMBER, Code, RecordFinding

__all__ = [
    "BINARY",
    "LONGEST_NUMBER",
    "PRESETS",
    "XML",
    "Code",
    "CopyRule",
    "CopyShape",
    "FileRead",
    "MappedPlaces",
    "OrderMapping",
    "OrderedCopies",
    "OrderedTitle",
    "Preset",
    "RecordFinding",
    "Translations",
    "form_of",
    "read_file",
]
