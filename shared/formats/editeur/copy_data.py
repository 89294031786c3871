"""What GIR says of a copy beside its branch, fund, sequence, shelf mark, servicing and barcode: its codes and their names."""

from __future__ import annotations

from collections.abc import Mapping

COPY_DATA: Mapping[str, str] = {
    "LST": "stock_category",
    "LLN": "loan_category",
    "LCL": "classification",
    "LFS": "filing_suffix",
    "LFH": "feature_heading",
    "LSL": "sub_location",
    "LLS": "label_location",
    "LRS": "record_location",
    "LRP": "rotation_plan",
    "LSZ": "size",
    "LSC": "statistical_category",
    "LHC": "holding_code",
    "RIC": "reader_interest",
    "LCV": "value",
    "LCO": "library_number",
    "LVT": "servicing_note",
}
"""GIR 7405 -> name of the data in plain words, as the fields of `shared.contracts.stated.ItemData` are called."""
