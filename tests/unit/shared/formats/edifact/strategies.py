"""Arbitrary interchanges that can be written, for properties of the codec."""

from functools import cache

from hypothesis import strategies as st

from shared.formats.edifact import OutboundInterchange, OutboundMessage, Segment, Separators
from shared.formats.edifact.charsets import CODECS, likely, unwritable
from shared.formats.edifact.model import moment

_ADVICES = (":+.? '", ":+.?*'", "^<.? >", "|~,\\ \x1e", ":+.? *", ":+.? \n", "\x1d\x1f.? \x1c")


_TAGS = ("LIN", "IMD", "FTX", "A00", "ZZZ")


@cache
def texts(charset: str) -> st.SearchStrategy[str]:
    """Text the charset can hold, rich in separators; without text whose bytes are also UTF-8, which is read as that."""
    held = [character for character in map(chr, range(0x2100)) if not unwritable(character, charset)]
    alphabet = st.sampled_from(held) if charset != "UNOY" else st.characters(exclude_categories=["Cc", "Cs"])
    marks = st.sampled_from(":+.?'*^<>|~\\ ")
    return st.text(marks | alphabet, max_size=8).filter(lambda text: not unwritable(text, charset))


def reads_as_declared(segment: Segment, charset: str) -> bool:
    """Whether the bytes of the segment do not by chance look like UTF-8."""
    raw = "".join("".join(element) for element in segment.elements).encode(CODECS[charset])
    return raw.isascii() or likely(raw, charset).as_declared


@st.composite
def interchanges(draw: st.DrawFn) -> OutboundInterchange:
    """Any interchange: charset, syntax version, separators, flags, messages."""
    charset = draw(st.sampled_from(sorted(CODECS)))
    advice = draw(st.booleans())
    separators = Separators(*draw(st.sampled_from(_ADVICES))) if advice else Separators()
    elements = st.lists(st.lists(texts(charset), min_size=1, max_size=3), max_size=4)
    segments = st.builds(lambda tag, parts: Segment.of(tag, *parts), st.sampled_from(_TAGS), elements)
    safe = segments.filter(lambda segment: reads_as_declared(segment, charset))
    messages = st.builds(
        OutboundMessage, type=st.just("ORDERS"), segments=st.lists(safe, max_size=6), association=st.sampled_from(["", "EAN008"])
    )
    return OutboundInterchange(
        sender=draw(st.text("ABC0123456789", min_size=1)),
        recipient=draw(st.text("ABC0123456789", min_size=1)),
        control_reference=draw(st.text("0123456789", min_size=1, max_size=14)),
        prepared=draw(st.datetimes(moment("19800101", ""), moment("20791231", ""))).replace(second=0, microsecond=0),
        messages=draw(st.lists(messages, max_size=3)),
        charset=charset,
        syntax_version=draw(st.integers(1, 4)),
        test=draw(st.booleans()),
        advice=advice,
        separators=separators,
    )
