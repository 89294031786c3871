"""Keeps what a transport raises apart from what the database raises: both may be an OSError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.suppliers.contract import SupplierUnavailable

log = structlog.get_logger(__name__)


@contextmanager
def only_unavailable() -> Iterator[None]:
    """Turns whatever a transport raises against its contract into SupplierUnavailable. The log has where it came from."""
    try:
        yield
    except SupplierUnavailable:
        raise
    except Exception as error:
        log.exception("the transport failed")
        raise SupplierUnavailable(f"the transport failed: {error!r}") from error
