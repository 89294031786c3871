"""Evidence packs: a ZIP file of everything between a council and a supplier, made while it is sent."""

from services.evidence.packs.owners import Owners
from services.evidence.packs.packing import Statement, prepare

__all__ = ["Owners", "Statement", "prepare"]
