"""Invoices and credit notes: what they charge, which copies that is for, and what a person must ask. Pure."""
