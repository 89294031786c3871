"""The problems that only a supplier's exchange answers with."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="circuit-open",
        status=409,
        title="A person stopped all calls already.",
        meaning="The circuit to this supplier is open by a person's decision, so it cannot be opened again.",
        cure="Leave it open, or close it: `POST /v1/suppliers/{supplier_id}/circuit/close`.",
        example=(
            "j.archer opened the circuit on 2 November 2026 at 10:00 UTC: their line is being repaired. Nothing is called until "
            "a person closes it."
        ),
    ),
    ProblemKind(
        code="already-refused",
        status=409,
        title="The supplier refused the message.",
        meaning="The order book already counts the lines of this message as refused, so that it is not sent again.",
        cure="Place a new order instead.",
        example=(
            "The supplier refused this message (unknown account) and its lines count as refused. Place a new order instead."
        ),
    ),
    ProblemKind(
        code="already-withdrawn",
        status=409,
        title="The secrets are withdrawn already.",
        meaning="A withdrawal is in force.",
        cure="Nothing is left to do. `GET /v1/suppliers/{supplier_id}/withdrawals` shows it.",
        example="They already are: the supplier's secrets were withdrawn on 2 November 2026 (by j.archer).",
    ),
    ProblemKind(
        code="bad-signature",
        status=401,
        title="The push is not signed with a valid secret.",
        meaning="The headers of Standard Webhooks are missing or wrong, or the push is older than five minutes.",
        cure=(
            "Sign the body as it is sent with a secret of this exchange, and send `webhook-id`, `webhook-timestamp` and "
            "`webhook-signature`."
        ),
        example="The push is not signed with a valid secret, or is older than five minutes.",
    ),
    ProblemKind(
        code="bytes-unreadable",
        status=404,
        title="The bytes of the message are damaged.",
        meaning="The database cannot read the bytes of the message any more.",
        cure="Restore them from a backup; report it to the people who run Stockbridge.",
        example=(
            "The database cannot read the bytes of message 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5: they are damaged. Restore "
            "them from a backup."
        ),
    ),
    ProblemKind(
        code="council-not-named",
        status=422,
        title="The list's council is missing.",
        meaning="Operations staff say which council a list is for; a council may only send its own.",
        cure="Send the council's ISIL in `council`.",
        example="Name the council that the list is for in `council`; a council may only send its own list.",
    ),
    ProblemKind(
        code="file-of-records",
        status=409,
        title="A file of records is not previewed.",
        meaning="The message is a file of records, which is read in parts; its replay is not previewed.",
        cure="Replay it without a preview: records that were taken before are taken again without a change.",
        example=(
            "A file of records is not previewed: a replay reads it from the beginning, and records that were taken before are "
            "taken again without a change."
        ),
    ),
    ProblemKind(
        code="for-all-councils",
        status=403,
        title="The mapping is for all messages of the supplier.",
        meaning="Only operations staff can add or withdraw a mapping that applies to every council.",
        cure="Leave `everywhere` out, or ask operations staff.",
        example="The mapping is for all messages of the supplier; only operations staff can add or withdraw it.",
    ),
    ProblemKind(
        code="lines-still-open",
        status=409,
        title="Councils still have open lines with the supplier.",
        meaning="Its despatches and invoices would be refused while councils expect goods.",
        cure="Have the councils leave it first, or send `despite_open_lines`: true.",
        example="Councils still expect goods of this supplier: GB-SFK 3 open lines.",
    ),
    ProblemKind(
        code="no-account",
        status=422,
        title="The supplier has no account for the council.",
        meaning="The supplier's profile names no account of this council.",
        cure="Correct the council, or have the supplier's profile corrected.",
        example="Northern Books has no account for GB-ESS.",
    ),
    ProblemKind(
        code="no-files",
        status=400,
        title="There are no files, or too many.",
        meaning="The kit checks files, each a part with a file name.",
        cure="Send as many parts with a file name as `detail` says.",
        example="Send 1 to 100 parts with a file name.",
    ),
    ProblemKind(
        code="no-such-mapping",
        status=404,
        title="There is no such mapping.",
        meaning="No mapping has this id, or it is another council's.",
        cure="List the mappings with `GET /v1/mappings`.",
        example="There is no mapping 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5.",
    ),
    ProblemKind(
        code="no-such-message",
        status=404,
        title="There is no such message.",
        meaning="No message has this id, or it does not concern the caller's council.",
        cure="List the messages with `GET /v1/messages`.",
        example="There is no message 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5.",
    ),
    ProblemKind(
        code="no-such-reconciliation",
        status=404,
        title="There is no such comparison.",
        meaning="No comparison has this id, or it is another council's.",
        cure="List them with `GET /v1/reconciliations`.",
        example="There is no reconciliation 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5.",
    ),
    ProblemKind(
        code="no-such-record",
        status=404,
        title="No such record is kept aside.",
        meaning="The message keeps no record with this number aside.",
        cure="List them with `GET /v1/messages/{message_id}/kept-aside`.",
        example="No record 7 of this message is kept aside.",
    ),
    ProblemKind(
        code="no-such-supplier",
        status=404,
        title="This exchange does not serve the supplier.",
        meaning="Each exchange serves one supplier, and this is another one's.",
        cure="Ask the exchange of the supplier; `detail` names the one that this exchange serves.",
        example="This exchange serves 'national', not 'consortium'.",
    ),
    ProblemKind(
        code="no-such-withdrawal",
        status=404,
        title="There is no such withdrawal.",
        meaning="The supplier's secrets were never withdrawn under this id.",
        cure="List the withdrawals with `GET /v1/suppliers/{supplier_id}/withdrawals`.",
        example="There is no withdrawal 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5.",
    ),
    ProblemKind(
        code="not-a-status",
        status=422,
        title="This is no order line status.",
        meaning="`ours` is no status of EDItEUR list 12B.",
        cure="Write three digits, such as 100.",
        example="'1A' is not an order line status (EDItEUR list 12B); write three digits, such as 100.",
    ),
    ProblemKind(
        code="not-an-isbn",
        status=422,
        title="This is no ISBN.",
        meaning="`ours` is no ISBN-13 or ISBN-10: its length or check digit is wrong.",
        cure="Correct the number.",
        example="The check digit of 9780141439519 is wrong.",
    ),
    ProblemKind(
        code="not-confirmed",
        status=422,
        title="The confirmation is missing.",
        meaning="What was asked for ends all exchange with the supplier, so that its name must be given in full.",
        cure="Send the supplier's name in `confirm`.",
        example="This ends all exchange with the supplier, for every council. To confirm, send its name: 'Northern Books'.",
    ),
    ProblemKind(
        code="not-in-message",
        status=422,
        title="The message does not have this reference.",
        meaning="`theirs` is no reference of this kind in the message.",
        cure="Send one of the references that `detail` names.",
        example="The message has no branch 'IPSX'; it has IPSW, LOWE.",
    ),
    ProblemKind(
        code="not-multipart",
        status=400,
        title="The multipart body cannot be read.",
        meaning="The body is not as its Content-Type says.",
        cure="Build the body with a library for multipart/form-data.",
        example="The multipart body cannot be read: Missing boundary in multipart.",
    ),
    ProblemKind(
        code="not-written-again",
        status=409,
        title="The message is not sent again.",
        meaning="It changes a route, and the place may have changed once more since.",
        cure="Tell the supplier yourself where its copies go, then discard the message.",
        example="It is not sent again (no answer). Tell the supplier yourself where its copies go, then discard the message.",
    ),
    ProblemKind(
        code="operations-staff-only",
        status=403,
        title="Only operations staff can do this.",
        meaning="This concerns every council that the supplier serves.",
        cure="Ask operations staff to do it.",
        example="This concerns every council that the supplier serves; ask operations staff to do it.",
    ),
    ProblemKind(
        code="other-councils-too",
        status=403,
        title="The message also concerns other councils.",
        meaning="A council decides only about messages that concern no other.",
        cure="Ask operations staff to do this.",
        example="The message also concerns other councils; ask operations staff to do this.",
    ),
    ProblemKind(
        code="push-id-too-long",
        status=400,
        title="The id of the push is too long.",
        meaning="`webhook-id` has more characters than are kept.",
        cure="Send an id of at most 200 characters.",
        example="`webhook-id` may have at most 200 characters.",
    ),
    ProblemKind(
        code="push-out-of-time",
        status=401,
        title="The time of the push differs from ours.",
        meaning="The signature is right, but its time differs from this service's clock by more than five minutes.",
        cure="Compare both clocks, then send the push again with a new time.",
        example=(
            "The signature is valid, but its time 1764496800 differs from this service's clock by more than five minutes: "
            "compare both clocks, then send the push again with a new time."
        ),
    ),
    ProblemKind(
        code="secrets-withdrawn",
        status=403,
        title="The supplier's secrets were withdrawn.",
        meaning="The push was kept and not read, because the supplier's secrets are withdrawn.",
        cure="Sending it again changes nothing; ask the people who run Stockbridge.",
        example=(
            "The message of Northern Books was kept and not read, because the supplier's secrets were withdrawn on 2 "
            "November 2026. Sending it again changes nothing; ask the people who run Stockbridge."
        ),
    ),
    ProblemKind(
        code="sending-stopped",
        status=409,
        title="Nothing is sent to the supplier.",
        meaning="The supplier's secrets are withdrawn, so that what would send something to it is refused.",
        cure="Restore the secrets first: `/v1/suppliers/{supplier_id}/withdrawals`.",
        example="Nothing is sent, because the supplier's secrets were withdrawn on 2 November 2026. Restore them first.",
    ),
    ProblemKind(
        code="too-large-to-show",
        status=413,
        title="The message is too large to be shown.",
        meaning="The message has too many bytes to be worked on as a whole.",
        cure="Download it with `GET /v1/messages/{message_id}/raw`, or list what of it is kept aside.",
        example=(
            "Message 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5 has 90,000,000 bytes: too many to be shown. Download it, or list "
            "what of it is kept aside."
        ),
    ),
    ProblemKind(
        code="unknown-form",
        status=400,
        title="The list has an unknown form.",
        meaning="The Content-Type is none in which lists are read.",
        cure="Send the list as text/csv or application/json.",
        example="Send the list as text/csv or application/json.",
    ),
    ProblemKind(
        code="unknown-here",
        status=422,
        title="The reference of ours is not known.",
        meaning="`ours` was never sent to this supplier in an order.",
        cure="Use one from an order sent to this supplier.",
        example="Order number 'SFK-2026-0043' is not known here; use one from an order sent to this supplier.",
    ),
    ProblemKind(
        code="unreadable-list",
        status=422,
        title="The list cannot be read.",
        meaning="The file is not as a list of open lines must be; nothing was compared.",
        cure="Correct what `errors` lists.",
        example="The list cannot be read: line 1 needs line_key; it has isbn: rename or add columns.",
    ),
    ProblemKind(
        code="wrong-state",
        status=409,
        title="The message's state does not allow this.",
        meaning="The message is in a state from which this cannot be done.",
        cure="Read the message; `detail` says what it can become.",
        example="The message is applied; it cannot be discarded.",
    ),
)
