"""Compares a supplier's invoice with what was ordered: one rule for the order book and the conformance kit. Pure.

Knows no state of an invoice and no table.
"""
