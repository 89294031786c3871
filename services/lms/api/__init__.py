"""Routes of lms: parse, use case, render."""

from services.lms.api.changes import changes_router

__all__ = ["changes_router"]
