"""Invoices and credit notes: what they charge, for which copies, and what a person must query. Pure."""
