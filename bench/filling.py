"""Fills the read model and the order book with any number of copies, in a few statements, through their real tables.

What waits for a person is the same for every number: people keep up with it. All else grows with the copies: a tenth of them
is still to come, the others are settled. Ids are as random as those of the services.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.usecases.working import check_work

COUNCIL = "GB-1"
# Rarely ordered from: the council's last order with it is its oldest.
RARE_SUPPLIER = "rare"

# 5 copies to an order, 2 to a line; 8 councils, 3 suppliers. Copies 1 to 2,000 are those that a person must look after.
_COPIES = """
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT n, 'GB-' || n / 5 % 8 AS council, 'supplier-' || n / 5 % 3 AS supplier_id, md5('copy' || n)::uuid AS copy_id,
    md5('order' || n / 5)::uuid AS order_id, 'PO-' || n / 5 AS order_number, 'SB-' || n / 2 AS line_key, n / 20 AS parcel,
    'isbn-' || n / 5 AS isbn, statement_timestamp() - interval '1 minute' * (n::bigint * 7919 % 86400) AS at,
    statement_timestamp() - interval '1 minute' * (n::bigint * 7919 % 1051200) AS ordered_at,
    CASE WHEN n <= 100 THEN 'missing' WHEN n <= 200 THEN 'damaged' WHEN n % 1000 < 850 THEN 'received'
        WHEN n % 1000 < 880 THEN 'refused' WHEN n % 1000 < 900 THEN 'cancelled' WHEN n % 1000 < 910 THEN 'ordered'
        WHEN n % 1000 < 930 THEN 'sent' WHEN n % 1000 < 960 THEN 'accepted' WHEN n % 1000 < 965 THEN 'held'
        WHEN n % 1000 < 976 THEN 'back_ordered' WHEN n % 1000 < 992 THEN 'despatched' ELSE 'at_hub' END AS state
