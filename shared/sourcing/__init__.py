"""Sourcing rules of any strand: which supplier serves which scope, from when. Must not know orders, titles, consignments."""
