"""What is written is read as it was, whatever the text, charset, separators and syntax version."""

from hypothesis import given

from shared.formats.edifact import OutboundInterchange, read, write
from tests.unit.shared.formats.edifact.strategies import interchanges


@given(interchanges())
def test_reading_what_was_written_gives_it_back_without_findings(sent: OutboundInterchange) -> None:
    reading = read(write(sent))

    assert reading.findings == ()
    (received,) = reading.interchanges
    assert [list(message.segments) for message in received.messages] == [list(message.segments) for message in sent.messages]
    assert [message.association for message in received.messages] == [message.association for message in sent.messages]
    assert (received.sender, received.sender_qualifier) == (sent.sender, sent.sender_qualifier)
    assert (received.recipient, received.recipient_qualifier) == (sent.recipient, sent.recipient_qualifier)
    assert (received.control_reference, received.charset) == (sent.control_reference, sent.charset)
    assert (received.prepared, received.test) == (sent.prepared, sent.test)
    assert received.complete
    assert all(message.complete for message in received.messages)
