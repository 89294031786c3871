"""Codes of findings about X12."""

from enum import StrEnum


class Code(StrEnum):
    """Codes of findings."""

    NOT_X12 = "x12-not-x12"  # no ISA, or an ISA without usable separators
    NOISE = "x12-noise"  # bytes before the first ISA
    ISA_LENGTH = "x12-isa-length"  # ISA without its fixed positions; read anyway
    UNTERMINATED = "x12-unterminated"  # the last segment has no terminator
    STRAY = "x12-stray-segment"  # a segment outside a transaction set
    MISSING_TRAILER = "x12-missing-trailer"  # no SE, GE or IEA: something may be cut off
    COUNT = "x12-count"  # SE01, GE01, IEA01 or CTT states another count than was read
    CONTROL_NUMBER = "x12-control-number"  # a trailer has another control number than its header
    NOT_READ = "x12-not-read"  # a transaction set other than 856; an acknowledgement asks for nothing, any other is an error
    NO_NUMBER = "x12-no-number"  # no BSN02
    NO_ITEMS = "x12-no-items"  # a notice without LIN or SN1
    NO_PRODUCT_ID = "x12-no-product-id"  # an item without a number that is an ISBN
    NO_QUANTITY = "x12-no-quantity"  # an item without SN102
    HIERARCHY = "x12-hierarchy"  # HL names a parent that does not exist, or is nested too deep
    REPEATED_ITEM = "x12-repeated-item"  # a second LIN under one HL; read as an item of its own
    INVALID_DATE = "x12-invalid-date"
    INVALID_NUMBER = "x12-invalid-number"
