"""A national bookseller: EDIFACT, ONIX and ship notices over SFTP, direct to each branch. `adapter` is the entry point."""

from services.suppliers.national.assembly import NationalAdapter, adapter
from services.suppliers.national.profile import NationalProfile

__all__ = ["NationalAdapter", "NationalProfile", "adapter"]
