"""The hardened XML reader and the writer, on their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.xml import DEEPEST, Refused, XmlWriter, records


def refusal_of(raw: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        list(records([raw], frozenset({"a"}), {}))
    return caught.value


@pytest.mark.parametrize(
    "raw",
    [
        b"<!DOCTYPE a><r><a/></r>",
        b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd"><r/>',
        b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><r><a>&e;</a></r>',
        b"<r>" + b"<a>" * DEEPEST + b"</a>" * DEEPEST + b"</r>",
    ],
)
def test_what_no_honest_sender_needs_is_dangerous(raw: bytes) -> None:
    assert refusal_of(raw).dangerous


@pytest.mark.parametrize("raw", [b"", b"text", b"<r><a></r>", b"<r>&unknown;</r>", b"<?xml version='1.0' encoding='none'?><r/>"])
def test_broken_xml_is_refused_without_being_dangerous(raw: bytes) -> None:
    assert not refusal_of(raw).dangerous


def test_a_known_encoding_overrules_the_declaration() -> None:
    raw = '<?xml version="1.0" encoding="ISO-8859-1"?><r><a>é</a></r>'.encode()

    _, element = records([raw], frozenset({"a"}), {}, encoding="utf-8")

    assert element.words() == "é"


def test_what_xml_cannot_hold_is_not_written() -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        XmlWriter("r").leaf("a", "bell \x07")


@given(st.text(st.characters(exclude_categories=["C"])), st.text(st.characters(exclude_categories=["C"])))
def test_written_text_and_attributes_are_read_as_they_were(text: str, attribute: str) -> None:
    out = XmlWriter("r")
    with out.inside("a", {"b": attribute}):
        out.leaf("c", text)

    _, element = records([out.finish()], frozenset({"a"}), {})

    assert (element.children[0].text, element.attributes) == (text, {"b": attribute})
