"""What is spoiled in a bookseller's files: by a seed, noted in a journal, and nothing but what was asked for."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.simulators.bookseller.memory import Outgoing
from local.simulators.bookseller.mischief import Mischief, Prank, read_journal
from local.simulators.bookseller.options import Faults
from shared.formats import edifact

_ORDER, _KEY, _OTHER_KEY = "PO-2026-00417", "SB-7Q0M4K9XWD3FA1B0", "SB-1111111111111111"
_WAYS = [one.name for one in fields(Faults)]


def a_despatch(*, reference: str = "40400000000001", order_number: str = _ORDER) -> Outgoing:
    """A despatch of three copies on two lines, as a bookseller writes it."""
    segments = [
        "UNA:+.? ",
        f"UNB+UNOC:3+5098765432100:14+5098765000019:14+260302:1200+{reference}++DESADV",
        "UNH+1+DESADV:D:96A:UN:EAN007",
        f"BGM+351+{reference}+9",
        "DTM+137:202603021200:203",
        "NAD+BY+5098765000019::9",
        "NAD+SU+5098765432100::9",
        "NAD+DP+IPSW::92",
        "CPS+1",
        "LIN+1++9781526622433:EN",
        "QTY+12:2",
        "GIR+001+33333333333331:LAC+IPSW:LLO",
        "GIR+002+33333333333332:LAC+IPSW:LLO",
        f"RFF+ON:{order_number}",
        f"RFF+LI:{_KEY}",
        "LIN+2++9780141439518:EN",
        "QTY+12:1",
        "GIR+001+33333333333333:LAC+IPSW:LLO",
        f"RFF+ON:{order_number}",
        f"RFF+LI:{_OTHER_KEY}",
        "UNT+19+1",
        f"UNZ+1+{reference}",
    ]
    body = "".join(f"{segment}'" for segment in segments).encode()
    return Outgoing(f"despatches/{reference}-{order_number}.edi", datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp(), body)


def spoiled(folder: Path, fault: str, file: Outgoing | None = None, *, seed: str = "1") -> list[Outgoing]:
    """What is dropped where every file is spoiled in one way."""
    file = file or a_despatch()
    return list(Mischief(seed, Faults(**{fault: 1.0}), folder / "journal").spoil([file]))


def the_prank(folder: Path) -> Prank:
    """The one entry of the journal."""
    [prank] = read_journal(folder / "journal")
    return prank


def test_by_default_files_are_dropped_as_they_were_written(tmp_path: Path) -> None:
    file = a_despatch()
    assert list(Mischief("1", Faults(), tmp_path / "journal").spoil([file])) == [file]
    assert read_journal(tmp_path / "journal") == []


@pytest.mark.parametrize("fault", _WAYS)
def test_each_spoiled_file_is_in_the_journal_with_the_copies_it_is_about(tmp_path: Path, fault: str) -> None:
    dropped = spoiled(tmp_path, fault)
    prank = the_prank(tmp_path)
    assert prank.path in {file.path for file in dropped}
    assert (prank.fault, prank.order_number) == (fault, _ORDER)
    assert prank.copies == {_KEY: [1, 2], _OTHER_KEY: [1]}


@pytest.mark.parametrize("fault", ["new_reference", "cut_off", "garbage"])
def test_a_fault_beside_a_file_leaves_the_file_unchanged(tmp_path: Path, fault: str) -> None:
    file = a_despatch()
    assert file.body in [one.body for one in spoiled(tmp_path, fault, file)]


def test_the_same_again_has_another_reference_in_both_envelopes_and_nothing_else_new(tmp_path: Path) -> None:
    first, again = spoiled(tmp_path, "new_reference")
    [one], [other] = edifact.read(first.body).interchanges, edifact.read(again.body).interchanges
    assert one.control_reference != other.control_reference
    assert edifact.read(again.body).findings == ()
    assert again.body.count(other.control_reference.encode()) == 2
    assert again.body.replace(other.control_reference.encode(), b"") == first.body.replace(b"40400000000001", b"", 1).replace(
        b"UNZ+1+40400000000001", b"UNZ+1+"
    )


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("wrong_order", {_ORDER: "PO-2026-0O417"}),
        ("wrong_line_key", {_KEY: "SB-7Q0M4K9XWD3FA1BO", _OTHER_KEY: "SB-111111111111111X"}),
        (
            "wrong_references",
            {_ORDER: "PO-2026-0O417", _KEY: "SB-7Q0M4K9XWD3FA1BO", _OTHER_KEY: "SB-111111111111111X"},
        ),
    ],
)
def test_the_journal_gives_the_correct_form_of_what_was_mistyped(tmp_path: Path, fault: str, wrong: dict[str, str]) -> None:
    [file] = spoiled(tmp_path, fault)
    prank = the_prank(tmp_path)
    assert prank.mistyped == {theirs: ours for ours, theirs in wrong.items()}
    body = file.body
    for theirs, ours in prank.mistyped.items():
        assert theirs.encode() in body
        assert f":{ours}'".encode() not in body
        body = body.replace(theirs.encode(), ours.encode())
    assert body == a_despatch().body


def test_a_wrong_character_set_is_one_that_the_declaration_does_not_have(tmp_path: Path) -> None:
    seen = set()
    for place in range(40):
        [file] = spoiled(tmp_path, "wrong_charset", a_despatch(order_number=f"PO-{place}"))
        declared = file.body[file.body.index(b"UNO") :][:4].decode()
        seen.add((declared, "Brontë".encode() in file.body))
    assert seen == {("UNOA", False), ("UNOC", True), ("UNOY", False), ("UNOA", True)}


def test_a_wrong_count_is_a_finding_and_nothing_else(tmp_path: Path) -> None:
    places = set()
    for place in range(20):
        [file] = spoiled(tmp_path, "wrong_count", a_despatch(order_number=f"PO-{place}"))
        [finding] = edifact.read(file.body).findings
        places.add(finding.code)
    assert len(places) == 2


def test_half_a_file_is_sent_first_and_the_complete_file_later(tmp_path: Path) -> None:
    half, whole = spoiled(tmp_path, "cut_off")
    assert whole.body.startswith(half.body)
    assert 0.25 <= len(half.body) / len(whole.body) < 0.75
    assert half.due < whole.due


def test_garbage_is_of_every_kind_and_never_the_same_twice(tmp_path: Path) -> None:
    odd = [spoiled(tmp_path, "garbage", a_despatch(order_number=f"PO-{place}"))[1] for place in range(40)]
    assert {file.path.rpartition("-")[2] for file in odd} == {"noise.edi", "page.edi", "empty.edi", "sheet.edi"}
    bodies = [file.body for file in odd if file.body]
    assert len(set(bodies)) == len(bodies)


def test_the_same_order_suffers_the_same_under_another_reference_and_line_key(tmp_path: Path) -> None:
    every = Faults(**dict.fromkeys(_WAYS, 0.1))
    fates = []
    for run, reference in enumerate(("40400000000001", "50500000000002")):
        mischief = Mischief("1", every, tmp_path / str(run))
        list(mischief.spoil(a_despatch(reference=reference, order_number=f"PO-{place}") for place in range(60)))
        fates.append([(prank.order_number, prank.fault) for prank in read_journal(tmp_path / str(run))])
    assert fates[0] == fates[1]
    assert {fault for _, fault in fates[0]} == set(_WAYS)


def test_what_is_about_no_order_is_left_alone(tmp_path: Path) -> None:
    verdict = Outgoing("verdicts/1.edi", 0.0, b"UNB+UNOC:3+A+B+260302:1200+1'UNH+1+CONTRL:2:2:UN'UNT+2+1'UNZ+1+1'")
    assert spoiled(tmp_path, "garbage", verdict) == [verdict]
