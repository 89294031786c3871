"""MARC records as cataloguers write them down."""

from dataclasses import replace

from shared.formats.marc.fields import MarcRecord, field_of
from shared.formats.marc.records import record_of
from shared.records import Record, Remainder

LEADER = "00000cam a2200000 i 4500"


def written(*lines: str, leader: str = LEADER) -> MarcRecord:
    """The record of lines such as `245 14$aThe end /`, a blank indicator as `#`."""
    return MarcRecord(leader, [field_of(Remainder(line[:3], line[4:])) for line in lines])


def read(*lines: str, leader: str = LEADER) -> Record:
    """What is read of such lines, but the findings."""
    record = record_of(written(*lines, leader=leader))
    assert isinstance(record, Record)
    return replace(record, findings=())
