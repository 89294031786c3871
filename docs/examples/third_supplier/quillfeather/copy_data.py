"""The data about copies that Quillfeather's documents can hold, under our names and theirs. Pure."""

from __future__ import annotations

from shared.contracts.stated import ItemData, StatedItem

from quillfeather import bic

_THEIRS = {
    "stock_category": "stock_category_code",
    "loan_category": "loan_status_code",
    "classification": "classification",
    "filing_suffix": "filing_suffix",
    "feature_heading": "feature_heading",
    "rotation_plan": "library_rotation_plan_code",
    "size": "size_code",
    "reader_interest": "reader_interest_code",
    "value": "copy_value",
}


def data_of(item: ItemData | None) -> dict[str, str]:
    """Returns what the documents can hold of a copy's data, by their names."""
    return {} if item is None else {theirs: getattr(item, ours) for ours, theirs in _THEIRS.items()}


def item_of(copy: bic.CopyData) -> StatedItem | None:
    """Returns what a document states about a copy; None where it states nothing."""
    stated = {ours: text for ours, theirs in _THEIRS.items() if (text := getattr(copy, theirs))}
    return StatedItem.model_validate(stated) if stated else None
