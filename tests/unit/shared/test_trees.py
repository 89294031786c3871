"""A message is shown as a tree that holds every part once, a piece at a time, whatever the bytes are."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from shared.trees import Node, Window, tree_of

ORDER_RESPONSE = (
    b"UNA:+.? 'UNB+UNOC:3+5099990000044:14+5099990000013:14+260302:1200+77'"
    b"UNG+ORDRSP+5099990000044+5099990000013+260302:1200+9+UN+D:96A'"
    b"UNH+1+ORDRSP:D:96A:UN:EAN008'BGM+231+R-1'LIN+1++9780141439518:EN'UNT+4+1'"
    b"UNH+2+ORDRSP:D:96A:UN:EAN008'BGM+231+R-2'UNT+3+2'UNE+2+9'UNZ+1+77'"
)
XML = b'<m xmlns="urn:x"><header>h</header><product n="7"><title>Emma</title></product></m>'

BODIES = st.one_of(
    st.binary(max_size=300), st.text(max_size=300).map(str.encode), st.binary(max_size=80).map(ORDER_RESPONSE.__add__)
)


def leaves(nodes: list[Node] | tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if node.kind in ("interchange", "group", "message"):
            yield from leaves(node.children)
        else:
            yield node


def test_segments_stand_in_their_message_group_and_interchange() -> None:
    tree = tree_of(ORDER_RESPONSE, (), Window())

    (interchange,) = tree.nodes
    assert (interchange.kind, interchange.label) == ("interchange", "5099990000044 to 5099990000013, reference 77")
    assert [child.label for child in interchange.children] == ["UNB", "ORDRSP, reference 9", "UNZ"]
    group = interchange.children[1]
    assert [child.kind for child in group.children] == ["segment", "message", "message", "segment"]
    line = group.children[1].children[2]
    assert (line.label, line.number, line.offset) == ("LIN", 5, ORDER_RESPONSE.index(b"LIN"))
    assert line.elements == (("1",), ("",), ("9780141439518", "EN"))


def test_x12_stands_in_its_transaction_set_and_group() -> None:
    isa = "ISA*00*          *00*          *ZZ*BOOKS          *ZZ*COUNCIL        *260302*1200*U*00401*000000077*0*P*>~"
    body = f"{isa}GS*SH*BOOKS*COUNCIL*20260302*1200*9*X*004010~ST*856*0001~BSN*00*D-1~SE*3*0001~GE*1*9~IEA*1*000000077~"

    (interchange,) = tree_of(body.encode(), (), Window()).nodes

    assert interchange.label == "BOOKS to COUNCIL, reference 000000077"
    assert [child.label for child in interchange.children] == ["ISA", "SH, reference 9", "IEA"]
    assert interchange.children[1].children[1].children[1].elements == (("00",), ("D-1",))


def test_a_finding_is_shown_beside_its_segment() -> None:
    finding = {"code": "no-isbn", "segment": 5}

    found = [node for node in leaves(list(tree_of(ORDER_RESPONSE, [finding], Window()).nodes)) if node.findings]

    assert [(node.number, node.findings) for node in found] == [(5, [finding])]


@given(limit=st.integers(1, 12))
def test_pieces_of_any_size_hold_every_segment_once(limit: int) -> None:
    after, numbers = 0, []
    while True:
        tree = tree_of(ORDER_RESPONSE, (), Window(after, limit))
        numbers += [node.number for node in leaves(list(tree.nodes))]
        after += limit
        if f"after={after}" not in tree.note:
            break

    assert numbers == list(range(1, tree.total + 1))


def test_an_xml_message_is_shown_record_by_record() -> None:
    tree = tree_of(XML, [{"code": "odd", "segment": 2}], Window())

    (root,) = tree.nodes
    assert (tree.form, root.label, tree.total) == ("xml", "m", 2)
    product = root.children[1]
    assert (product.label, product.number, product.elements) == ("product", 2, (("@n", "7"),))
    assert (product.children[0].elements, len(product.findings)) == ((("Emma",),), 1)


def test_dangerous_xml_is_shown_as_far_as_it_is_read() -> None:
    tree = tree_of(b'<!DOCTYPE m [<!ENTITY a "b">]><m>&a;</m>', (), Window())

    assert (tree.nodes, tree.total) == ([], 0)
    assert "a document type declaration is not allowed" in tree.note


def test_json_is_shown_under_its_keys() -> None:
    tree = tree_of(b'{"lines": [{"isbn": "978", "note": null}], "none": []}', (), Window())

    lines, none = tree.nodes
    assert (tree.form, tree.total, none.elements) == ("json", 3, (("[]",),))
    assert [child.label for child in lines.children[0].children] == ["isbn", "note"]


def test_what_is_no_text_says_so() -> None:
    tree = tree_of(b"\x00\x01\x02", (), Window())

    assert (tree.form, tree.note) == ("binary", "3 bytes that are not text; download the raw message to see them")


@given(
    body=st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(str.encode), st.binary(max_size=80).map(ORDER_RESPONSE.__add__)
    )
)
def test_any_bytes_can_be_shown_as_a_tree(body: bytes) -> None:
    tree = tree_of(body, [{"segment": 1}], Window(0, 5))

    assert len(list(leaves(list(tree.nodes)))) == min(tree.total, 5)


@given(depth=st.integers(1, 3000))
def test_deep_json_stays_shallow(depth: int) -> None:
    assert tree_of(b"[" * depth + b"]" * depth, (), Window()).total <= 1
