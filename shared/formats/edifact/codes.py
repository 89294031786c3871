"""The codes of all findings of the EDIFACT reader, in one place, so that pages and alerts can name them."""

from enum import StrEnum


class Code(StrEnum):
    """Codes of findings, each with what it means."""

    NO_SEGMENTS = "edifact-no-segments"  # nothing in the bytes is a segment
    TOO_MANY_SEGMENTS = "edifact-too-many-segments"  # the file has more than are read; the rest is left out
    NOT_A_SEGMENT = "edifact-not-a-segment"  # bytes between two terminators do not begin with a tag; left out
    UNTERMINATED_SEGMENT = "edifact-unterminated-segment"  # the data ends before the segment does
    OVERLONG_SEGMENT = "edifact-overlong-segment"  # no terminator for so long that one was assumed
    TERMINATOR_SLIP = "edifact-terminator-slip"  # typographic apostrophes where segments end; read as terminators
    TAG_SPELLING = "edifact-tag-spelling"  # tags in lower case or with spaces; read as the correct tags
    TAG_NESTING = "edifact-tag-nesting"  # components after the tag (explicit nesting) are left out
    WRAPPED_LINES = "edifact-wrapped-lines"  # line breaks inside segments were removed
    UNA_SHORT = "edifact-una-short"  # UNA with fewer than six characters
    UNA_INVALID = "edifact-una-invalid"  # UNA's characters cannot separate anything
    UNA_CONTRADICTED = "edifact-una-contradicted"  # UNA names another terminator than the one in use
    SEPARATORS_INFERRED = "edifact-separators-inferred"  # no UNA, yet not the default separators
    CHARSET_MISMATCH = "edifact-charset-mismatch"  # bytes are not in the declared charset
    CHARSET_UNKNOWN = "edifact-charset-unknown"  # a charset id outside UNOA to UNOY
    NO_INTERCHANGE = "edifact-no-interchange"  # a message or group outside UNB and UNZ
    INTERCHANGE_UNTERMINATED = "edifact-interchange-unterminated"  # UNZ is missing
    MESSAGE_UNTERMINATED = "edifact-message-unterminated"  # UNT is missing
    GROUP_UNTERMINATED = "edifact-group-unterminated"  # UNE is missing
    STRAY_TRAILER = "edifact-stray-trailer"  # UNT, UNE or UNZ with nothing to close
    OUTSIDE_MESSAGE = "edifact-outside-message"  # a segment before UNH or after UNT; left out
    SYNTAX_UNKNOWN = "edifact-syntax-unknown"  # a syntax version other than 1 to 4
    EXTRA_HEADER_ELEMENT = "edifact-extra-header-element"  # UNB has more elements than the standard has
    INVALID_DATE = "edifact-invalid-date"  # UNB's date and time of preparation are not valid
    DUPLICATE_REFERENCE = "edifact-duplicate-reference"  # two messages of an interchange share a reference
    SEGMENT_COUNT = "edifact-segment-count"  # UNT states another number of segments than there are
    MESSAGE_COUNT = "edifact-message-count"  # UNE or UNZ states another number of messages than there are
    GROUP_COUNT = "edifact-group-count"  # UNZ states another number of groups than there are
    REFERENCE_MISMATCH = "edifact-reference-mismatch"  # a trailer's reference differs from its header's
    LINE_COUNT = "edifact-line-count"  # CNT+2 is not the number of LIN
    QUANTITY_TOTAL = "edifact-quantity-total"  # CNT+1 is not the sum of quantities
