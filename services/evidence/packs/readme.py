"""The README of a pack: its files, how to check them, and what its words mean, for people who know nothing of Stockbridge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from textwrap import fill

from services.evidence.packs.archive import MANIFEST
from services.evidence.schemas.departures import DepartureView
from shared.contracts.orders import CopyState

_WIDTH = 80

COPY_STATES: Mapping[CopyState, str] = {
    CopyState.ORDERED: "ordered by the council; not yet sent to the supplier",
    CopyState.SENT: "the supplier has the order, and has not answered",
    CopyState.ACCEPTED: "the supplier will supply it",
    CopyState.HELD: "the supplier holds the line and asks or waits for something",
    CopyState.BACK_ORDERED: "the supplier has it on order with its own source",
    CopyState.REFUSED: "the supplier will not supply it",
    CopyState.CANCELLED: "no longer wanted, or cancelled by the supplier",
    CopyState.DESPATCHED: "the supplier has sent the goods",
    CopyState.AT_HUB: "unpacked at a central stock unit, on its way to its branch",
    CopyState.RECEIVED: "unpacked at its branch",
    CopyState.MISSING: "in a notice of despatch, and not in the goods; still owed",
    CopyState.DAMAGED: "arrived damaged; still owed",
}
MESSAGE_STATES: Mapping[str, str] = {
    "queued": "waits to be sent",
    "sending": "is being sent",
    "undecided": "the supplier took it, and decides later",
    "sent": "the supplier has it",
    "answered": "the supplier has answered it",
    "failed": "could not be written or sent, or the supplier refused it; the reason says which",
    "unknown": "whether the supplier has it is not known",
    "received": "kept, and not yet read",
    "applied": "read, and all of it was applied",
    "partly_applied": "read; a part of it waits for a person",
    "quarantined": "waits for a person; nothing of it was applied",
    "duplicate": "had the same content as an earlier message",
    "test": "marked as a test by the supplier; not applied",
    "discarded": "closed by a person, who gave a reason",
    "withdrawn": "not sent, or kept and not read: the supplier's secrets were withdrawn",
}

_TEXT = """\
EVIDENCE PACK

Council:   {council} (its ISIL, ISO 15511)
Supplier:  {supplier_name} (in these files: {supplier})
Made at:   {made_at}
Made by:   {made_by} (the signed-in person or program that asked for it)
Made with: Stockbridge, which stood between the council's library system and
           its book suppliers. You do not need Stockbridge to read these files.

This is what was ordered, answered, delivered, charged and exchanged between
the council and this supplier, as the services that own these facts had it when
the pack was made. Nothing was left out but what this page names.


IS THE PACK WHOLE, AND UNCHANGED?

The file {manifest} was written last. A pack without it is not whole: making it
broke off; ask for another one. It has the SHA-256 digest of every other file.
Check them in the folder that has this page:

    sha256sum -c {manifest}           (Linux)
    shasum -a 256 -c {manifest}       (macOS)

Every line must say OK. This shows that no file was changed by accident. That
nobody changed a file and {manifest} with it, only a copy shows that was kept
elsewhere: note the digest of {manifest} itself, or have it signed, on the day.


FILES

README.txt             this page
statement/             the exit statement: what still tied the council to the
                       supplier on the day; as a page, a table, and JSON. A
                       supplier's agreement names the digest of statement.csv
orders.jsonl           every order with a line for this supplier, one a line:
                       lines, copies, costs, and in "timeline" all that happened
                       to each copy, who caused it, and why
invoices.jsonl         every invoice and credit note, one a line: its lines,
                       what was charged for which copy, queries, decisions
consignments.jsonl     what was to be unpacked at one place, one a line: each
                       copy, and in "receipts" what people unpacked and scanned
discrepancies.jsonl    how goods differed from what was advised or ordered
reconciliations.jsonl  each comparison of the supplier's list of open lines with
                       the council's, as numbers of lines
reconciliations/       the lines of each comparison; the file name is its "id"
messages.jsonl         every message exchanged with the supplier, one a line:
                       its state, findings, each change of state and who made it
messages.csv           the same as a table, with the file of each message
messages/              the bytes of each message exactly as they were sent or
                       arrived; the file name has day, direction, kind and "id"
formats/               descriptions of the services' answers (OpenAPI 3.1, in
                       JSON): every field, and what it means
{manifest}             the digests

A name that ends in .jsonl is JSON Lines: text in UTF-8, one JSON object (RFC
8259) a line, the newest first. An empty file means that there was none. A .csv
is a table (RFC 4180) in UTF-8; an apostrophe before a text keeps spreadsheets
from taking it for a formula. In formats/ look up: OrderView and InvoiceView in
orders.json; ConsignmentView and DiscrepancyView in delivery.json;
MessageDetail, ReconciliationView and ComparedLineView in exchange.json.

Messages have no ending, because each is what the other side wrote: mostly
EDIFACT (the book trade's, by EDItEUR), ONIX or other XML, MARC (ISO 2709), JSON
or CSV. "content_type" and "name" in messages.jsonl say what is known of it.


WORDS

Times are in UTC (ISO 8601). Days without a time are the council's own days.
Amounts are whole numbers of the smallest unit of the currency, such as pence.
A copy is one physical book for one branch; a line is one title of an order. A
"line_key" is the reference of a line in messages, never used twice. ISBNs have
13 digits. "in" is from the supplier, "out" to it. "actor" is a person, a
program with a sign-in of its own, or "system"; what has the same
"correlation_id" was caused by the same thing.

States of a copy:

{copy_states}

States of a message:

{message_states}


WHAT IS NOT IN IT

- Of a message that also concerns other councils, what is theirs. Its line in
  messages.jsonl has only what is this council's; it has no file, and
  messages.csv says so. The people who run Stockbridge have the bytes;
  "sha256_when_kept" shows whether what they hand out is that message.
- The bytes of a message that the database cannot read any more, because its
  disk lost them. messages.csv says so, and "sha256_when_kept" shows whether
  bytes from a backup are that message.
- Messages that name no order of this council: requests for records, files of
  records, and what nobody could read or assign.
- Records of books (in the catalogue) and figures (in the reports of evidence).
- What was agreed by telephone or e-mail.

An order is there as a whole, so it may have lines, prices and invoices of other
suppliers. Think of that before you hand the pack to anybody.

If "note" of messages.csv says "damaged", the bytes that were kept are no longer
those that were exchanged: their digest differs from "sha256_when_kept", which
was noted at the time. {manifest} has the digest of what is in this pack, so
sha256sum says OK for them, too.

The files were read one after another, which took some time, and services hear
of each other's changes a little later: what changed in those minutes may be in
one file and not in another. What was kept later than {made_at}
may be missing.
"""


def readme(view: DepartureView, *, supplier_name: str, made_by: str, made_at: datetime) -> str:
    """Returns the text, in lines of at most 80 characters where names are short."""
    return _TEXT.format(
        council=view.council,
        supplier=view.supplier_id,
        supplier_name=supplier_name,
        made_at=f"{made_at:%Y-%m-%d %H:%M:%S} UTC",
        made_by=made_by,
        manifest=MANIFEST,
        copy_states=_listed({state.value: meaning for state, meaning in COPY_STATES.items()}),
        message_states=_listed(MESSAGE_STATES),
    )


def _listed(meanings: Mapping[str, str]) -> str:
    return "\n".join(fill(f"  {word:<15} {meaning}", _WIDTH, subsequent_indent=" " * 18) for word, meaning in meanings.items())
