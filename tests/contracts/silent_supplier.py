"""A supplier that can do nothing; with it a test finds out which events the exchange consumes."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from services.suppliers.contract import OrderToSend, OutboundMessage, RawMessage, Reading, SupplierProfile, Transport


class SilentSupplier:
    """Does not write, read or answer."""

    profile = SupplierProfile(
        supplier_id="silent", name="Silent Books", kind="national", capabilities=frozenset(), deduplicates=False, accounts={}
    )
    push_secrets: Sequence[str] = ()

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        raise NotImplementedError

    def read(self, raw: RawMessage) -> Reading:
        raise NotImplementedError

    def transport(self) -> AbstractAsyncContextManager[Transport]:
        raise NotImplementedError
