"""Despatches, consignments, receipts and discrepancies. Knows no order beyond which copies are expected."""
