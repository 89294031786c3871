"""Requests to addresses that strangers gave: to public ones only, checked before they are kept and again at every connection.

Knows no service and no protocol: who asks what is the caller's.
"""

from shared.http.outward.addresses import Address
from shared.http.outward.client import NoAnswer, Outward
from shared.http.outward.hosts import Resolver, checked_addresses, resolve
from shared.http.outward.urls import Allowed, RefusedUrl, check_host

__all__ = ["Address", "Allowed", "NoAnswer", "Outward", "RefusedUrl", "Resolver", "check_host", "checked_addresses", "resolve"]