FROM generate_series(1, CAST(:copies AS integer)) AS n
"""

_ANALYZED = "ANALYZE made"

_READ_MODEL = (
    """
    INSERT INTO copy (copy_id, council, supplier_id, order_id, order_number, line_key, isbn, title, branch, state, reason,
        changed_at, version, barcode, ordered_at, answered_at, received_at)
    SELECT copy_id, council, supplier_id, order_id, order_number, line_key, isbn, 'A title', 'MAIN', state, '', at, 3, 'BC-' || n,
        ordered_at, CASE WHEN state <> 'ordered' THEN ordered_at + interval '1 day' END,
        CASE state WHEN 'received' THEN least(ordered_at + interval '1 day' * (n::bigint * 31 % 45), statement_timestamp()) END
    FROM made
    """,
    # One word is in all titles, the others are in one of them.
    """
    INSERT INTO ordered_title (isbn, council, title, words)
    SELECT DISTINCT isbn, council, 'A title', to_tsvector('simple', 'title volume' || n / 5 || ' ' || replace(isbn, '-', ''))
    FROM made
    """,
    """
    INSERT INTO order_term (term, council, kind, order_id)
    SELECT DISTINCT replace(lower(named.term), '-', ''), council, named.kind, order_id FROM made
    CROSS JOIN LATERAL (VALUES (order_number, 'number'), (line_key, 'line_key'), (isbn, 'isbn')) AS named (term, kind)
    """,
    "INSERT INTO title SELECT DISTINCT isbn, 'The title of the catalogue', 1 FROM made",
    "INSERT INTO heard (council, supplier_id, sent_at) SELECT council, supplier_id, max(at) FROM made GROUP BY 1, 2",
    """
    INSERT INTO cancellation (line_key, council, supplier_id, order_number, requested_at, answered_at)
    SELECT DISTINCT ON (line_key) line_key, council, supplier_id, order_number,
        CASE WHEN n % 20 = 0 OR n BETWEEN 901 AND 960 THEN at - interval '5 days' END,
        CASE WHEN n NOT BETWEEN 901 AND 960 THEN at END
    FROM made ORDER BY line_key, n
    """,
    """
    INSERT INTO decision (line_key, council, supplier_id, order_id, order_number, isbn, attention, asked_at, version)
    SELECT DISTINCT ON (line_key) line_key, council, supplier_id, order_id, order_number, isbn,
        CASE WHEN n BETWEEN 901 AND 960 THEN 'Decide' ELSE '' END, statement_timestamp() - interval '1 day', 1
    FROM made WHERE n % 20 = 0 OR n BETWEEN 901 AND 960 ORDER BY line_key, n
    """,
    """
    INSERT INTO sending (message_id, council, supplier_id, order_id, control_reference, outcome, reason, sent_at)
    SELECT DISTINCT ON (order_id) order_id, council, supplier_id, order_id, n::text,
        CASE WHEN n BETWEEN 901 AND 960 THEN 'unknown' ELSE 'sent' END, '', at FROM made ORDER BY order_id, n
    """,
    """
    INSERT INTO quarantined (message_id, supplier_id, council, kind, reason, quarantined_at, settled_at)
    SELECT copy_id, supplier_id, council, 'response', 'unreadable', at, CASE WHEN n > 60 THEN at + interval '1 hour' END
    FROM made WHERE n <= 60 OR n % 100 = 0
    """,
    """
    INSERT INTO invoice (invoice_id, council, supplier_id, invoice_number, queried_at, settled_at, total, currency, spent_on)
    SELECT copy_id, council, supplier_id, 'INV-' || n, CASE WHEN n % 100 = 0 OR n <= 60 THEN at END,
        CASE WHEN n > 60 THEN at + interval '1 day' END, n % 9000, 'GBP', CASE WHEN n > 60 THEN ordered_at::date END
    FROM made WHERE n <= 60 OR n % 10 = 0
    """,
    """
    INSERT INTO consignment (consignment_id, council, supplier_id, despatch_number, place, place_name, leg, expected_on)
    SELECT md5('parcel' || parcel)::uuid, min(council), min(supplier_id), 'DN-' || parcel, 'MAIN', 'Main library', 'direct',
        current_date + CASE WHEN min(n) > 2000 AND bool_or(state = 'despatched') THEN 3 ELSE -3 END
    FROM made GROUP BY parcel
    """,
    """
    INSERT INTO consigned_copy (consignment_id, copy_id, received, due)
    SELECT consignment_id, copy_id, state <> 'despatched', CASE state WHEN 'despatched' THEN expected_on END
    FROM made JOIN consignment ON consignment_id = md5('parcel' || parcel)::uuid
    WHERE state IN ('received', 'despatched', 'at_hub', 'damaged')
    """,
    """
    INSERT INTO discrepancy (discrepancy_id, council, supplier_id, despatch_number, kind, isbn, quantity, copy_id, branch, note,
        found_at)
    SELECT copy_id, council, supplier_id, 'DN-' || parcel, CASE state WHEN 'damaged' THEN 'damaged' ELSE 'short' END, isbn, 1,
        copy_id, 'MAIN', '', at FROM made WHERE n <= 200 OR n % 100 = 0
    """,
)

# What waits besides: kinds that events settle, by one cause in five, and from one council in eight.
_WAITING = (
    """
    CREATE TEMPORARY TABLE more ON COMMIT DROP AS
    SELECT n, 'GB-' || n % 8 AS council, 'supplier-' || n % 3 AS supplier_id, md5('more' || n)::uuid AS id,
        'cause ' || chr(97 + n % 5) AS cause, statement_timestamp() - interval '1 minute' * (n::bigint * 7919 % 20160) AS at
    FROM generate_series(1, CAST(:waiting AS integer)) AS n
    """,
    """
    INSERT INTO quarantined (message_id, supplier_id, council, kind, reason, quarantined_at)
    SELECT id, supplier_id, CASE WHEN n % 100 > 0 THEN council END, 'response', cause, at FROM more WHERE n % 10 < 3
    """,
    """
    INSERT INTO invoice (invoice_id, council, supplier_id, invoice_number, reasons, queried_at)
    SELECT id, council, supplier_id, 'Q-' || n, ARRAY[cause], at FROM more WHERE n % 10 BETWEEN 3 AND 5
    """,
    """
    INSERT INTO held_file (message_id, mailbox_id, council, file_name, kind, reason, held_at)
    SELECT id, 'mailbox', council, 'file-' || n, 'orders', cause, at FROM more WHERE n % 10 BETWEEN 6 AND 7
    """,
    """
    INSERT INTO work (kind, item, council, supplier_id, service, cause, subject, detail, began_at)
    SELECT CASE n % 10 WHEN 8 THEN 'proposal' ELSE 'dead_letter' END, 'orders/' || id, council, supplier_id, 'orders', cause,
        'Thing ' || n, cause, at FROM more WHERE n % 10 > 7
    """,
)

# An order in four asks for a decision; the oldest few orders went to the rare supplier and lost copies.
_ORDER_BOOK = (
    """
    INSERT INTO purchase_order (order_id, council, order_number, idempotency_key, fingerprint, placed_at, placed_by, version,
        asking)
    SELECT order_id, council, order_number, order_number, '', to_timestamp(min(n) * 60), 'bench', 1, min(n) / 5 / 8 % 4 = 0
    FROM made GROUP BY order_id, council, order_number
    """,
    """
    INSERT INTO order_line (line_key, order_id, line_number, supplier_id, isbn, title, author, material, attention)
    SELECT 'SB-' || n / 5, order_id, 1, CASE WHEN n <= 2000 THEN 'rare' ELSE supplier_id END, isbn, 'A title', '', '',
        CASE WHEN n / 5 / 8 % 4 = 0 THEN 'Decide' ELSE '' END FROM made WHERE n % 5 = 0 OR n = 1
    """,
    # The copies of the rows above need no check each; the counting triggers stay.
    "ALTER TABLE copy DISABLE TRIGGER ALL",
    "ALTER TABLE copy ENABLE TRIGGER USER",
    """
    INSERT INTO copy (copy_id, order_id, line_key, copy_number, branch_code, fund, sequence, shelfmark, servicing, state)
    SELECT copy_id, order_id, 'SB-' || n / 5, 1, 'MAIN', 'FIC', '', '', '{}', CASE WHEN n <= 2000 THEN 'missing' ELSE state END
    FROM made
    """,
    "ALTER TABLE copy ENABLE TRIGGER ALL",
)


async def _fill(engine: AsyncEngine, statements: Sequence[str], **numbers: int) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            given = {name: number for name, number in numbers.items() if f":{name}" in statement}
            await connection.execute(text(statement), given)


async def _tidy(engine: AsyncEngine) -> None:
    async with engine.connect() as pooled:
        connection = await pooled.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM (ANALYZE)"))


async def fill_read_model(engine: AsyncEngine, copies: int) -> None:
    """Fills the dashboard's empty tables, at least 2,000 copies. Their triggers count the copies."""
    await _fill(engine, (_COPIES, _ANALYZED, *_READ_MODEL), copies=copies)
    await _tidy(engine)


async def fill_waiting(engine: AsyncEngine, waiting: int, now: datetime) -> None:
    """Adds so many things that wait to a read model that was filled, and makes its work list."""
    await _fill(engine, _WAITING, waiting=waiting)
    async with engine.begin() as connection:
        await check_work(connection, now)
    await _tidy(engine)


async def fill_order_book(engine: AsyncEngine, copies: int) -> None:
    """Fills the order book's empty tables, at least 2,000 copies."""
    await _fill(engine, (_COPIES, _ANALYZED, *_ORDER_BOOK), copies=copies)
    await _tidy(engine)
