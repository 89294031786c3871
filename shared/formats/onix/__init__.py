"""Reads ONIX for Books 2.1, 3.0 and 3.1, with reference or short tags, tolerantly and product by product. Knows no supplier."""

from shared.formats.onix.model import Contributor, Price, Product
from shared.formats.onix.reader import DOCTYPES, Code, Reading, read, read_products

__all__ = ["DOCTYPES", "Code", "Contributor", "Price", "Product", "Reading", "read", "read_products"]
