"""The problems that only the catalogue answers with."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="cursor-of-another-database",
        status=409,
        title="The database was restored after this cursor.",
        meaning="The cursor was given out before the database was restored or moved, so it means nothing now.",
        cure="Begin again without `since`, or with the moment of your last complete answer as `since`.",
        example="The database was restored or moved after this cursor was given out, so it means nothing now.",
    ),
    ProblemKind(
        code="empty-value",
        status=422,
        title="The fix would leave the field empty.",
        meaning="A fix states what is so; an empty one would state nothing.",
        cure="Send a value, or lift the fix.",
        example="Title would be empty: a fix states what is so; lift the fix to state nothing.",
    ),
    ProblemKind(
        code="invalid-isbn",
        status=422,
        title="This is no ISBN.",
        meaning="The number is no ISBN-13 or ISBN-10: its length or check digit is wrong.",
        cure="Correct the number.",
        example="The check digit of 9780141439519 is wrong.",
    ),
    ProblemKind(
        code="invalid-minimum",
        status=422,
        title="The record minimum has faults.",
        meaning="The rules for a complete record cannot be as they are.",
        cure="Correct what `errors` lists.",
        example="The rule price-missing is there twice; leave one out.",
    ),
    ProblemKind(
        code="invalid-period",
        status=422,
        title="The period cannot be.",
        meaning="The period ends before it begins, or is too long.",
        cure="Name days so that `to` is `from` or later, and no more days than `detail` says.",
        example="`to` is `from` or a later day, 366 days in all at most; it is before `from`.",
    ),
    ProblemKind(
        code="invalid-value",
        status=422,
        title="The value does not have the form of its field.",
        meaning="The value of the fix is not of the form that the field has.",
        cure="Correct the value where `errors` points to.",
        example="Input should be a valid string.",
    ),
    ProblemKind(
        code="no-such-field",
        status=422,
        title="A title has no such field.",
        meaning="The field cannot be fixed.",
        cure="Send one of the fields that `detail` names.",
        example="'colour' is no field of a title; fix one of title, contributors, publisher.",
    ),
    ProblemKind(
        code="no-such-fix",
        status=404,
        title="The field is not fixed.",
        meaning="The council has fixed no such field of this title.",
        cure="List the fixes with `GET /v1/titles/{isbn}/fixes`.",
        example="The field subtitle of 9780141439518 is not fixed.",
    ),
    ProblemKind(
        code="no-such-title",
        status=404,
        title="There is no title for this ISBN.",
        meaning="No supplier has sent a record of the book yet.",
        cure=(
            "Wait for the record where `detail` names suppliers that were asked; otherwise order the book, which asks for one."
        ),
        example="No record of 9780141439518 has arrived yet; asked: national.",
    ),
    ProblemKind(
        code="nul-character",
        status=422,
        title="A text contains a NUL character.",
        meaning="No database keeps a NUL character.",
        cure="Remove the character.",
        example="A text contains a NUL character; remove it.",
    ),
)
