"""The problems that only the dashboard answers with."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="no-such-hub",
        status=422,
        title="There is no such hub.",
        meaning="No delivery rule of the council names the hub that a form chose.",
        cure="Load the page again and choose one of the hubs that it offers.",
        example="No rule of the council names this hub. Load the page again and choose one.",
    ),
    ProblemKind(
        code="day-in-the-past",
        status=422,
        title="The day is not after today.",
        meaning="A thing is put off until a later day only.",
        cure="Choose a day after today.",
        example="Choose a day after today.",
    ),
    ProblemKind(
        code="no-single-offer",
        status=409,
        title="The line has no single offer to answer.",
        meaning="The line asks something else, or several things.",
        cure="Open the order, and decide there.",
        example="This line has no single offer to answer. Open the order, and decide there.",
    ),
    ProblemKind(
        code="no-such-supplier",
        status=404,
        title="There is no such supplier.",
        meaning="The dashboard knows no exchange of this supplier.",
        cure="Correct the id; the overview lists the suppliers.",
        example="The council has no supplier with this id.",
    ),
    ProblemKind(
        code="no-such-thing",
        status=404,
        title="There is no such thing on the work list.",
        meaning="Nothing with this id waits, or it is another council's.",
        cure="Open the work list, and choose what still waits.",
        example="The council has no thing with this id.",
    ),
    ProblemKind(
        code="no-such-way",
        status=422,
        title="Things of this kind are not settled in this way.",
        meaning="The form names a decision that this kind of thing does not have.",
        cure="Load the page again, and use one of its buttons.",
        example="Things of this kind are not settled in this way.",
    ),
    ProblemKind(
        code="not-expected-here",
        status=409,
        title="Nothing with this code is to be received here.",
        meaning="The code that was scanned is of goods for another place, was counted before, or is not known.",
        cure="Do what `detail` says: send the goods on, or keep them aside.",
        example="30123004567890: It is expected at Lowestoft Library: send it there.",
    ),
    ProblemKind(
        code="other-origin",
        status=403,
        title="The decision was not made on a page of this dashboard.",
        meaning="The form was sent by a page of another server.",
        cure="Open the page in this dashboard and decide there.",
        example="Decide on the page of this dashboard.",
    ),
    ProblemKind(
        code="scan-each-item",
        status=409,
        title="The code is of a parcel, and its items are received one by one.",
        meaning="Without a script, the page of a counter receives one item a request.",
        cure="Scan each item of the parcel.",
        example="This is a parcel with 12 items that are still to come. Scan each of them.",
    ),
    ProblemKind(
        code="service-without-address",
        status=503,
        title="The dashboard does not know where the service is.",
        meaning="The settings of the dashboard do not name the address of the service that has the answer.",
        cure="Ask the people who run Stockbridge to set the address that `detail` names.",
        example="The dashboard has no address of orders: the people who run Stockbridge must add it to SERVICE_URLS.",
    ),
    ProblemKind(
        code="settled-before",
        status=409,
        title="It does not wait any more.",
        meaning="Somebody settled it meanwhile.",
        cure="Load the work list again.",
        example="It does not wait any more: somebody settled it.",
    ),
    ProblemKind(
        code="unreachable",
        status=503,
        title="Another service does not answer.",
        meaning="The service that has the answer cannot be reached, or answered without a reason.",
        cure="Try again in a minute; if that does not help, report it to the people who run Stockbridge.",
        example="The service cannot be reached. Try again in a minute.",
    ),
)
