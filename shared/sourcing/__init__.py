"""Sourcing rules of any strand: which supplier serves which scope, from when. Knows no order, title or consignment."""
