"""Despatches, consignments, receipts and discrepancies. Knows an order only as the copies it expects."""
